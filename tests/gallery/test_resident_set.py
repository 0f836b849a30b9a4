from __future__ import annotations

import threading
from collections.abc import Sequence

from appliance.domain.codes import Category, Collection
from appliance.gallery import limits
from appliance.gallery.epoch import Chunk
from appliance.gallery.resident_set import ResidentSet, merge_start
from appliance.store.block_layout import BlockItem
from tests.gallery.workbench import TupleAssembler, assemblers, visible

TP = Collection.TP


def _chunk(held: ResidentSet, *ordinals: int) -> dict[Collection, Chunk]:
    return held.assemble([BlockItem(n, TP, f"R{n}", b"", f"{n}".encode()) for n in ordinals])


def _filled(held: ResidentSet, count: int) -> ResidentSet:
    for ordinal in range(1, count + 1):
        held.publish(_chunk(held, ordinal))
    return held


class _SlowAssembler(TupleAssembler):
    """Stops in the middle of a merge until it is let go."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.release = threading.Event()

    def concatenate(self, residents: Sequence[object]) -> object:
        self.entered.set()
        self.release.wait(10)
        return super().concatenate(residents)


def test_items_removed_and_added_during_a_merge_are_not_lost() -> None:
    slow = _SlowAssembler()
    held = _filled(ResidentSet(dict.fromkeys(Category, slow), 1 << 20), 9)
    merging = threading.Thread(target=held.merge)
    merging.start()
    assert slow.entered.wait(10)
    held.remove(TP, 4)
    held.publish(_chunk(held, 10))
    assert held.snapshot(TP).size == 9
    slow.release.set()
    merging.join()
    assert visible(held.snapshot(TP)) == [b"1", b"2", b"3", b"5", b"6", b"7", b"8", b"9", b"10"]
    assert held.snapshot(TP).size == 9
    assert len(held.snapshot(TP).chunks) == 2


def test_an_item_removed_before_its_load_is_published_never_shows() -> None:
    held = ResidentSet(assemblers(), 1 << 20)
    chunks = _chunk(held, 1, 2, 3)
    held.remove(TP, 2)
    held.publish(chunks)
    assert visible(held.snapshot(TP)) == [b"1", b"3"]


def test_a_merge_that_would_not_fit_into_memory_is_left_out() -> None:
    probe = _filled(ResidentSet(assemblers(), 1 << 20), limits.CHUNKS_MAX + 1)
    tight = _filled(ResidentSet(assemblers(), probe.nbytes()), limits.CHUNKS_MAX + 1)
    tight.merge()
    assert len(tight.snapshot(TP).chunks) == limits.CHUNKS_MAX + 1
    held = probe.nbytes()
    probe.merge()
    assert len(probe.snapshot(TP).chunks) == 1
    assert probe.nbytes() == held


def test_each_item_is_copied_few_times_while_chunks_stay_few() -> None:
    sizes: list[int] = []
    copied = 0
    for _ in range(1000):
        sizes.append(1)
        while len(sizes) > limits.CHUNKS_MAX:
            start = merge_start(sizes)
            copied += sum(sizes[start:])
            sizes[start:] = [sum(sizes[start:])]
    assert sum(sizes) == 1000
    assert copied <= 6 * 1000


def test_removed_items_leave_memory_and_one_removed_meanwhile_stays_hidden() -> None:
    held = ResidentSet(assemblers(), 1 << 20)
    held.publish(_chunk(held, 1, 2, 3, 4))
    held.publish(_chunk(held, 5, 6, 7, 8))
    held.publish(_chunk(held, 9))
    for ordinal in (2, 5, 6, 9):
        held.remove(TP, ordinal)

    def packed_of(ordinals: Sequence[int]) -> list[bytes]:
        held.remove(TP, 7)
        return [f"{ordinal}".encode() for ordinal in ordinals]

    held.drop_removed(0.5, packed_of)
    epoch = held.snapshot(TP)
    assert [chunk.resident for chunk in epoch.chunks] == [
        (b"1", b"2", b"3", b"4"),
        (b"7", b"8"),
    ]
    assert visible(epoch) == [b"1", b"3", b"4", b"8"]
    assert epoch.size == 4


class _LetterAssembler(TupleAssembler):
    """Makes a row of each letter of an item."""

    def assemble(self, packed: Sequence[bytes]) -> object:
        return tuple(bytes([letter]) for each in packed for letter in each)

    def rows(self, packed: Sequence[bytes]) -> Sequence[int]:
        return [len(each) for each in packed]


def test_an_item_of_several_rows_counts_once_and_comes_and_goes_as_a_whole() -> None:
    held = ResidentSet(dict.fromkeys(Category, _LetterAssembler()), 1 << 20)
    words = {1: b"ab", 2: b"c", 3: b"def", 4: b"gh"}
    held.publish(held.assemble([BlockItem(n, TP, f"R{n}", b"", words[n]) for n in words]))
    assert held.snapshot(TP).size == 4
    held.remove(TP, 3)
    assert held.snapshot(TP).size == 3
    assert visible(held.snapshot(TP)) == [b"a", b"b", b"c", b"g", b"h"]
    held.drop_removed(0.0, lambda ordinals: [words[n] for n in ordinals])
    (chunk,) = held.snapshot(TP).chunks
    assert chunk.resident == (b"a", b"b", b"c", b"g", b"h")
    assert chunk.ordinals.tolist() == [1, 1, 2, 4, 4]
    held.remove(TP, 1)
    assert visible(held.snapshot(TP)) == [b"c", b"g", b"h"]
    assert held.snapshot(TP).size == 2


def test_a_chunk_that_does_not_fit_beside_itself_stays_masked() -> None:
    sizing = _filled(ResidentSet(assemblers(), 1 << 20), 3)
    tight = _filled(ResidentSet(assemblers(), sizing.nbytes()), 3)
    tight.remove(TP, 2)
    tight.drop_removed(0.0, lambda ordinals: [b"" for _ in ordinals])
    assert visible(tight.snapshot(TP)) == [b"1", b"3"]
    assert len(tight.snapshot(TP).chunks) == 3
