from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from appliance.domain.codes import Collection
from appliance.domain.errors import (
    ConfigurationInvalid,
    EngineLoading,
    ReferenceExists,
    ReferenceUnknown,
)
from appliance.domain.reference_data import LoadItem
from appliance.gallery import limits
from appliance.store import setting_table
from appliance.store.database import Transaction
from tests.gallery.workbench import Bench, item, nothing, opened, visible

TP, UL, DNA = Collection.TP, Collection.UL, Collection.DNA_REFERENCE


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    opened_bench = opened(tmp_path)
    yield opened_bench
    opened_bench.close()


def test_what_was_loaded_is_visible_and_can_be_read_back(bench: Bench) -> None:
    items = [item(1), item(2, DNA), item(3, UL), item(4)]
    assert bench.load(*items) == [True] * 4
    assert visible(bench.gallery.snapshot(TP)) == [b"packed 1", b"packed 4"]
    assert visible(bench.gallery.snapshot(DNA)) == [b"packed 2"]
    held = bench.gallery.get(DNA, "REF-2")
    assert (held.record, held.collection, held.flagged) == (items[1].record, DNA, False)
    assert held.loaded_at == bench.clock.now()
    assert {c: n for c, n in bench.gallery.count().items() if n} == {TP: 2, UL: 1, DNA: 1}


def test_records_come_back_in_the_order_asked_for(bench: Bench) -> None:
    bench.load(*(item(number, size_bytes=9_000) for number in range(40)))
    bench.load(*(item(number) for number in range(40, 60)))
    ordinals = [int(o) for chunk in bench.gallery.snapshot(TP).chunks for o in chunk.ordinals]
    asked = [ordinals[n] for n in (50, 3, 3, 59, 0, 20)]
    references = [held.reference_number for held in bench.gallery.stored(asked)]
    assert references == ["REF-50", "REF-3", "REF-3", "REF-59", "REF-0", "REF-20"]
    assert bench.gallery.stored([]) == []


def test_a_reference_number_that_is_taken_refuses_that_item_alone(bench: Bench) -> None:
    assert bench.load(item(1)) == [True]
    refusals = bench.gallery.load([item(2), item(1), item(3), item(3), item(1, UL)], nothing)
    assert [type(r) for r in refusals] == [
        type(None),
        ReferenceExists,
        type(None),
        ReferenceExists,
        type(None),
    ]
    assert visible(bench.gallery.snapshot(TP)) == [b"packed 1", b"packed 2", b"packed 3"]


def test_everything_is_there_after_a_restart_in_the_same_order(tmp_path: Path) -> None:
    bench = opened(tmp_path)
    for start in range(0, 30, 5):
        bench.load(*(item(n) for n in range(start, start + 5)))
        bench.gallery.delete(TP, f"REF-{start + 1}", nothing)
    bench.gallery.flag(TP, "REF-2", True, nothing)
    before = bench.gallery.snapshot(TP)
    bench.close()
    told: list[tuple[int, int]] = []
    again = Bench(tmp_path)
    again.gallery.open(lambda done, total: told.append((done, total)))
    after = again.gallery.snapshot(TP)
    assert visible(after) == visible(before)
    assert after.size == before.size == 24
    assert told == [(24, 24)]
    assert again.gallery.get(TP, "REF-2").flagged
    assert again.load(item(1)) == [True]
    again.close()


def test_a_deleted_item_is_gone_for_every_snapshot_after_it(bench: Bench) -> None:
    bench.load(item(1), item(2))
    before = bench.gallery.snapshot(TP)
    bench.gallery.delete(TP, "REF-1", nothing)
    assert visible(bench.gallery.snapshot(TP)) == [b"packed 2"]
    assert visible(before) == [b"packed 1", b"packed 2"]
    assert bench.gallery.snapshot(TP).number > before.number
    assert bench.gallery.epoch_number() == bench.gallery.snapshot(TP).number
    for attempt in (
        lambda: bench.gallery.delete(TP, "REF-1", nothing),
        lambda: bench.gallery.flag(TP, "REF-1", True, nothing),
        lambda: bench.gallery.get(TP, "REF-1"),
    ):
        with pytest.raises(ReferenceUnknown):
            attempt()
    assert bench.load(item(1)) == [True]


def test_a_flag_can_be_set_and_taken_away(bench: Bench) -> None:
    bench.load(item(1))
    for flagged in (True, False):
        bench.gallery.flag(TP, "REF-1", flagged, nothing)
        assert bench.gallery.get(TP, "REF-1").flagged is flagged


