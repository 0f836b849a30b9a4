"""The record of an installation as verification reads it: leaves and heads from its own files."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

from appliance.audit import heads, leaf, merkle
from appliance.audit.days import Days
from appliance.audit.heads import Head
from appliance.audit.heads_log import read_log
from appliance.audit.tree import TILE, TILE_LEVELS
from appliance.audit.verification import Broken, RecordReport, Tile, Verification
from appliance.domain.errors import ConfigurationInvalid, StorageCorrupt
from appliance.keys.day_key import DayKey, DayVault
from appliance.keys.key_vault import KeyDestroyed
from appliance.keys.master_key import MasterKey
from appliance.store import record_day_table, record_table, setting_table
from appliance.store.database import Database
from appliance.store.filesystem import RealFileSystem
from appliance.store.record_day_table import RecordDay

TILES_PER_READ = 16
HEADS_PER_READ = 1_000
LOG_LAG = timedelta(seconds=60)
"""Heads so much older than the newest must be in the log; younger ones a crash may keep from it."""


def verify_store(
    database: Database, heads_path: Path, public_bytes: bytes, days: Days | None
) -> RecordReport:
    """Check the record of a database, also while it grows: as far as it was when read.

    Without ``days`` no content is opened: tree and heads are checked all the same.
    """
    stored = Stored(database, heads_path, days)
    return Verification(public_bytes).run(stored.tiles(), stored.heads())


def verify_files(
    database_path: Path,
    heads_path: Path,
    public_bytes: bytes,
    keys: tuple[Path, Path] | None = None,
) -> RecordReport:
    """Check the record of an installation from its files, also while the service runs.

    ``keys`` are the files of the master key and of the days' keys; without them contents are not
    opened. Raises ConfigurationInvalid if there is no such database or key.
    """
    for path in (database_path, *(keys or ())):
        if not path.is_file():
            raise ConfigurationInvalid(f"{path}: no such file")
    database = Database(database_path, on_fatal=lambda _error: None)
    try:
        if keys is None:
            return verify_store(database, heads_path, public_bytes, None)
        vault = DayVault(keys[1], MasterKey.load(keys[0]), RealFileSystem())
        try:
            return verify_store(database, heads_path, public_bytes, Days(vault))
        finally:
            vault.close()
    finally:
        database.close()


class Stored:
    """Leaves and heads of one database and its log."""

    def __init__(self, database: Database, heads_path: Path, days: Days | None) -> None:
        self._database = database
        self._heads_path = heads_path
        self._days = days
        self._nodes: list[bytes] = []

    def heads(self) -> Iterator[Head]:
        """Yield every head, once it was seen to be the same in the database and in the log."""
        store = self._database.read(setting_table.store_id)
        # A head reaches the log after the database. So what the log holds between the two looks
        # must be among those of the second, and those of the first must be in the log, but for
        # what a crash may have kept from it.
        due, _ = self._database.read(record_table.last_head)
        logged = read_log(self._heads_path)
        newest, _ = self._database.read(record_table.last_head)
        former: Head | None = None
        missing: Head | None = None
        for line, kept in itertools.zip_longest(logged, self._kept_heads(newest)):
            if kept is None:
                raise Broken(
                    former.size + 1 if former else 1,
                    "the log holds heads that the database lacks: it was rolled back",
                )
            head = heads.parse(kept)
            if line is None:
                missing = missing or head
            elif line != kept:
                at = min(head.size, heads.parse(line).size)
                raise Broken(at, f"head {head.number} differs between the database and the log")
            if head.store != store:
                raise Broken(head.size, f"head {head.number} belongs to another appliance")
            yield head
            former = head
        if missing is None or former is None or missing.number > due:
            return
        if former.signed_at - missing.signed_at > LOG_LAG:
            raise Broken(missing.size, f"the log lacks head {missing.number} and all after it")

    def tiles(self) -> Iterator[Tile]:
        """Yield all leaves; raises Broken where one is missing or a stored node does not fit."""
        runs = self._database.read(record_day_table.everyone)
        day_of = _Runs(runs, self._days)
        after = 0
        while True:
            rows = self._database.read(
                partial(record_table.page, after=after, limit=TILE * TILES_PER_READ)
            )
            for number, (sequence, _, _) in enumerate(rows, after + 1):
                if sequence != number:
                    raise Broken(number, "an entry is missing")
            for start in range(0, len(rows), TILE):
                some = rows[start : start + TILE]
                hashes = [value for _, value, _ in some]
                if len(some) == TILE:
                    self._nodes.append(merkle.root_of(hashes))
                yield Tile(hashes, day_of.open(some))
            if len(rows) < TILE * TILES_PER_READ:
                break
            after = rows[-1][0]
        self._check_nodes()

    def _check_nodes(self) -> None:
        """See that the stored nodes, which proofs are made of, are those over the leaves."""
        level, expected = TILE_LEVELS, self._nodes
        while expected:
            for start in range(0, len(expected), TILE):
                some = expected[start : start + TILE]
                kept = self._database.read(
                    partial(record_table.hashes, level=level, first=start, count=len(some))
                )
                for number, (value, stored) in enumerate(itertools.zip_longest(some, kept), start):
                    if value != stored:
                        first = (number << level) + 1
                        raise Broken(first, "a stored node of the tree does not fit its leaves")
            full = len(expected) - len(expected) % TILE
            expected = [
                merkle.root_of(expected[start : start + TILE]) for start in range(0, full, TILE)
            ]
            level += TILE_LEVELS

    def _kept_heads(self, newest: int) -> Iterator[str]:
        after = 0
        while rows := self._database.read(
            partial(record_table.heads_page, after=after, limit=HEADS_PER_READ)
        ):
            yield from (line for number, line in rows if number <= newest)
            after = rows[-1][0]
            if after >= newest:
                return


class _Runs:
    """Opens contents with the key of their day, for sequences that only rise."""

    def __init__(self, runs: list[RecordDay], days: Days | None) -> None:
        self._days = days
        self._rest = iter(runs)
        self._next = next(self._rest, None)
        self._run: RecordDay | None = None
        self._key: DayKey | None = None

    def open(self, rows: Iterable[tuple[int, bytes, bytes | None]]) -> list[bytes | None]:
        contents: list[bytes | None] = []
        for sequence, _, sealed in rows:
            if self._next is not None and sequence >= self._next.first_sequence:
                self._enter(sequence, self._next)
            if self._run is None:
                raise Broken(sequence, "the entry belongs to no day")
            if self._key is not None and sealed is not None:
                try:
                    contents.append(self._key.open(sealed, leaf.context(sequence)))
                except StorageCorrupt as error:
                    raise Broken(sequence, error.message) from None
            elif self._run.expired_at is not None:
                contents.append(b"")
            elif sealed is None:
                raise Broken(sequence, "the content of the entry is missing")
            else:
                contents.append(None)
        return contents

    def _enter(self, sequence: int, run: RecordDay) -> None:
        self._run, self._key = run, None
        self._next = next(self._rest, None)
        if self._days is not None and run.expired_at is None:
            try:
                self._key = self._days.key(run)
            except (KeyDestroyed, StorageCorrupt):
                raise Broken(sequence, f"the key of {run.day} does not open any more") from None
