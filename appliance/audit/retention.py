"""Deleting what was recorded once its time is over (Art. 17(4)), day by day.

That a day expires is recorded and a head signed over it; then its key is destroyed, then its
contents and its index are deleted in small works between those of searches. A crash at any point
is made good by the next call: a day keeps its mark and its key's place until all is done. The leaf
hashes stay, and so the tree can be verified as before. Nothing can hold a day back: the Agreement
knows no exception.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Protocol

from appliance.audit.days import Days
from appliance.audit.period import day_is_over, years_after
from appliance.domain.clock import Clock
from appliance.domain.record import Act
from appliance.store import record_day_table, record_table
from appliance.store.database import Database, Transaction

ROWS_PER_WORK = 500
"""Rows that one work deletes: about as long as a search may wait for the writer."""


class Append(Protocol):
    """``Record.append``."""

    def __call__(
        self, tx: Transaction, act: Act, party: str, details: Mapping[str, str], /
    ) -> int: ...


class Retention:
    """Knows what is over, and deletes it. Thread-safe."""

    def __init__(
        self,
        database: Database,
        days: Days,
        append: Append,
        sign: Callable[[Transaction], None],
        clock: Clock,
        years: Callable[[], int],
    ) -> None:
        self._database = database
        self._days = days
        self._append = append
        self._sign = sign
        self._clock = clock
        self._years = years
        self._expiring = threading.Lock()
        self._stopped = False

    def is_over(self, recorded_at: datetime) -> bool:
        """Say whether an entry's time is over: it is not shown any more, be it deleted or not."""
        return years_after(recorded_at, self._years()) <= self._clock.now()

    def expire(self, check_clock: Callable[[], None]) -> int:
        """Delete all days that are wholly over, as they are kept by UTC.

        Returns how many contents were deleted. Searches go on meanwhile. Raises RecordUnavailable
        where the disk refuses, and what ``check_clock`` raises of a clock that cannot be right;
        the next call goes on from there.
        """
        with self._expiring:
            return sum(self._expire(day) for day in self._due(check_clock))

    def stop(self) -> None:
        """Let a call under way end after its current work, and later ones do nothing."""
        self._stopped = True

    def _due(self, check_clock: Callable[[], None]) -> list[date]:
        years, now = self._years(), self._clock.now()
        # After the look at it: a clock that is set in between does not count yet.
        check_clock()
        days = {run.day for run in self._database.read(record_day_table.with_key)}
        return sorted(day for day in days if day_is_over(day, years, now))

    def _expire(self, day: date) -> int:
        runs = self._database.write(lambda tx: self._mark(tx, day)).result()
        for first, _ in runs:
            run = self._database.read(partial(record_day_table.holding, sequence=first))
            if run is not None and not self._stopped:
                self._days.destroy(run)
        deleted = sum(self._delete(first, last) for first, last in runs)
        if not self._stopped:
            self._database.write(lambda tx: record_day_table.clear_key(tx, day)).result()
        return deleted

    def _mark(self, tx: Transaction, day: date) -> list[tuple[int, int]]:
        """Mark a day as expired, on record; return first and last sequence of each of its runs."""
        newest = record_table.last_sequence(tx)
        days = record_day_table.with_key(tx, day)
        runs = [
            (run.first_sequence, record_day_table.end_of(tx, run.first_sequence) or newest)
            for run in days
        ]
        if any(run.expired_at is None for run in days):
            record_day_table.expire(tx, day, self._clock.now())
            ranges = "\n".join(f"{first}-{last}" for first, last in runs)
            self._append(tx, Act.RECORD_EXPIRED, "", {"day": day.isoformat(), "entries": ranges})
            # The head says that it was time, to whoever finds the contents gone.
            self._sign(tx)
        return runs

    def _delete(self, first: int, last: int) -> int:
        deleted = 0
        for begin in range(first, last + 1, ROWS_PER_WORK):
            if self._stopped:
                return deleted
            end = min(last, begin + ROWS_PER_WORK - 1)
            deleted += self._database.write(
                partial(record_table.delete_contents, first=begin, last=end)
            ).result()
        while (
            not self._stopped
            and self._database.write(
                lambda tx: record_day_table.delete_subjects(tx, first, ROWS_PER_WORK)
            ).result()
        ):
            continue
        return deleted
