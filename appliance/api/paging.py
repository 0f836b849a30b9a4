"""Pages of lists that grow at their end: what comes after a number, at most so many."""

from __future__ import annotations

from appliance.api import limits
from appliance.api.fields import FieldChecks

SEQUENCE_MAX = 2**63 - 1


def page(checks: FieldChecks, after: int, field: str, asked: int) -> tuple[int, int]:
    """Return cursor and size of a page, 0 asking for the default; notes what is out of bounds."""
    if asked > limits.PAGE_MAX:
        checks.wrong(field, f"at most {limits.PAGE_MAX}")
    if after > SEQUENCE_MAX:
        checks.wrong("after", "is beyond any number")
    return after, asked or limits.PAGE_DEFAULT
