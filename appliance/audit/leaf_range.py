"""Ranges of the record's leaves, each read, opened and checked without the others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, repeat
from operator import attrgetter

from appliance.audit import leaf, tiles
from appliance.audit.days import Days
from appliance.audit.tiles import Broken, Tile
from appliance.audit.tree import TILE
from appliance.domain.errors import StorageCorrupt
from appliance.keys.day_key import DayKey
from appliance.keys.key_vault import KeyDestroyed
from appliance.store import record_day_table, record_table
from appliance.store.database import Database, Transaction
from appliance.store.record_day_table import RecordDay

Range = tuple[int, int]
"""First and last sequence; the first is that of a tile."""
_first_sequence = attrgetter("first_sequence")


@dataclass(frozen=True, slots=True)
class Checked:
    """The tiles of a range up to the first fault, and that fault."""

    tiles: list[Tile]
    broken: Broken | None = None


class _ExpiredMeanwhile(Exception):
    """A key was destroyed in its time while the snapshot still showed it."""


class LeafRange:
    """Reads ranges of one database; without ``days`` no content is opened. Thread-safe."""

    def __init__(self, database: Database, days: Days | None) -> None:
        self._database = database
        self._days = days

    def check(self, span: Range) -> Checked:
        """Return what was found in a range."""
        found: list[Tile] = []
        try:
            self._database.read(partial(self._walk, span=span, found=found))
        except _ExpiredMeanwhile:
            # Each time one day less is left to expire.
            return self.check(span)
        except Broken as broken:
            return Checked(found, broken)
        except StorageCorrupt as error:
            return Checked(found, Broken(span[0] + len(found) * TILE, error.message))
        return Checked(found)

    def _walk(self, tx: Transaction, span: Range, found: list[Tile]) -> None:
        """Add the tiles of a range up to the first fault, raised as Broken."""
        runs = record_day_table.over(tx, *span)
        for first in range(span[0], span[1] + 1, TILE):
            found.append(self._tile(tx, runs, first, min(span[1], first + TILE - 1)))

    def _tile(self, tx: Transaction, runs: Sequence[RecordDay], first: int, last: int) -> Tile:
        hashes = record_table.hashes(tx, 0, first - 1, last - first + 1)
        if len(hashes) != last - first + 1:
            held = set(record_table.sequences(tx, first, last))
            missing = next(each for each in range(first, last + 1) if each not in held)
            # What stands before the fault may be at fault itself.
            before = chain.from_iterable(self._contents(tx, runs, first, missing - 1))
            tiles.check(first, hashes[: missing - first], before)
            raise Broken(missing, "an entry is missing")
        contents = chain.from_iterable(self._contents(tx, runs, first, last))
        return tiles.check(first, hashes, contents)

    def _contents(
        self, tx: Transaction, runs: Sequence[RecordDay], first: int, last: int
    ) -> Iterator[Iterable[bytes | None]]:
        """Yield the contents of a range for each of its runs, up to the first fault.

        They are read and opened when they are asked for, so that a fault in one, raised as Broken,
        comes after those before it were checked; StorageCorrupt for one that does not open.
        """
        while first <= last:
            beyond = bisect_right(runs, first, key=_first_sequence)
            if beyond == 0:
                raise Broken(first, "the entry belongs to no day")
            run = runs[beyond - 1]
            end = min(last, runs[beyond].first_sequence - 1) if beyond < len(runs) else last
            count = end - first + 1
            if run.expired_at is not None:
                yield repeat(tiles.DELETED, count)
            else:
                key = self._key(run, first)
                rows = record_table.sealed_between(tx, first, end)
                if len(rows) != count:
                    place = enumerate([*rows, (0, b"")], first)
                    count = next(at for at, row in place if row[0] != at) - first
                sealed = [content for _, content in rows[:count]]
                contexts = leaf.contexts(first, first + count - 1)
                yield repeat(None, count) if key is None else key.open_each(sealed, contexts)
                if first + count <= end:
                    raise Broken(first + count, "the content of the entry is missing")
            first = end + 1

    def _key(self, run: RecordDay, first: int) -> DayKey | None:
        try:
            return None if self._days is None else self._days.key(run)
        except (KeyDestroyed, StorageCorrupt):
            now = self._database.read(partial(record_day_table.holding, sequence=first))
            if now is not None and now.expired_at is not None:
                raise _ExpiredMeanwhile from None
            fault = f"the key of {run.day} does not open any more"
            raise Broken(first, fault) from None