def test_a_change_and_what_is_recorded_of_it_are_one_transaction(bench: Bench) -> None:
    def fail(tx: Transaction, _taken: Sequence[LoadItem] = ()) -> None:
        setting_table.put(tx, "recorded", "half")
        raise RuntimeError("the record cannot be written")

    bench.load(item(1))
    for attempt in (
        lambda: bench.gallery.load([item(2)], fail),
        lambda: bench.gallery.delete(TP, "REF-1", fail),
        lambda: bench.gallery.flag(TP, "REF-1", True, fail),
    ):
        with pytest.raises(RuntimeError):
            attempt()
    assert visible(bench.gallery.snapshot(TP)) == [b"packed 1"]
    assert not bench.gallery.get(TP, "REF-1").flagged
    assert bench.database.read(lambda tx: setting_table.get(tx, "recorded")) is None
    told: list[list[str]] = []

    def tell(_tx: Transaction, taken: Sequence[LoadItem]) -> None:
        told.append([each.reference_number for each in taken])

    bench.gallery.load([item(1), item(2), item(3)], tell)
    bench.gallery.load([item(1)], tell)
    assert told == [["REF-2", "REF-3"], []]


def test_a_malformed_item_takes_nothing_in(bench: Bench) -> None:
    bad = item(2).__class__(TP, "REF-2", b"", b"malformed")
    with pytest.raises(ValueError, match="malformed"):
        bench.gallery.load([item(1), bad], nothing)
    assert bench.gallery.count()[TP] == 0
    assert bench.load(item(1)) == [True]


def test_a_load_above_the_memory_budget_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    bench = opened(tmp_path, memory_budget_bytes=1000)
    bench.load(*(item(n) for n in range(30)))
    held = bench.gallery.resident_bytes()
    files = {path: path.stat().st_size for path in (tmp_path / "segments").iterdir()}
    with pytest.raises(ConfigurationInvalid, match="memory_budget_bytes"):
        bench.load(*(item(n) for n in range(30, 90)))
    assert bench.gallery.resident_bytes() == held <= 1000
    assert {path: path.stat().st_size for path in (tmp_path / "segments").iterdir()} == files
    bench.close()
    with pytest.raises(ConfigurationInvalid, match="memory_budget_bytes"):
        opened(tmp_path, memory_budget_bytes=100)


def test_nothing_works_before_the_gallery_is_open(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    for attempt in (
        lambda: bench.load(item(1)),
        lambda: bench.gallery.delete(TP, "REF-1", nothing),
        lambda: bench.gallery.flag(TP, "REF-1", True, nothing),
        lambda: bench.gallery.snapshot(TP),
        bench.gallery.count,
    ):
        with pytest.raises(EngineLoading):
            attempt()
    bench.close()


def test_another_process_cannot_use_the_same_segments(bench: Bench) -> None:
    with pytest.raises(ConfigurationInvalid, match="another process"):
        Bench(bench.folder)


def test_chunks_stay_few_however_many_loads_there_were(tmp_path: Path) -> None:
    bench = opened(tmp_path, merge=True)
    for number in range(100):
        bench.load(item(number))
        assert len(bench.gallery.snapshot(TP).chunks) <= 2 * limits.CHUNKS_MAX + 1
    bench.gallery.delete(TP, "REF-50", nothing)
    bench.close()
    again = opened(tmp_path, merge=True)
    expected = [f"packed {n}".encode() for n in range(100) if n != 50]
    assert visible(again.gallery.snapshot(TP)) == expected
    again.close()


def test_searches_loads_and_deletions_at_once_never_see_a_half_state(tmp_path: Path) -> None:
    bench = opened(tmp_path, merge=True)
    stop = threading.Event()
    wrong: list[object] = []

    def search() -> None:
        while not stop.is_set():
            epoch = bench.gallery.snapshot(TP)
            seen = visible(epoch)
            # Each load brings ten items, of which one is deleted later: none, ten or nine show.
            loads = Counter(int(blob.removeprefix(b"packed ")) // 10 for blob in seen)
            if len(seen) != epoch.size or not set(loads.values()) <= {9, 10}:
                wrong.append(seen)

    def delete(start: int) -> None:
        for number in range(start, 400, 40):
            while True:
                try:
                    bench.gallery.delete(TP, f"REF-{number}", nothing)
                    break
                except ReferenceUnknown:
                    stop.wait(0.001)

    threads = [threading.Thread(target=search)]
    threads += [threading.Thread(target=delete, args=(start,)) for start in (0, 10, 20, 30)]
    for thread in threads:
        thread.start()
    for start in range(0, 400, 10):
        bench.load(*(item(n) for n in range(start, start + 10)))
    for thread in threads[1:]:
        thread.join()
    stop.set()
    threads[0].join()
    expected = {f"packed {n}".encode() for n in range(400) if n % 10}
    assert not wrong
    assert set(visible(bench.gallery.snapshot(TP))) == expected
    bench.close()
    again = opened(tmp_path)
    assert set(visible(again.gallery.snapshot(TP))) == expected
    again.close()
