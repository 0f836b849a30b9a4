"""Reading the record: pages of entries, and all that concerns an item of reference data."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.audit import leaf
from appliance.audit.days import Days
from appliance.audit.retention import Retention
from appliance.domain.errors import StorageCorrupt
from appliance.domain.record import RecordEntry, Subject
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

    def about(self, subject: Subject, after: int) -> list[RecordEntry]:
        """Return the entries after ``after`` that concern an item, in order.

        At most ENTRIES_PER_PAGE_MAX: where so many come back, ask again after the last of them.
        """

        def read(tx: Transaction) -> list[RecordEntry]:
            found = self._days.find(tx, subject, after, ENTRIES_PER_PAGE_MAX)
            rows = (record_table.content(tx, sequence) for sequence in found)
            return self._opened(tx, (row for row in rows if row is not None))

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
        entries: list[RecordEntry] = []
        for sequence, leaf_hash, sealed in rows:
            run = record_day_table.holding(tx, sequence)
            if run is None:
                raise StorageCorrupt(f"entry {sequence} of the record belongs to no day")
            try:
                key = self._days.key(run)
            except KeyDestroyed:
                if run.expired_at is None:
                    raise
                continue
            entry = leaf.entry(key.open(sealed, leaf.context(sequence)))
            if (entry.sequence, entry.leaf_hash) != (sequence, leaf_hash):
                raise StorageCorrupt(f"entry {sequence} of the record is not the one recorded")
            if not self._retention.is_over(entry.recorded_at):
                entries.append(entry)
        return entries
