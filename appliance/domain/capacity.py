"""Declared capacities and what is left of them (Implementing Agreement, Art. 10(1))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from appliance.domain.codes import Bucket


@dataclass(frozen=True, slots=True)
class Declaration:
    """Searches a day that ``party`` may make in ``bucket``, from ``effective_from`` on."""

    party: str
    bucket: Bucket
    searches_per_day: int
    effective_from: datetime
    declared_by: str


@dataclass(frozen=True, slots=True)
class CapacityUse:
    """What is used of a capacity on ``day`` of the declared zone, until ``opens_at``, midnight."""

    party: str
    bucket: Bucket
    day: date
    capacity: int
    used: int
    opens_at: datetime
