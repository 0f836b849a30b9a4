"""What auditors and data protection authorities do with the record (Art. 13(1), 14, 17, 18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from appliance.domain.codes import Collection
from appliance.domain.record import RecordEntry, Subject

AUTHORITY_TERM = timedelta(weeks=4)
"""Within which recorded data reaches the authority that asked for it (Art. 17(3))."""
AUTHORITY_WARNING = timedelta(days=7)
"""So long before its end a request counts as due soon."""


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which entries are wanted; what is empty or None does not bound them.

    ``since`` and ``until`` are days of UTC, both included. ``act`` is the name of an act.
    ``request_number`` is one of ``party``. ``officer`` searched, or ordered a search.
    """

    since: date | None = None
    until: date | None = None
    act: str = ""
    party: str = ""
    request_number: str = ""
    subject: Subject | None = None
    officer: str = ""

    def fits(self, entry: RecordEntry) -> bool:
        """Tell whether an entry is wanted, whatever its day."""
        details = dict(entry.details)
        officers = (details.get("officer", ""), details.get("ordering_officer", ""))
        return (
            self.act in ("", entry.act.value)
            and self.party in ("", entry.party)
            and self.request_number in ("", details.get("request_number", ""))
            and (self.subject is None or self.subject in entry.subjects)
            and (not self.officer or self.officer in officers)
        )


class AuthorityRequestState(StrEnum):
    """How a request of an authority stands."""

    OPEN = "open"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class AuthorityRequest:
    """A request of a data protection authority for recorded data (Art. 17(3))."""

    number: int
    authority: str
    reference: str
    requested_on: date
    due_at: datetime
    terms: RecordFilter
    opened_at: datetime
    delivered_at: datetime | None

    def state(self, now: datetime) -> AuthorityRequestState:
        """Tell how it stands at an instant."""
        if self.delivered_at is not None:
            return AuthorityRequestState.DELIVERED
        if now >= self.due_at:
            return AuthorityRequestState.OVERDUE
        near = now >= self.due_at - AUTHORITY_WARNING
        return AuthorityRequestState.DUE_SOON if near else AuthorityRequestState.OPEN


@dataclass(frozen=True, slots=True)
class SampleResult:
    """What a check of one entry has shown (Art. 17(5), (6))."""

    sequence: int
    admissible: bool
    remark: str
    found_at: datetime


@dataclass(frozen=True, slots=True)
class Sample:
    """Entries drawn at random by ``seed`` from those numbered ``first`` to ``last``."""

    number: int
    seed: str
    first: int
    last: int
    sequences: tuple[int, ...]
    drawn_at: datetime
    results: tuple[SampleResult, ...] = ()


class AuthorisationKind(StrEnum):
    """What the Party that supplied data has authorised."""

    ONWARD_SUPPLY = "onward_supply"  # to another entity (Art. 14)
    OTHER_PURPOSE = "other_purpose"  # use for another purpose than the search's (Art. 13(1))


@dataclass(frozen=True, slots=True)
class Authorisation:
    """One authorisation: for the data of ``party``'s request, on the word of ``given_by``.

    ``purpose`` is the one authorised, empty for an onward supply. ``reference`` names the
    authorisation in the files of the Party that gave it.
    """

    number: int
    kind: AuthorisationKind
    party: str
    request_number: str
    purpose: str
    reference: str
    given_by: str
    given_on: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ManualSupply:
    """A supply or receipt by hand, as Art. 17(1) has it logged.

    ``data`` says what was supplied, by reference numbers. ``authorisation`` is the reference under
    which the supplying Party authorised it, where data that ``origin_party`` supplied upon request
    ``origin_request`` is passed on (Art. 14).
    """

    reason: str
    data: str
    supplied_on: date
    supplying_body: str
    receiving_body: str
    officer: str
    origin_party: str = ""
    origin_request: str = ""
    authorisation: str = ""


@dataclass(frozen=True, slots=True)
class ListedOfficer:
    """One line of the list of officers (Art. 17(2)(a))."""

    party: str
    id: str
    categories: tuple[str, ...]
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class OfficersVersion:
    """A list of officers as it was loaded, from ``seen_at`` on."""

    digest: str
    seen_at: datetime
    officers: tuple[ListedOfficer, ...]


@dataclass(frozen=True, slots=True)
class SubjectSupply:
    """One supply of an item: to whom, when, upon which request and for what (Art. 18(1))."""

    party: str
    supplied_at: datetime
    request_number: str
    purpose: str
    case_reference: str
    sequence: int


@dataclass(frozen=True, slots=True)
class SubjectReport:
    """What the record tells of an item, oldest first; ``held`` whether it is held now.

    ``after`` is where the next page of it begins, ``more`` whether there is one.
    """

    collection: Collection
    reference_number: str
    origin: str
    held: bool
    flagged: bool
    restricted: bool
    supplies: tuple[SubjectSupply, ...]
    entries: tuple[RecordEntry, ...]
    after: int
    more: bool
