"""Checking the record from its first entry to its last, against every head ever signed."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from appliance.audit import chain, heads
from appliance.audit.heads import Head
from appliance.domain.errors import ConfigurationInvalid, StorageCorrupt
from appliance.store import record_table, setting_table
from appliance.store.database import Database

ENTRIES_PER_READ = 1_000


@dataclass(frozen=True, slots=True)
class RecordReport:
    """What a verification found: ``broken_at`` is the first sequence in doubt, 0 if none is."""

    entries: int
    heads: int
    intact: bool
    broken_at: int
    reason: str


class _Broken(Exception):
    """The record is not what was written, from ``sequence`` on."""

    def __init__(self, sequence: int, reason: str) -> None:
        super().__init__(reason)
        self.sequence = sequence
        self.reason = reason


class Verification:
    """One walk through the record. Cost: a hash an entry, a signature check a head."""

    def __init__(self, database: Database, heads_path: Path, public_bytes: bytes) -> None:
        self._database = database
        self._heads_path = heads_path
        self._public_bytes = public_bytes
        self._entries = 0
        self._heads = 0

    def run(self) -> RecordReport:
        """Return what was found; a record that grows meanwhile is checked as far as it was."""
        try:
            self._walk()
        except _Broken as broken:
            return RecordReport(self._entries, self._heads, False, broken.sequence, broken.reason)
        except StorageCorrupt as error:
            at = self._entries + 1
            return RecordReport(self._entries, self._heads, False, at, error.message)
        return RecordReport(self._entries, self._heads, True, 0, "")

    def _walk(self) -> None:
        # Heads first: an entry is durable before its head is signed, so whatever head is seen
        # here must find its entry below.
        signed = self._signed_heads()
        head = next(signed, None)
        previous = chain.GENESIS
        for sequence, leaf, digest in self._rows():
            if sequence != self._entries + 1:
                raise _Broken(self._entries + 1, "an entry is missing")
            if digest != chain.digest(previous, leaf):
                raise _Broken(sequence, "the entry is not the one the chain was built over")
            if chain.entry(leaf, digest).sequence != sequence:
                raise _Broken(sequence, "the entry belongs elsewhere in the record")
            self._entries, previous = sequence, digest
            while head is not None and head.sequence <= sequence:
                self._check(head, sequence, digest)
                head = next(signed, None)
        if head is not None:
            raise _Broken(
                self._entries + 1,
                f"a head was signed over {head.sequence} entries, {self._entries} are left",
            )

    def _check(self, head: Head, sequence: int, digest: bytes) -> None:
        if head.sequence < sequence:
            raise _Broken(head.sequence, "the signed heads are not in order")
        try:
            head.verify(self._public_bytes)
        except StorageCorrupt:
            raise _Broken(sequence, "the head over this entry is not signed by our key") from None
        if head.digest != digest:
            raise _Broken(sequence, "the signed head does not fit the record up to here")
        self._heads += 1

    def _rows(self) -> Iterator[tuple[int, str, bytes]]:
        after = 0
        while True:
            rows = self._database.read(
                partial(record_table.page, after=after, limit=ENTRIES_PER_READ)
            )
            if not rows:
                return
            yield from rows
            after = rows[-1][0]

    def _signed_heads(self) -> Iterator[Head]:
        """Yield the heads of the log and of the database, by sequence."""
        store, newest = self._database.read(
            lambda tx: (setting_table.store_id(tx), record_table.last_head(tx))
        )
        logged = self._belonging(store, heads.read_log(self._heads_path))
        kept = self._belonging(store, self._kept_lines(newest))
        return heapq.merge(logged, kept, key=lambda head: head.sequence)

    def _belonging(self, store: bytes, lines: Iterator[str]) -> Iterator[Head]:
        for line in lines:
            head = heads.parse(line)
            if head.store != store:
                raise _Broken(head.sequence, "a head belongs to another appliance")
            yield head

    def _kept_lines(self, newest: int) -> Iterator[str]:
        after = 0
        while after < newest:
            rows = self._database.read(
                partial(record_table.heads_page, after=after, limit=ENTRIES_PER_READ)
            )
            if not rows:
                return
            for sequence, line in rows:
                if sequence <= newest:
                    yield line
            after = rows[-1][0]


def verify_files(database_path: Path, heads_path: Path, public_bytes: bytes) -> RecordReport:
    """Check the record of an installation from its files, also while the service runs.

    Raises ConfigurationInvalid if there is no such database.
    """
    if not database_path.is_file():
        raise ConfigurationInvalid(f"{database_path}: no database")
    database = Database(database_path, on_fatal=lambda _error: None)
    try:
        return Verification(database, heads_path, public_bytes).run()
    finally:
        database.close()
