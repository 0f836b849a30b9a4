"""What becomes of the bytes of deleted items."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.domain.codes import Collection
from appliance.domain.errors import ReferenceUnknown, StorageCorrupt
from appliance.gallery import limits
from appliance.store import catalogue_table
from tests.gallery.workbench import Bench, item, nothing, opened, visible

TP = Collection.TP


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = opened(tmp_path)
    yield made
    made.close()


def _segments(bench: Bench) -> list[str]:
    return sorted(path.name for path in (bench.folder / "segments").iterdir())


def _fill(bench: Bench, count: int = 60) -> None:
    for start in range(0, count, 20):
        bench.load(*(item(n, size_bytes=4_000) for n in range(start, start + 20)))


def _wait_out_the_grace(bench: Bench) -> None:
    bench.clock.passed_s += limits.ERASURE_GRACE_S + 1


def test_a_search_that_began_before_a_deletion_can_still_read_its_candidates(
    bench: Bench,
) -> None:
    _fill(bench)
    ordinal = bench.gallery.get(TP, "REF-3").ordinal
    bench.gallery.delete(TP, "REF-3", nothing)
    assert bench.gallery.erase_deleted() == 0
    assert bench.gallery.stored([ordinal])[0].reference_number == "REF-3"


@pytest.mark.requirement("A15.3")
def test_erasing_destroys_the_segment_and_keeps_every_other_item(bench: Bench) -> None:
    _fill(bench)
    ordinal = bench.gallery.get(TP, "REF-3").ordinal
    bench.gallery.delete(TP, "REF-3", nothing)
    _wait_out_the_grace(bench)
    bench.gallery.delete(TP, "REF-5", nothing)
    kept = [f"REF-{n}" for n in range(60) if n not in (3, 5)]
    before = [bench.gallery.get(TP, reference).record for reference in kept]
    seen = visible(bench.gallery.snapshot(TP))
    assert bench.gallery.erase_deleted() == 1
    assert visible(bench.gallery.snapshot(TP)) == seen
    resident = [blob for c in bench.gallery.snapshot(TP).chunks for blob in c.resident]  # type: ignore[attr-defined]
    assert resident == seen
    assert _segments(bench) == ["00000002.seg"]
    with pytest.raises(ReferenceUnknown):
        bench.gallery.stored([ordinal])
    assert [bench.gallery.get(TP, reference).record for reference in kept] == before
    assert bench.gallery.erase_deleted() == 0
    bench.load(item(100))
    bench.close()
    again = opened(bench.folder)
    assert visible(again.gallery.snapshot(TP)) == [*seen, b"packed 100"]
    assert [again.gallery.get(TP, reference).record for reference in kept] == before
    again.close()


def test_a_segment_of_deleted_items_only_leaves_nothing_behind(bench: Bench) -> None:
    _fill(bench, 20)
    last = bench.gallery.get(TP, "REF-19").ordinal
    for number in range(20):
        bench.gallery.delete(TP, f"REF-{number}", nothing)
    _wait_out_the_grace(bench)
    assert bench.gallery.erase_deleted() == 1
    assert _segments(bench) == []
    bench.load(item(0))
    assert bench.gallery.get(TP, "REF-0").ordinal > last
    bench.close()
    again = opened(bench.folder)
    assert visible(again.gallery.snapshot(TP)) == [b"packed 0"]
    assert again.load(item(1)) == [True]
    assert again.gallery.get(TP, "REF-1").ordinal > again.gallery.get(TP, "REF-0").ordinal
    again.close()


def test_upkeep_leaves_segments_alone_until_half_of_their_items_are_deleted(bench: Bench) -> None:
    _fill(bench, 20)
    for number in range(9):
        bench.gallery.delete(TP, f"REF-{number}", nothing)
    _wait_out_the_grace(bench)
    assert bench.gallery.erase_deleted(limits.ERASABLE_SHARE_MAX) == 0
    bench.gallery.delete(TP, "REF-9", nothing)
    _wait_out_the_grace(bench)
    assert bench.gallery.erase_deleted(limits.ERASABLE_SHARE_MAX) == 1


def test_a_reader_that_meets_a_rewritten_segment_finds_its_items_where_they_are_now(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(bench, 20)
    ordinal = bench.gallery.get(TP, "REF-7").ordinal
    bench.gallery.delete(TP, "REF-3", nothing)
    _wait_out_the_grace(bench)
    rows_of = catalogue_table.rows_of
    pending = [bench.gallery.erase_deleted]

    def rows_then_rewrite(*args: object) -> object:
        rows = rows_of(*args)  # type: ignore[arg-type]
        if pending:
            pending.pop()()
        return rows

    monkeypatch.setattr(catalogue_table, "rows_of", rows_then_rewrite)
    assert bench.gallery.stored([ordinal])[0].reference_number == "REF-7"
    assert _segments(bench) == ["00000002.seg"]


@pytest.mark.requirement("A10.3")
def test_a_damaged_segment_is_refused_on_start_and_on_reading(bench: Bench) -> None:
    _fill(bench)
    ordinal = bench.gallery.get(TP, "REF-7").ordinal
    path = bench.folder / "segments" / "00000001.seg"
    damaged = bytearray(path.read_bytes())
    damaged[4_000] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(StorageCorrupt):
        bench.gallery.stored([ordinal])
    bench.close()
    again = Bench(bench.folder)
    with pytest.raises(StorageCorrupt):
        again.gallery.open()
    again.close()


@pytest.mark.requirement("A10.3")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE item SET position = position + 100 WHERE reference_number = 'REF-7'",
        "UPDATE item SET reference_number = 'REF-x' WHERE reference_number = 'REF-7'",
        "UPDATE item SET collection = 'UL' WHERE reference_number = 'REF-7'",
    ],
)
def test_a_catalogue_that_points_at_the_wrong_item_is_refused(bench: Bench, change: str) -> None:
    _fill(bench, 20)
    ordinal = bench.gallery.get(TP, "REF-7").ordinal
    bench.database.write(lambda tx: tx.execute(change)).result()
    with pytest.raises(StorageCorrupt):
        bench.gallery.stored([ordinal])
    bench.close()
    again = Bench(bench.folder)
    with pytest.raises(StorageCorrupt):
        again.gallery.open()
    again.close()
