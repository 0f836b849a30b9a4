"""Ranges of the record's leaves, each read, opened and checked without the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

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


@dataclass(frozen=True, slots=True)
class Checked:
    """The tiles of a range up to the first fault, and that fault."""

    tiles: list[Tile]
    broken: Broken | None = None


class LeafRange:
    """Reads ranges of one database; without ``days`` no content is opened. Thread-safe."""

    def __init__(self, database: Database, days: Days | None) -> None:
        self._database = database
        self._days = days

    def check(self, span: Range) -> Checked:
        """Return what was found in a range."""
        found: list[Tile] = []
        try:
            for first in range(span[0], span[1] + 1, TILE):
                last = min(span[1], first + TILE - 1)
                found.append(self._database.read(partial(self._tile, first=first, last=last)))
        except Broken as broken:
            return Checked(found, broken)
        except StorageCorrupt as error:
            return Checked(found, Broken(span[0] + len(found) * TILE, error.message))
        return Checked(found)

    def _tile(self, tx: Transaction, first: int, last: int) -> Tile:
        hashes = record_table.hashes(tx, 0, first - 1, last - first + 1)
        if len(hashes) != last - first + 1:
            held = set(record_table.sequences(tx, first, last))
            missing = next(each for each in range(first, last + 1) if each not in held)
            raise Broken(missing, "an entry is missing")
        sealed = dict(record_table.sealed_between(tx, first, last))
        run = record_day_table.holding(tx, first)
        if run is None:
            raise Broken(first, "the entry belongs to no day")
        contents: list[bytes | None] = []
        try:
            while run is not None:
                begin = first + len(contents)
                end = record_day_table.end_of(tx, run.first_sequence)
                end = last if end is None else min(end, last)
                self._open(run, range(begin, end + 1), sealed, contents)
                run = record_day_table.holding(tx, end + 1) if end < last else None
        except Broken:
            # What stands before the fault may be at fault itself.
            tiles.check(first, hashes[: len(contents)], contents)
            raise
        return tiles.check(first, hashes, contents)

    def _open(
        self,
        run: RecordDay,
        sequences: Sequence[int],
        sealed: dict[int, bytes],
        contents: list[bytes | None],
    ) -> None:
        """Add the contents of some entries of a run up to the first fault, raised as Broken."""
        if run.expired_at is not None:
            contents += [tiles.DELETED] * len(sequences)
            return
        key: DayKey | None = None
        if self._days is not None:
            try:
                key = self._days.key(run)
            except (KeyDestroyed, StorageCorrupt):
                fault = f"the key of {run.day} does not open any more"
                raise Broken(sequences[0], fault) from None
        for sequence in sequences:
            content = sealed.get(sequence)
            if content is None:
                raise Broken(sequence, "the content of the entry is missing")
            try:
                opened = None if key is None else key.open(content, leaf.context(sequence))
            except StorageCorrupt as error:
                raise Broken(sequence, error.message) from None
            contents.append(opened)
