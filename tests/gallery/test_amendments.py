"""Items are corrected, restricted, released and ended, durably and at once (Art. 15)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.domain.codes import Collection
from appliance.domain.errors import InvariantBroken, ReferenceUnknown
from appliance.domain.reference_data import LoadItem
from appliance.store.catalogue_table import CatalogueRow
from appliance.store.database import Transaction
from tests.gallery import workbench
from tests.gallery.workbench import Bench, opened

TP = Collection.TP


def item(name: str) -> LoadItem:
    """Return a made-up item under a name."""
    return LoadItem(TP, name, f"record {name}".encode(), f"packed {name}".encode())


def visible(bench: Bench) -> list[bytes]:
    """Return the packed items that a search would see, in order."""
    return workbench.visible(bench.gallery.snapshot(TP))


def also(_tx: Transaction, _row: CatalogueRow) -> None:
    """Record nothing."""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = opened(tmp_path)
    yield made
    made.close()


def restarted(bench: Bench) -> Bench:
    """Return the bench as it is after a restart."""
    bench.close()
    return opened(bench.folder)


@pytest.mark.requirement("A15.1")
def test_a_corrected_item_stands_in_the_place_of_the_wrong_one(bench: Bench) -> None:
    bench.load(item("A"), item("B"))
    right = replace(item("A"), record=b"right", packed=b"right")
    bench.gallery.amendments.correct(right, also)
    assert visible(bench) == [item("B").packed, b"right"]
    assert bench.gallery.get(TP, "A").record == b"right"
    again = restarted(bench)
    assert visible(again) == [item("B").packed, b"right"]
    again.close()


def test_no_search_sees_both_or_neither_of_a_corrected_item(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.load(item("A"))
    seen: list[int] = []
    replaced = bench.gallery._resident._replace

    def watched(changed: Any) -> None:
        replaced(changed)
        seen.append(bench.gallery.snapshot(TP).size)

    monkeypatch.setattr(bench.gallery._resident, "_replace", watched)
    bench.gallery.amendments.correct(replace(item("A"), packed=b"right"), also)
    assert set(seen) == {1}


def test_a_correction_keeps_flag_end_and_restriction(bench: Bench) -> None:
    ends = bench.clock.now() + timedelta(days=1)
    bench.load(replace(item("A"), expires_at=ends))
    amend = bench.gallery.amendments
    amend.flag(TP, "A", True, also)
    amend.restrict(TP, "A", also)
    amend.correct(replace(item("A"), packed=b"right"), also)
    held = bench.gallery.get(TP, "A")
    assert (held.flagged, held.restricted, held.expires_at) == (True, True, ends)
    assert visible(bench) == []


def test_an_unknown_item_is_neither_corrected_nor_restricted_nor_released(bench: Bench) -> None:
    amend = bench.gallery.amendments
    for act in (
        lambda: amend.correct(item("A"), also),
        lambda: amend.restrict(TP, "A", also),
        lambda: amend.release(item("A"), also),
        lambda: amend.set_end(TP, "A", None, also),
    ):
        with pytest.raises(ReferenceUnknown):
            act()
    assert visible(bench) == []


def test_a_correction_that_cannot_be_recorded_changes_nothing(bench: Bench) -> None:
    def refuse(_tx: Transaction, _row: CatalogueRow) -> None:
        raise InvariantBroken("the record refuses")

    bench.load(item("A"))
    with pytest.raises(InvariantBroken):
        bench.gallery.amendments.correct(replace(item("A"), packed=b"right"), refuse)
    assert visible(bench) == [item("A").packed]
    bench.load(item("B"))
    again = restarted(bench)
    assert visible(again) == [item("A").packed, item("B").packed]
    again.close()


@pytest.mark.requirement("A15.3")
def test_a_restricted_item_is_kept_and_searched_no_more(bench: Bench) -> None:
    bench.load(item("A"), item("B"))
    bench.gallery.amendments.restrict(TP, "A", also)
    assert visible(bench) == [item("B").packed]
    assert bench.gallery.get(TP, "A").restricted
    assert bench.load(item("A")) == [False]
    again = restarted(bench)
    assert visible(again) == [item("B").packed]
    again.gallery.amendments.release(
        replace(item("A"), record=again.gallery.get(TP, "A").record), also
    )
    assert visible(again) == [item("B").packed, item("A").packed]
    assert not again.gallery.get(TP, "A").restricted
    again.close()


def test_a_restricted_item_outlives_the_erasure_of_others(bench: Bench) -> None:
    bench.load(item("A"), item("B"))
    bench.gallery.amendments.restrict(TP, "A", also)
    bench.gallery.delete(TP, "B", lambda _tx: None)
    bench.clock.passed_s += 10_000
    bench.gallery.erase_deleted()
    assert bench.gallery.get(TP, "A").record == item("A").record


@pytest.mark.requirement("A15.3")
def test_an_item_ends_at_its_instant_and_not_before(bench: Bench) -> None:
    ends = bench.clock.now() + timedelta(days=30)
    bench.load(replace(item("A"), expires_at=ends), item("B"))
    amend = bench.gallery.amendments
    assert amend.expired(ends - timedelta(microseconds=1), 10) == []
    assert [each.reference_number for each in amend.expired(ends, 10)] == ["A"]
    amend.set_end(TP, "B", ends - timedelta(days=1), also)
    amend.set_end(TP, "A", None, also)
    assert [each.reference_number for each in amend.expired(ends, 10)] == ["B"]


def test_what_is_recorded_of_a_change_names_the_item_as_it_was(bench: Bench) -> None:
    bench.load(item("A"))
    rows: list[CatalogueRow] = []
    amend = bench.gallery.amendments
    first = amend.delete(TP, "A", lambda _tx, row: rows.append(row))
    bench.load(LoadItem(TP, "A", b"second", b"second"))
    second = amend.delete(TP, "A", lambda _tx, row: rows.append(row))
    assert [row.ordinal for row in rows] == [first, second]
    assert first != second
