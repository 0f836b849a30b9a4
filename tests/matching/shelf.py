"""Chunks in memory and the store's side of them, for what stands between kernels and answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np

from appliance.codecs import finger_record
from appliance.domain.codes import Collection
from appliance.domain.reference_data import LoadItem, StoredItem
from appliance.gallery.epoch import Chunk, Epoch
from appliance.matching import encoder
from appliance.matching.assemblers import assemblers
from appliance.matching.encoder import Place
from appliance.matching.subject_search import PlacesOf

LOADED_AT = datetime(2026, 3, 2, tzinfo=UTC)


def epoch(
    items: Sequence[LoadItem],
    *,
    first: int = 1,
    chunk_items: int = 1_000,
    removed: Sequence[int] = (),
) -> Epoch:
    """Return items of one collection, numbered from ``first`` on, ``chunk_items`` to a chunk."""
    collection = items[0].collection
    assembler = assemblers()[collection.category]
    chunks = []
    for start in range(0, len(items), chunk_items):
        part = items[start : start + chunk_items]
        ordinals = np.arange(first + start, first + start + len(part), dtype=np.int64)
        packed = [each.packed for each in part]
        ordinals = np.repeat(ordinals, assembler.rows(packed))
        resident = assembler.assemble(packed)
        chunks.append(Chunk(resident, ordinals, np.isin(ordinals, removed)))
    return Epoch(1, collection, tuple(chunks), len(items) - len(removed))


def store(
    items: Sequence[LoadItem], *, first: int = 1, flagged: Sequence[str] = ()
) -> Callable[[Sequence[int]], Sequence[StoredItem]]:
    """Return what reads the same items by their numbers."""

    def stored(ordinals: Sequence[int]) -> list[StoredItem]:
        return [_held(items[each - first], each, flagged) for each in ordinals]

    return stored


def places(items: Sequence[LoadItem], *, first: int = 1) -> PlacesOf:
    """Return what tells what the parts of the same items are."""

    def places_of(ordinals: Sequence[int]) -> list[tuple[Place, ...]]:
        records = [items[each - first].record for each in ordinals]
        return [encoder.places_of(finger_record.decode_views(each)) for each in records]

    return places_of


def _held(item: LoadItem, ordinal: int, flagged: Sequence[str]) -> StoredItem:
    number = item.reference_number
    return StoredItem(
        Collection(item.collection), number, ordinal, item.record, LOADED_AT, number in flagged
    )
