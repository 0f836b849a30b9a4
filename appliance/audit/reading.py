"""Reading the record: pages of entries, and all that concerns an item of reference data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from appliance.audit import leaf
from appliance.audit.days import Days
from appliance.audit.retention import Retention
from appliance.domain.errors import StorageCorrupt
from appliance.domain.record import RecordEntry, RecordLeaf
from appliance.keys.key_vault import KeyDestroyed
from appliance.store import record_day_table, record_table
from appliance.store.database import Database, Transaction

ENTRIES_PER_PAGE_MAX = 1_000
PAGE_BYTES_MAX = 4 * 1024 * 1024
"""A page ends early with the entry that reaches this: one may supply thousands of items."""
ENTRIES_PER_READ = 100


class Reading:
    """Reads entries that are kept still, thread-safe. StorageCorrupt where one does not open."""

    def __init__(self, database: Database, days: Days, retention: Retention) -> None:
        self._database = database
        self._days = days
        self._retention = retention

    def size(self) -> int:
        """Return how many entries there are, expired ones among them."""
        return self._database.read(record_table.last_sequence)

    def entries(self, after: int, limit: int) -> list[RecordEntry]:
        """Return up to ``limit`` (at most ENTRIES_PER_PAGE_MAX) entries after ``after``, in order.

        An entry whose time is over is passed over. The page ends early at PAGE_BYTES_MAX.
        """
        return self._database.read(
            lambda tx: self._page(tx, after, max(0, min(limit, ENTRIES_PER_PAGE_MAX)))
        )

    def leaves(self, after: int, limit: int) -> list[RecordLeaf]:
        """Return up to ``limit`` (at most ENTRIES_PER_PAGE_MAX) leaves after ``after``, in order.

        None is left out; the content of one whose time is over is. The page ends early at
        PAGE_BYTES_MAX.
        """

        def read(tx: Transaction) -> list[RecordLeaf]:
            count = max(0, min(limit, ENTRIES_PER_PAGE_MAX))
            hashes = record_table.hashes(tx, 0, after, count)
            sealed = dict(record_table.sealed_between(tx, after + 1, after + len(hashes)))
            leaves: list[RecordLeaf] = []
            size_bytes = 0
            for sequence, leaf_hash in enumerate(hashes, after + 1):
                size_bytes += len(sealed.get(sequence, b""))
                known = sequence in sealed and self._entry(
                    tx, sequence, leaf_hash, sealed[sequence]
                )
                leaves.append(RecordLeaf(sequence, leaf_hash, known[1] if known else None))
                if size_bytes >= PAGE_BYTES_MAX:
                    break
            return leaves

        return self._database.read(read)

    def about(self, topic: bytes, after: int, limit: int) -> list[RecordEntry]:
        """Return up to ``limit`` (at most ENTRIES_PER_PAGE_MAX) entries after ``after`` under a
        topic of ``days``, in order.

        The page ends early at PAGE_BYTES_MAX, and is empty only where none is left.
        """

        def read(tx: Transaction) -> list[RecordEntry]:
            most, last, size_bytes = max(0, min(limit, ENTRIES_PER_PAGE_MAX)), after, 0
            page: list[RecordEntry] = []
            while len(page) < most and size_bytes < PAGE_BYTES_MAX:
                wanted = min(most - len(page), ENTRIES_PER_READ)
                found = self._days.find(tx, topic, last, wanted)
                if not found:
                    break
                last = found[-1]
                rows = [row for each in found if (row := record_table.content(tx, each))]
                size_bytes += sum(len(sealed) for _, _, sealed in rows)
                page += self._opened(tx, rows)
            return page

        return self._database.read(read)

    def range_of(self, since: date | None, until: date | None) -> tuple[int, int]:
        """Return first and last entry of days (UTC), both included; None: to that end.

        An empty range ends before it begins. A day that the clock was set back into stands where
        it first began.
        """

        def read(tx: Transaction) -> tuple[int, int]:
            runs = record_day_table.everyone(tx)
            newest = record_table.last_sequence(tx)
            firsts = [run.first_sequence for run in runs if since is None or run.day >= since]
            beyond = [run.first_sequence for run in runs if until is not None and run.day > until]
            return min(firsts, default=newest + 1), min(beyond, default=newest + 1) - 1

        return self._database.read(read)

    def _page(self, tx: Transaction, after: int, limit: int) -> list[RecordEntry]:
        page: list[RecordEntry] = []
        size_bytes = 0
        while len(page) < limit and size_bytes < PAGE_BYTES_MAX:
            wanted = min(limit - len(page), ENTRIES_PER_READ)
            rows = list(record_table.contents(tx, after, wanted))
            if not rows:
                break
            after = rows[-1][0]
            size_bytes += sum(len(sealed) for _, _, sealed in rows)
            page += self._opened(tx, rows)
        return page

    def _opened(
        self, tx: Transaction, rows: Iterable[tuple[int, bytes, bytes]]
    ) -> list[RecordEntry]:
        opened = (self._entry(tx, *row) for row in rows)
        return [entry for entry, _ in filter(None, opened)]

    def _entry(
        self, tx: Transaction, sequence: int, leaf_hash: bytes, sealed: bytes
    ) -> tuple[RecordEntry, bytes] | None:
        """Return an entry and its leaf, None where its time is over."""
        run = record_day_table.holding(tx, sequence)
        if run is None:
            raise StorageCorrupt(f"entry {sequence} of the record belongs to no day")
        try:
            content = self._days.key(run).open(sealed, leaf.context(sequence))
        except KeyDestroyed:
            if run.expired_at is None:
                raise
            return None
        entry = leaf.entry(content)
        if (entry.sequence, entry.leaf_hash) != (sequence, leaf_hash):
            raise StorageCorrupt(f"entry {sequence} of the record is not the one recorded")
        return None if self._retention.is_over(entry.recorded_at) else (entry, content)
