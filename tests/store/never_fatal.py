"""The ``on_fatal`` of tests in which no sync fails."""

from __future__ import annotations


def never_fatal(error: BaseException) -> None:
    """Raise what should not have happened."""
    raise error
