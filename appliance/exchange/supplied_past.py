"""Supplied matches end with the record of their supply; what is left of them is counts."""

from __future__ import annotations

from datetime import datetime

from appliance.config.pack_book import PackBook
from appliance.config.settings import Settings
from appliance.domain.clock import Clock
from appliance.store import statistics_table, verification_table
from appliance.store.database import Database, Transaction
from appliance.store.instant import from_us

REQUESTS_PER_COMMIT_MAX = 1_000


class SuppliedPast:
    """Sums up and erases matches as old as the record may grow (Art. 17(4)). Thread-safe."""

    def __init__(
        self, database: Database, packs: PackBook, settings: Settings, clock: Clock
    ) -> None:
        self._database = database
        self._packs = packs
        self._settings = settings
        self._clock = clock

    def sum_up(self) -> int:
        """Erase the matches of old requests, their numbers kept; return of how many requests."""
        years = self._packs.in_force().record_retention_years
        before = _years_earlier(self._clock.now(), years)
        erased = 0
        while self._database.read(lambda tx: self._oldest_before(tx, before)) is not None:
            erased += self._database.write(lambda tx: self._sum_up_some(tx, before)).result()
        return erased

    def _sum_up_some(self, tx: Transaction, before: datetime) -> int:
        for erased in range(REQUESTS_PER_COMMIT_MAX):
            oldest = self._oldest_before(tx, before)
            if oldest is None:
                return erased
            request, received_at = oldest
            day = received_at.astimezone(self._settings.zone).date()
            statistics_table.sum_up(tx, request, day)
            verification_table.erase(tx, request)
        return REQUESTS_PER_COMMIT_MAX

    def _oldest_before(self, tx: Transaction, before: datetime) -> tuple[int, datetime] | None:
        oldest = statistics_table.oldest_supplied(tx)
        if oldest is None or from_us(oldest[1]) > before:
            return None
        return oldest[0], from_us(oldest[1])


def _years_earlier(at: datetime, years: int) -> datetime:
    """Return the same moment ``years`` earlier; 28 February for an absent 29 February."""
    try:
        return at.replace(year=at.year - years)
    except ValueError:
        return at.replace(year=at.year - years, day=28)
