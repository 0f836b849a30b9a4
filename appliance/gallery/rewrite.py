"""Rewriting a segment without its deleted items, so that their bytes can be destroyed.

Each step leaves a catalogue that is whole: items move a slice at a time, block written and synced
first, rows pointed at it after. A crash leaves items in both segments, each where its row says;
blocks that no row names are removed on the next start.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from appliance.gallery import limits
from appliance.gallery.shelf import items_of
from appliance.store import block_layout, catalogue_table
from appliance.store.catalogue_table import CatalogueRow
from appliance.store.database import Database, Transaction
from appliance.store.segments import SegmentStore, SegmentWriter


def rewrite(
    database: Database, segments: SegmentStore, segment: int, erase_until: datetime
) -> None:
    """Move every item of a segment but those deleted until a moment, then destroy the segment.

    Nothing may be appended to the segment meanwhile. Raises OSError, RecordUnavailable or
    StorageCorrupt; the items are then still where the catalogue says.
    """
    rows = database.read(lambda tx: catalogue_table.kept_rows(tx, segment, erase_until))
    if rows:
        writer = segments.begin()
        try:
            for start in range(0, len(rows), limits.REWRITE_ITEMS):
                _move(database, segments, writer, rows[start : start + limits.REWRITE_ITEMS])
        finally:
            writer.close()
    database.write(lambda tx: catalogue_table.forget_segment(tx, segment, erase_until)).result()
    segments.destroy(segment)


def _move(
    database: Database,
    segments: SegmentStore,
    writer: SegmentWriter,
    rows: Sequence[CatalogueRow],
) -> None:
    blocks = block_layout.split(items_of(segments, rows))
    places = writer.append([block_layout.pack(block) for block in blocks])
    moves = [
        (place.segment, place.number, position, item.ordinal)
        for place, block in zip(places, blocks, strict=True)
        for position, item in enumerate(block)
    ]

    def work(tx: Transaction) -> None:
        catalogue_table.add_blocks(tx, places)
        catalogue_table.move_items(tx, moves)

    database.write(work).result()
