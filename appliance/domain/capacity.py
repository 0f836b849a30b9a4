"""Declared capacities and what is left of them (Implementing Agreement, Art. 10(1))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from appliance.domain.codes import Bucket, SearchType


class Direction(StrEnum):
    """Who searches whom."""

    INCOMING = "incoming"  # what another Party may still ask of this one
    OUTGOING = "outgoing"  # what this Party may still ask of another


class Total(StrEnum):
    """The capacity over all that is searched in a day."""

    DAY = "total"


Scope = Total | Bucket | SearchType
"""What a declaration bounds: one search type, one of the two buckets, or all of a day."""

_SCOPES: dict[str, Scope] = {
    each.value: each for kind in (Total, Bucket, SearchType) for each in kind
}


def scope_of(value: str) -> Scope:
    """Return the scope of this name. Raises KeyError."""
    return _SCOPES[value]


@dataclass(frozen=True, slots=True)
class Declaration:
    """Searches a day in ``scope``, from ``effective_from`` on.

    ``party`` is the other Party: it searches here, or is searched (``direction``). A day is one of
    ``time_zone`` (IANA); empty means the zone of this appliance.
    """

    party: str
    scope: Scope
    searches_per_day: int
    effective_from: datetime
    declared_by: str
    direction: Direction = Direction.INCOMING
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class CapacityUse:
    """What is used of a capacity on ``day`` of the declared zone, until ``opens_at``, midnight.

    ``accelerated`` counts those among the used searches that asked for the accelerated lane.
    """

    party: str
    scope: Scope
    day: date
    capacity: int
    used: int
    opens_at: datetime
    direction: Direction = Direction.INCOMING
    accelerated: int = 0


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """Searches that this Party is about to ask of ``party`` under a request number of its own."""

    party: str
    request_number: str
    search_type: SearchType
    searches: int


@dataclass(frozen=True, slots=True)
class Outage:
    """A time without searches for reasons of vis major (Implementing Agreement, Art. 11(2)).

    ``ended_at`` is None while it lasts.
    """

    number: int
    reason: str
    began_at: datetime
    ended_at: datetime | None
