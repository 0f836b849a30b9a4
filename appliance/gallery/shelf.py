"""Taking items from the segments, each checked against its row of the catalogue."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from appliance.domain.errors import StorageCorrupt
from appliance.store import block_layout
from appliance.store.block_layout import BlockItem
from appliance.store.catalogue_table import CatalogueRow
from appliance.store.segments import SegmentStore


def items_of(segments: SegmentStore, rows: Iterable[CatalogueRow]) -> list[BlockItem]:
    """Return the items of catalogue rows, in their order.

    Rows of one block that follow each other cost one read. Raises StorageCorrupt where a block is
    missing or changed or holds another item than its row says.
    """
    runs = [list(run) for _, run in itertools.groupby(rows, lambda row: row.place)]
    contents = segments.read([run[0].place for run in runs])
    return [
        item
        for run, content in zip(runs, contents, strict=True)
        for item in _of_block(run, content)
    ]


def _of_block(rows: Sequence[CatalogueRow], content: bytes) -> Iterable[BlockItem]:
    items = block_layout.unpack(content)
    for row in rows:
        if row.position >= len(items):
            raise StorageCorrupt(f"item {row.ordinal} is not in its block")
        item = items[row.position]
        if item[:3] != row[:3]:
            raise StorageCorrupt(f"the catalogue has item {row.ordinal} where another one lies")
        yield item
