"""Capacities: what may still be searched today (Implementing Agreement, Art. 10(1)).

A day is one of the declared zone, so it has 23 or 25 hours twice a year. What is used belongs to
the day, not to the declaration: a raise in the middle of a day keeps it. A request counts against
its search type, its bucket and the whole day at once, also where nothing is declared for them yet:
what is declared later in the day finds what was used before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from appliance.domain.capacity import CapacityUse, Direction, Scope, Total
from appliance.domain.codes import Bucket, SearchType
from appliance.domain.errors import CapacityExhausted
from appliance.store import capacity_table
from appliance.store.capacity_table import Bound
from appliance.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Charge:
    """The searches of one request; ``party`` is the other Party, whoever asks."""

    party: str
    search_type: SearchType
    searches: int
    accelerated: bool = False

    @property
    def scopes(self) -> tuple[Scope, Scope, Scope]:
        """All that it counts against; its bucket, which is always bounded, stands first."""
        return (self.search_type.bucket, self.search_type, Total.DAY)


@dataclass(frozen=True, slots=True)
class Reservation:
    """Searches reserved on ``day``; ``remaining_ratio`` of the scarcest capacity is left, 0..1."""

    day: date
    remaining_ratio: float


@lru_cache(maxsize=64)
def opens_at(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which the day after ``day`` begins in ``zone``."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


class Ledger:
    """The capacities of one direction; ``zone`` is this appliance's own. Stateless, thread-safe."""

    def __init__(self, direction: Direction, zone: ZoneInfo) -> None:
        self.direction = direction
        self._zone = zone

    def zone_of(self, tx: Transaction, party: str, at: datetime) -> ZoneInfo:
        """Return the zone of a day: a searched Party's own where it declared one, else ours."""
        if self.direction is Direction.OUTGOING:
            name = capacity_table.time_zone(tx, party, at)
            return ZoneInfo(name) if name else self._zone
        return self._zone

    def uses(self, tx: Transaction, party: str, at: datetime) -> list[CapacityUse]:
        """Return the capacities of the day that ``at`` falls in: both buckets, all declared."""
        return self._uses(tx, party, (*Bucket, Total.DAY, *SearchType), at)

    def shortage(self, tx: Transaction, charge: Charge, at: datetime) -> CapacityUse | None:
        """Return the first capacity that has no room for a charge today, None if all have."""
        return _shortage(charge, self._uses(tx, charge.party, charge.scopes, at))

    def fits_a_day(self, tx: Transaction, charge: Charge, at: datetime) -> bool:
        """Say whether a charge would fit a day on which nothing is used yet."""
        found = self._uses(tx, charge.party, charge.scopes, at)
        return all(charge.searches <= use.capacity for use in found)

    def reserve(self, tx: Transaction, charge: Charge, at: datetime) -> Reservation:
        """Reserve searches in the accepting transaction, all of them in every capacity or none.

        Raises CapacityExhausted with the capacity and the seconds until its declared midnight.
        """
        tally = self.tally(tx)
        reservation = tally.reserve(charge, at)
        tally.write()
        return reservation

    def tally(self, tx: Transaction) -> Tally:
        """Return a tally of reservations, for as long as nothing else changes what is used."""
        return Tally(self, tx)

    def give_back(self, tx: Transaction, charge: Charge, day: date) -> None:
        """Take back what ``reserve`` took from a day."""
        accelerated = charge.searches if charge.accelerated else 0
        capacity_table.give_back(
            tx, self.direction, charge.party, charge.scopes, day, charge.searches, accelerated
        )

    def _uses(
        self, tx: Transaction, party: str, scopes: Sequence[Scope], at: datetime
    ) -> list[CapacityUse]:
        zone = self.zone_of(tx, party, at)
        day = at.astimezone(zone).date()
        bounds = capacity_table.bounds(tx, self.direction, party, scopes, day, at)
        return self._stated(party, scopes, bounds, day, zone)

    def _stated(
        self, party: str, scopes: Sequence[Scope], bounds: list[Bound], day: date, zone: ZoneInfo
    ) -> list[CapacityUse]:
        """Return what is declared and its use; a bucket without a declaration has capacity 0."""
        midnight = opens_at(day, zone)
        return [
            CapacityUse(
                party=party,
                scope=scope,
                day=day,
                capacity=bound.declared or 0,
                used=bound.used,
                opens_at=midnight,
                direction=self.direction,
                accelerated=bound.accelerated,
            )
            for scope, bound in zip(scopes, bounds, strict=True)
            if bound.declared is not None or isinstance(scope, Bucket)
        ]


