"""Days of the record: the key of each, and the index of items and requests under that key.

A day is one of UTC: each has 24 hours, no change of the zone or of its rules can move an entry
into another day, and the times in the entries are UTC too. Which day an entry belongs to is the
clock's word at the append; a clock that was set back finds the key of its day again.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC, date, datetime

from appliance.domain.errors import InvariantBroken
from appliance.domain.record import Subject
from appliance.keys.day_key import DayKey, DayVault
from appliance.keys.key_vault import KeyDestroyed
from appliance.store import record_day_table
from appliance.store.database import Transaction
from appliance.store.record_day_table import RecordDay

KEYS_CACHED_MAX = 1_200  # the days of the longest period a legal profile knows, three years


class Days:
    """Keys of the days of one record. Thread-safe, but for ``for_entry``: the writer's only."""

    def __init__(self, vault: DayVault) -> None:
        self._vault = vault
        self._keys: OrderedDict[bytes, DayKey] = OrderedDict()
        self._lock = threading.Lock()
        # The key made last: where its transaction fails, the next one uses it.
        self._made: tuple[date, int, bytes] | None = None

    def for_entry(self, tx: Transaction, sequence: int, at: datetime) -> tuple[int, DayKey]:
        """Return the run that a new entry belongs to, by its first sequence, and its key.

        The key of a new day is durable in the vault before this returns. Raises RecordUnavailable
        where the disk refuses it.
        """
        today = at.astimezone(UTC).date()
        run = record_day_table.newest(tx)
        if run is None or run.day != today or run.expired_at is not None:
            slot, sealed = self._key_for(tx, today)
            record_day_table.insert(tx, sequence, today, slot, sealed)
            run = RecordDay(sequence, today, slot, sealed, None)
        return run.first_sequence, self.key(run)

    def key(self, run: RecordDay) -> DayKey:
        """Return the key of a run. Raises KeyDestroyed once it was destroyed, StorageCorrupt."""
        if run.slot is None or run.sealed is None:
            raise KeyDestroyed(f"the key of {run.day} was destroyed")
        with self._lock:
            if run.sealed not in self._keys:
                secret = self._vault.open(run.slot, run.sealed, _context(run.day))
                self._keys[run.sealed] = DayKey(secret)
                if len(self._keys) > KEYS_CACHED_MAX:
                    self._keys.popitem(last=False)
            self._keys.move_to_end(run.sealed)
            return self._keys[run.sealed]

    def destroy(self, run: RecordDay) -> None:
        """Overwrite the key of a run, durable on return; one that is destroyed stays so.

        The slot may have another key by now, which is left alone. Raises RecordUnavailable.
        """
        if run.slot is None or run.sealed is None:
            raise InvariantBroken(f"the key of {run.day} was destroyed before")
        with self._lock:
            self._keys.pop(run.sealed, None)
            if self._made is not None and self._made[2] == run.sealed:
                self._made = None
            if self._vault.holds(run.slot, run.sealed):
                self._vault.destroy(run.slot)

    def close(self) -> None:
        """Close the vault; keys stay as they are."""
        self._vault.close()

    def index(
        self, tx: Transaction, first: int, key: DayKey, found_under: Iterable[tuple[int, bytes]]
    ) -> None:
        """Make entries of a run findable: sequence and topic, of ``of_item`` or ``of_request``."""
        tagged = {(key.tag(topic), sequence) for sequence, topic in found_under}
        record_day_table.insert_index(tx, first, sorted(tagged))

    def find(self, tx: Transaction, topic: bytes, after: int, limit: int) -> list[int]:
        """Return up to ``limit`` entries after ``after`` that stand under a topic, in order.

        Cost: one hash and one look-up a day from that entry on.
        """
        runs = record_day_table.with_key(tx)
        begins = [run.first_sequence for run in runs]
        found: list[int] = []
        # The run of the next entry is the last that begins no later.
        for run in runs[max(0, bisect_right(begins, after + 1) - 1) :]:
            if len(found) == limit:
                break
            if run.expired_at is None:
                tag, left = self.key(run).tag(topic), limit - len(found)
                found += record_day_table.find_subject(tx, run.first_sequence, tag, after, left)
        return found

    def _key_for(self, tx: Transaction, day: date) -> tuple[int, bytes]:
        """Return slot and sealed key of a day: the one it has, or a new one."""
        for run in record_day_table.with_key(tx, day):
            if run.slot is not None and run.sealed is not None and run.expired_at is None:
                return run.slot, run.sealed
        if self._made is None or self._made[0] != day:
            slot, sealed = self._vault.seal(DayKey.new_secret(), _context(day))
            self._made = (day, slot, sealed)
        return self._made[1], self._made[2]


def _context(day: date) -> bytes:
    return f"record of {day.isoformat()}".encode()


def of_item(subject: Subject) -> bytes:
    """Return the topic of an item of reference data."""
    collection, reference_number = subject
    return f"{collection.value}\0{reference_number}".encode()


def of_request(party: str, request_number: str) -> bytes:
    """Return the topic of a request; no collection is called so."""
    return f"request\0{party}\0{request_number}".encode()
