"""The officers authorised to carry out automated searches (Art. 17(2)(a)).

Each Party tells which of its officers may search; the list is kept in ``officers.toml``:

    [[officer]]
    party = "MK"
    id = "MK-0001"
    categories = ["dna", "dactyloscopic"]
    valid_from = 2026-01-01T00:00:00Z
    valid_until = 2027-01-01T00:00:00Z
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from appliance.access.watched_file import WatchedFile
from appliance.domain import limits
from appliance.domain.codes import Category
from appliance.domain.errors import ConfigurationInvalid, OfficerNotAuthorised


class Officer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One authorisation: from ``valid_from`` up to, but not including, ``valid_until``."""

    party: Annotated[str, Meta(pattern="^[A-Z]{2}$")]
    id: Annotated[str, Meta(min_length=1, max_length=limits.OFFICER_CHARS_MAX)]
    categories: frozenset[Category]
    valid_from: Annotated[datetime, Meta(tz=True)]
    valid_until: Annotated[datetime, Meta(tz=True)]


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    officer: tuple[Officer, ...] = ()


Officers = Mapping[tuple[str, str], Officer]


class OfficerList:
    """The list in a file, read again when it changes. Thread-safe.

    ``on_change`` is told the content of each usable list before anybody is judged by it.
    """

    def __init__(
        self, path: Path, on_change: Callable[[bytes], None] = lambda _content: None
    ) -> None:
        def read(content: bytes) -> Officers:
            officers = parse(content)
            on_change(content)
            return officers

        self._file: WatchedFile[Officers] = WatchedFile(path, read)

    @classmethod
    def load(
        cls, path: Path, on_change: Callable[[bytes], None] = lambda _content: None
    ) -> OfficerList:
        """Return the list in ``path``. Raises ConfigurationInvalid."""
        return cls(path, on_change)

    def current(self) -> Officers:
        """Return the list as it is now."""
        return self._file.value()

    def check(self, party: str, officer: str, category: Category, at: datetime) -> None:
        """Raise OfficerNotAuthorised unless the officer of ``party`` may search then."""
        require_listed(self.current(), party, officer, category, at)

    def entries(self) -> list[Officer]:
        """Return the whole list, by Party and identifier: it is owed on request (Art. 17(2)(a))."""
        return [entry for _, entry in sorted(self._file.value().items())]


def require_listed(
    officers: Officers, party: str, officer: str, category: Category, at: datetime
) -> None:
    """Raise OfficerNotAuthorised unless a list lets an officer of ``party`` search then."""
    entry = officers.get((party, officer))
    if entry is None:
        raise OfficerNotAuthorised(f"the officer is not on the list of {party}")
    if category not in entry.categories:
        raise OfficerNotAuthorised(f"the officer is not authorised for {category.value} data")
    if not entry.valid_from <= at < entry.valid_until:
        raise OfficerNotAuthorised("the officer's authorisation is not valid at this time")


def parse(content: bytes) -> Officers:
    """Return the officers of a TOML document. Raises ConfigurationInvalid."""
    try:
        document = msgspec.toml.decode(content, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigurationInvalid(f"officers: {error}") from None
    officers: dict[tuple[str, str], Officer] = {}
    for entry in document.officer:
        if entry.valid_until <= entry.valid_from:
            raise ConfigurationInvalid(f"officer {entry.id} of {entry.party} is never valid")
        if (entry.party, entry.id) in officers:
            raise ConfigurationInvalid(f"officer {entry.id} of {entry.party} is listed twice")
        officers[entry.party, entry.id] = entry
    return officers