@dataclass(slots=True)
class _Count:
    """A capacity of a day as it was read at ``since``, and what was taken of it since then."""

    bound: Bound
    since: datetime
    searches: int = 0
    accelerated: int = 0

    def holds(self, at: datetime) -> bool:
        """Say whether the same declaration is in force at an instant as at ``since``."""
        return self.since <= at and (self.bound.until is None or at < self.bound.until)


class Tally:
    """Reservations of one transaction: each capacity is read once, and written by ``write``.

    Valid in its transaction only, and only while nothing else there changes what is used.
    """

    def __init__(self, ledger: Ledger, tx: Transaction) -> None:
        self._ledger = ledger
        self._tx = tx
        self._counts: dict[tuple[str, Scope, date], _Count] = {}

    def reserve(self, charge: Charge, at: datetime) -> Reservation:
        """Reserve searches in every capacity or, raising CapacityExhausted, in none."""
        zone = self._ledger.zone_of(self._tx, charge.party, at)
        day = at.astimezone(zone).date()
        counts = self._read(charge, day, at)
        left: list[float] = []
        for scope, count in zip(charge.scopes, counts, strict=True):
            capacity = count.bound.declared
            if capacity is None and isinstance(scope, Bucket):
                capacity = 0
            if capacity is None:
                continue
            used = count.bound.used + count.searches + charge.searches
            if used > capacity:
                midnight = opens_at(day, zone)
                short = CapacityUse(charge.party, scope, day, capacity, used, midnight)
                raise refusal(short, at)
            left.append(1 - used / capacity)
        for count in counts:
            count.searches += charge.searches
            count.accelerated += charge.searches if charge.accelerated else 0
        return Reservation(day, min(left))

    def write(self) -> None:
        """Write what was taken; what is taken later is read anew."""
        taken = [
            (*key, count.searches, count.accelerated)
            for key, count in self._counts.items()
            if count.searches
        ]
        capacity_table.take(self._tx, self._ledger.direction, taken)
        self._counts.clear()

    def _read(self, charge: Charge, day: date, at: datetime) -> list[_Count]:
        """Return the counts of a charge, in the order of its scopes."""
        keys = {scope: (charge.party, scope, day) for scope in charge.scopes}
        known = [self._counts[key] for key in keys.values() if key in self._counts]
        if not all(count.holds(at) for count in known):
            self.write()
        missing = [scope for scope, key in keys.items() if key not in self._counts]
        if missing:
            bounds = capacity_table.bounds(
                self._tx, self._ledger.direction, charge.party, missing, day, at
            )
            for scope, bound in zip(missing, bounds, strict=True):
                self._counts[keys[scope]] = _Count(bound, at)
        return [self._counts[key] for key in keys.values()]


def refusal(use: CapacityUse, at: datetime) -> CapacityExhausted:
    """Return what is said of a capacity that has no room, and when it opens again."""
    return CapacityExhausted(
        f"{use.party}, {use.scope.value}" + ("" if use.capacity else " (no capacity declared)"),
        capacity=use.capacity,
        retry_after_s=max(1, -((at - use.opens_at) // timedelta(seconds=1))),
        judged_at=at,
    )


def _shortage(charge: Charge, found: Iterable[CapacityUse]) -> CapacityUse | None:
    return next((use for use in found if use.used + charge.searches > use.capacity), None)
