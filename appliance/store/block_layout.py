"""The content of a block: items side by side, each knowing which one it is.

Layout, little endian: item count (uint32); ordinals (int64 each); lengths of collection,
reference number, record and packed form (uint32 [count, 4]); then for each item in turn these four
parts. An item repeats its ordinal, collection and reference number, so that a catalogue that
points at the wrong item is noticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from appliance.domain.errors import StorageCorrupt
from appliance.store import limits

_COUNT_BYTES = 4
_PARTS = 4
_ITEM_HEADER_BYTES = 8 + 4 * _PARTS


class BlockItem(NamedTuple):
    """One item of a block."""

    ordinal: int
    collection: str
    reference_number: str
    record: bytes
    packed: bytes


def split(items: Sequence[BlockItem]) -> list[list[BlockItem]]:
    """Return which items share a block: consecutive ones, about BLOCK_BYTES_TARGET together."""
    blocks: list[list[BlockItem]] = []
    room_bytes = 0
    for item in items:
        if room_bytes <= 0:
            blocks.append([])
            room_bytes = limits.BLOCK_BYTES_TARGET
        blocks[-1].append(item)
        room_bytes -= len(item.record) + len(item.packed) + _ITEM_HEADER_BYTES
    return blocks


def pack(items: Sequence[BlockItem]) -> bytes:
    """Return the content of a block of one or more items."""
    parts = [
        part
        for item in items
        for part in (
            item.collection.encode(),
            item.reference_number.encode(),
            item.record,
            item.packed,
        )
    ]
    ordinals = np.array([item.ordinal for item in items], "<i8")
    lengths = np.array([len(part) for part in parts], "<u4")
    count = len(items).to_bytes(_COUNT_BYTES, "little")
    return b"".join([count, ordinals.tobytes(), lengths.tobytes(), *parts])


def unpack(content: bytes) -> list[BlockItem]:
    """Return the items of a block; StorageCorrupt if it is not the content of one."""
    count = int.from_bytes(content[:_COUNT_BYTES], "little")
    body = _COUNT_BYTES + count * _ITEM_HEADER_BYTES
    if count == 0 or len(content) < body:
        raise StorageCorrupt(f"a block of {len(content)} bytes cannot hold {count} items")
    ordinals = np.frombuffer(content, "<i8", count, _COUNT_BYTES).tolist()
    lengths = np.frombuffer(content, "<u4", count * _PARTS, _COUNT_BYTES + 8 * count)
    ends = (np.cumsum(lengths, dtype=np.int64) + body).tolist()
    if ends[-1] != len(content):
        raise StorageCorrupt(f"the items of a block of {len(content)} bytes do not fill it")
    starts = [body, *ends[:-1]]
    parts = [content[start:end] for start, end in zip(starts, ends, strict=True)]
    return [
        BlockItem(
            ordinal,
            parts[first].decode(),
            parts[first + 1].decode(),
            parts[first + 2],
            parts[first + 3],
        )
        for ordinal, first in zip(ordinals, range(0, _PARTS * count, _PARTS), strict=True)
    ]
