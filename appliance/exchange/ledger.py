"""Capacities: what a Party may still search today (Implementing Agreement, Art. 10(1)).

A day is one of the requested Party's declared zone, so it has 23 or 25 hours twice a year. What is
used belongs to the day, not to the declaration: a raise in the middle of a day keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from appliance.domain.capacity import CapacityUse
from appliance.domain.codes import Bucket
from appliance.domain.errors import CapacityExhausted
from appliance.store import capacity_table
from appliance.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Reservation:
    """Searches reserved on ``day``, and how much of the capacity is used with them."""

    day: date
    used: int
    capacity: int

    @property
    def remaining_ratio(self) -> float:
        """The share of the day's capacity that is left, 0 to 1."""
        return 1 - self.used / self.capacity


def opens_at(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which the day after ``day`` begins in ``zone``."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def use(tx: Transaction, party: str, bucket: Bucket, at: datetime, zone: ZoneInfo) -> CapacityUse:
    """Return capacity and use of the day that ``at`` falls in; capacity 0 without declaration."""
    day = at.astimezone(zone).date()
    return CapacityUse(
        party=party,
        bucket=bucket,
        day=day,
        capacity=capacity_table.in_force(tx, party, bucket, at) or 0,
        used=capacity_table.used(tx, party, bucket, day),
        opens_at=opens_at(day, zone),
    )


def reserve(
    tx: Transaction, party: str, bucket: Bucket, searches: int, at: datetime, zone: ZoneInfo
) -> Reservation:
    """Reserve ``searches`` in the accepting transaction, all of them or none.

    Raises CapacityExhausted with the seconds until the declared midnight.
    """
    today = use(tx, party, bucket, at, zone)
    if today.used + searches > today.capacity:
        declared = capacity_table.in_force(tx, party, bucket, at) is not None
        raise CapacityExhausted(
            f"{party}, {bucket.value}" + ("" if declared else " (no capacity declared)"),
            capacity=today.capacity,
            retry_after_s=max(1, -((at - today.opens_at) // timedelta(seconds=1))),
        )
    capacity_table.take(tx, party, bucket, today.day, searches)
    return Reservation(today.day, today.used + searches, today.capacity)
