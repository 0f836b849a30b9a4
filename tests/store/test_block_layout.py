from __future__ import annotations

import random

import pytest

from appliance.domain.errors import StorageCorrupt
from appliance.store import block_layout, limits
from appliance.store.block_layout import BlockItem


def _items(count: int, size_bytes: int = 50) -> list[BlockItem]:
    rng = random.Random(count)
    return [
        BlockItem(n, "TP", f"RÉF-{n}", rng.randbytes(rng.randrange(size_bytes)), rng.randbytes(8))
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize("count", [1, 7, 300])
def test_items_come_back_from_a_block_as_they_went_in(count: int) -> None:
    items = _items(count)
    assert block_layout.unpack(block_layout.pack(items)) == items


@pytest.mark.parametrize("cut", [0, 3, 4, 30, -1])
def test_a_block_of_another_length_is_refused(cut: int) -> None:
    content = block_layout.pack(_items(5))
    with pytest.raises(StorageCorrupt):
        block_layout.unpack(content[:cut])
    with pytest.raises(StorageCorrupt):
        block_layout.unpack(content + b"\0")


def test_blocks_are_filled_in_order_and_none_grows_far_beyond_its_target() -> None:
    items = _items(900, size_bytes=1000)
    blocks = block_layout.split(items)
    assert [item for block in blocks for item in block] == items
    sizes = [len(block_layout.pack(block)) for block in blocks]
    assert max(sizes) < limits.BLOCK_BYTES_TARGET + 2_000
    assert min(sizes[:-1]) >= limits.BLOCK_BYTES_TARGET
    assert block_layout.split([]) == []
