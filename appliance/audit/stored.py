"""The record of an installation as verification reads it: tiles and heads from its own files.

A long record is checked by as many processes as there are processors, each with a range of tiles;
the walk over the tiles stays one, so that the first fault found is the first there is.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from appliance.audit import heads, merkle, proofs
from appliance.audit.days import Days
from appliance.audit.heads import Head
from appliance.audit.heads_log import read_log
from appliance.audit.leaf_range import Checked, LeafRange, Range
from appliance.audit.tiles import Broken, Tile
from appliance.audit.tree import TILE, TILE_LEVELS
from appliance.audit.verification import RecordReport, Verification
from appliance.domain.errors import ConfigurationInvalid, StorageCorrupt
from appliance.keys.day_key import DayVault
from appliance.keys.master_key import MasterKey
from appliance.store import record_table, setting_table
from appliance.store.database import Database
from appliance.store.filesystem import RealFileSystem

LEAVES_PER_RANGE = 64 * TILE
RANGES_ALONE_MAX = 4
"""Up to so many ranges one process is done before others have started."""
PROCESSES_MAX = 8
HEADS_PER_READ = 1_000
LOG_LAG = timedelta(seconds=60)
"""Heads so much older than the newest must be in the log; younger ones a crash may keep from it."""

Progress = Callable[[int, int], None]
"""Told how many leaves are checked, and of how many."""


def verify_store(
    database: Database, heads_path: Path, public_bytes: bytes, days: Days | None
) -> RecordReport:
    """Check the record of a database, also while it grows: as far as it was when read.

    Without ``days`` no content is opened: tree and heads are checked all the same.
    """
    stored = Stored(database, heads_path)
    checked = map(LeafRange(database, days).check, stored.ranges())
    return stored.verify(public_bytes, checked)


@dataclass(frozen=True, slots=True)
class RecordFiles:
    """Where the record of an installation lies; without the two key files no content is opened."""

    database: Path
    heads: Path
    master_key: Path | None = None
    day_keys: Path | None = None

    def open(self) -> tuple[Database, Days | None]:
        """Open them. Raises ConfigurationInvalid if there is no such database or key."""
        for path in (self.database, self.master_key, self.day_keys):
            if path is not None and not path.is_file():
                raise ConfigurationInvalid(f"{path}: no such file")
        database = Database(self.database, on_fatal=lambda _error: None)
        if self.master_key is None or self.day_keys is None:
            return database, None
        master = MasterKey.load(self.master_key)
        return database, Days(DayVault(self.day_keys, master, RealFileSystem()))


def verify_files(
    files: RecordFiles, public_bytes: bytes, progress: Progress = lambda _done, _all: None
) -> RecordReport:
    """Check the record of an installation from its files, also while the service runs.

    Raises ConfigurationInvalid if there is no such database or key.
    """
    database, days = files.open()
    try:
        stored = Stored(database, files.heads, progress)
        if len(stored.ranges()) <= RANGES_ALONE_MAX:
            alone = map(LeafRange(database, days).check, stored.ranges())
            return stored.verify(public_bytes, alone)
        # Not forked: a fork would take over locks of threads that it does not have.
        with ProcessPoolExecutor(
            min(os.cpu_count() or 1, PROCESSES_MAX),
            multiprocessing.get_context("spawn"),
            _begin,
            (files,),
        ) as crew:
            checked = crew.map(_check, stored.ranges())
            report = stored.verify(public_bytes, checked)
            crew.shutdown(cancel_futures=True)
            return report
    finally:
        if days is not None:
            days.close()
        database.close()


_leaves: LeafRange
"""In a process of a crew: what it checks ranges of."""


def _begin(files: RecordFiles) -> None:
    global _leaves
    _leaves = LeafRange(*files.open())


def _check(span: Range) -> Checked:
    return _leaves.check(span)


class Stored:
    """Ranges, tiles and heads of one database and its log, as far as it was at the beginning."""

    def __init__(
        self,
        database: Database,
        heads_path: Path,
        progress: Progress = lambda _done, _all: None,
    ) -> None:
        self._database = database
        self._heads_path = heads_path
        self._progress = progress
        # A head reaches the log after the database. So what the log holds between the two looks
        # must be among those of the second, and those of the first must be in the log, but for
        # what a crash may have kept from it.
        self._due, _ = database.read(record_table.last_head)
        self._logged: Iterator[str] = read_log(heads_path)
        self._newest, _ = database.read(record_table.last_head)
        self._size = database.read(record_table.last_sequence)

    def ranges(self) -> list[Range]:
        """Return the ranges that cover all leaves."""
        return [
            (first, min(self._size, first + LEAVES_PER_RANGE - 1))
            for first in range(1, self._size + 1, LEAVES_PER_RANGE)
        ]

    def verify(self, public_bytes: bytes, checked: Iterable[Checked]) -> RecordReport:
        """Return what the ranges, as they are checked, and the heads amount to."""
        until = self._last_signed_at()
        later = partial(self._last_signed_at, public_bytes)
        return Verification(public_bytes).run(self.tiles(checked), self.heads(), until, later)

    def tiles(self, checked: Iterable[Checked]) -> Iterator[Tile]:
        """Yield the tiles of all ranges; raises Broken at the first fault in leaves or nodes."""
        roots: list[bytes] = []
        done = 0
        for some in checked:
            for tile in some.tiles:
                done += tile.size
                if tile.size == TILE:
                    roots.append(tile.root)
                yield tile
            if some.broken is not None:
                raise some.broken
            self._progress(done, self._size)
        self._check_nodes(roots)

    def heads(self) -> Iterator[Head]:
        """Yield every head, once it was seen to be the same in the database and in the log."""
        store = self._database.read(setting_table.store_id)
        former: Head | None = None
        missing: Head | None = None
        for line, kept in itertools.zip_longest(self._logged, self._kept_heads()):
            after = former.size + 1 if former is not None else 1
            if kept is None:
                ahead = "the log holds heads that the database lacks: it was rolled back"
                raise Broken(after, ahead)
            head = _parsed(kept, after)
            if line is None:
                missing = missing or head
            elif line != kept:
                raise Broken(after, f"head {head.number} differs between the database and the log")
            if head.store != store:
                raise Broken(head.size, f"head {head.number} belongs to another appliance")
            if head.number != (former.number if former is not None else 0) + 1:
                raise Broken(after, f"head {head.number} stands where another belongs")
            yield head
            former = head
        if missing is None or former is None or missing.number > self._due:
            return
        if former.signed_at - missing.signed_at > LOG_LAG:
            raise Broken(missing.size, f"the log lacks head {missing.number} and all after it")

    def _last_signed_at(self, public_bytes: bytes | None = None) -> datetime | None:
        """Return when the newest head was signed; with a key, only if it was signed by that."""
        try:
            newest = self._database.read(proofs.newest_head)
            if newest is not None and public_bytes is not None:
                newest.verify(public_bytes)
        except StorageCorrupt:
            # The walk over the heads comes to it too, and tells where it stands.
            return None
        return newest.signed_at if newest is not None else None

    def _kept_heads(self) -> Iterator[str]:
        after = 0
        while after < self._newest:
            rows = self._database.read(
                partial(record_table.heads_page, after=after, limit=HEADS_PER_READ)
            )
            if not rows:
                return
            yield from (line for number, line in rows if number <= self._newest)
            after = rows[-1][0]

    def _check_nodes(self, expected: list[bytes]) -> None:
        """See that the stored nodes, which proofs are made of, are those over the leaves."""
        level = TILE_LEVELS
        while expected:
            for start in range(0, len(expected), TILE):
                some = expected[start : start + TILE]
                kept = self._database.read(
                    partial(record_table.hashes, level=level, first=start, count=len(some))
                )
                for number, (value, node) in enumerate(itertools.zip_longest(some, kept), start):
                    if value != node:
                        at = (number << level) + 1
                        raise Broken(at, "a stored node of the tree does not fit its leaves")
            full = len(expected) - len(expected) % TILE
            expected = [
                merkle.root_of(expected[start : start + TILE]) for start in range(0, full, TILE)
            ]
            level += TILE_LEVELS


def _parsed(line: str, after: int) -> Head:
    """Return a kept head; one that cannot be read leaves all in doubt from ``after`` on."""
    try:
        return heads.parse(line)
    except StorageCorrupt as error:
        raise Broken(after, error.message) from None
