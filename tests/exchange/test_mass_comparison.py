"""A mass comparison from its opening to its end (Art. 4)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.domain import limits
from appliance.domain.codes import Collection
from appliance.domain.errors import RequestNumberReused, RequestUnknown
from appliance.domain.mass_comparison import MassState
from appliance.domain.record import Act
from tests.exchange.mass_world import (
    NUMBER,
    FakeComparer,
    MassWorld,
    expected,
    offered,
    terms,
    told,
)
from tests.exchange.world import DNA, details, until


@pytest.fixture
def mass(tmp_path: Path) -> Iterator[MassWorld]:
    made = MassWorld(tmp_path)
    yield made
    made.close()


@pytest.mark.requirement("A4.1", "A4.2")
def test_every_profile_is_compared_once_and_every_match_is_told_in_order(mass: MassWorld) -> None:
    assert mass.opened(profiles=60).state is MassState.OPEN
    mass.desk.begin(DNA, NUMBER, 9)
    status = mass.finished()

    found = mass.matches()
    assert status.state is MassState.FINISHED
    assert (status.received, status.compared, status.batches) == (60, 60, 9)
    assert expected(60) == [(e.reference_number, e.match.reference_number) for e in found]
    assert list(range(1, len(found) + 1)) == [each.cursor for each in found]
    assert status.matches == len(found) > 20
    assert found[0].answer_number == "RS-2026-M000001-00000001"
    assert (found[0].requesting_party, found[0].requested_party) == ("MK", "RS")
    assert found[0].job_number == NUMBER
    assert found[0].provenance.gallery_epoch == 7


@pytest.mark.requirement("A4.2")
def test_matches_are_told_while_the_comparison_still_runs(tmp_path: Path) -> None:
    gate = threading.Semaphore(1)
    mass = MassWorld(tmp_path, comparer=FakeComparer(lambda: gate.acquire(timeout=20) and None))
    mass.opened(profiles=30, batch=5)
    mass.desk.begin(DNA, NUMBER, 6)
    watch = mass.desk.watch(DNA, NUMBER, 0)
    found = []
    while not found:
        found = watch.get(0.05) or []
        gate.release()
    assert mass.desk.status(DNA, NUMBER).state is MassState.RUNNING
    assert mass.desk.status(DNA, NUMBER).seconds_left is not None
    gate.release(100)
    while (page := watch.get(5.0)) is not None:
        found += page
    assert expected(30) == [(e.reference_number, e.match.reference_number) for e in found]
    mass.close()


def test_a_watch_goes_on_from_any_cursor(mass: MassWorld) -> None:
    mass.opened(profiles=60)
    mass.desk.begin(DNA, NUMBER, 9)
    mass.finished()
    everything = mass.matches()
    for after in (0, 1, 5, len(everything) - 1, len(everything)):
        assert told(everything[after:]) == told(mass.matches(after=after))


@pytest.mark.requirement("A13.3")
def test_a_comparison_leaves_no_profile_and_acknowledged_matches_are_erased(
    mass: MassWorld,
) -> None:
    mass.opened(profiles=40)
    assert any((mass.world.folder / "batch.keys").read_bytes()[128:])
    mass.desk.begin(DNA, NUMBER, 6)
    status = mass.finished()
    # Each key is overwritten after the commit that told the state.
    until(lambda: not any((mass.world.folder / "batch.keys").read_bytes()[128:]))
    for table in ("mass_batch", "mass_reference"):
        assert mass.world.database.read(
            lambda tx, table=table: tx.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
        ) == [(0,)]
    assert mass.desk.acknowledge(DNA, NUMBER, 3).acknowledged == 3
    with pytest.raises(RequestUnknown, match="acknowledged"):
        mass.matches(after=2)
    assert len(mass.matches(after=3)) == status.matches - 3
    mass.desk.acknowledge(DNA, NUMBER, status.matches)
    assert mass.matches(after=status.matches) == []
    assert mass.world.database.read(lambda tx: tx.execute("SELECT count(*) FROM mass_match")) == [
        (0,)
    ]


def test_matches_are_erased_when_their_time_is_over(mass: MassWorld) -> None:
    mass.opened(profiles=40)
    mass.desk.begin(DNA, NUMBER, 6)
    mass.finished()
    mass.clock.advance(hours=23)
    mass.desk.sweep()
    assert mass.matches()
    mass.clock.advance(hours=2)
    mass.desk.sweep()
    with pytest.raises(RequestUnknown):
        mass.matches()


@pytest.mark.requirement("A4.1", "A17.3", "A17.4")
def test_the_record_tells_who_asked_what_was_sent_and_what_was_answered(mass: MassWorld) -> None:
    mass.opened(profiles=10, batch=5)
    mass.desk.begin(DNA, NUMBER, 2)
    mass.finished()
    (opened,) = mass.world.acts(Act.MASS_COMPARISON_OPENED)
    told_of = details(opened)
    assert (opened.party, told_of["officer"], told_of["ordering_officer"]) == (
        "MK",
        "MK-0001",
        "MK-0900",
    )
    assert told_of["legal_basis"].startswith("DNA Act")
    received = [details(each) for each in mass.world.acts(Act.MASS_COMPARISON_RECEIVED)]
    assert [(each["batch"], each["profiles"]) for each in received] == [("1", "5"), ("2", "5")]
    answered = mass.world.acts(Act.MASS_COMPARISON_ANSWERED)
    names = [each["probe_references"].split("\n") for each in map(details, answered)]
    assert [offered(n).reference_number for n in range(10)] == [n for each in names for n in each]
    counts = [int(n) for each in map(details, answered) for n in each["candidates"].split(",")]
    assert sum(counts) == len(expected(10))
    supplied = {number for each in answered for _, number in each.subjects}
    assert {number for _, number in expected(10)} == supplied
    (ended,) = mass.world.acts(Act.MASS_COMPARISON_ENDED)
    assert (details(ended)["state"], details(ended)["compared"]) == ("finished", "10")


@pytest.mark.requirement("A4.1")
def test_a_comparison_uses_none_of_the_capacity_of_the_day(mass: MassWorld) -> None:
    mass.world.declare(5)
    mass.opened(profiles=40)
    mass.desk.begin(DNA, NUMBER, 6)
    mass.finished()
    assert mass.world.used() == 0


def test_the_same_job_is_opened_once_and_its_number_holds_its_content(mass: MassWorld) -> None:
    first = mass.desk.open(DNA, terms())
    assert first == mass.desk.open(DNA, terms())
    with pytest.raises(RequestNumberReused):
        mass.desk.open(DNA, terms(officer="MK-0002"))
    assert len(mass.world.acts(Act.MASS_COMPARISON_OPENED)) == 1


def test_a_cancelled_job_erases_its_profiles_and_keeps_what_it_found(tmp_path: Path) -> None:
    gate = threading.Semaphore(4)
    mass = MassWorld(tmp_path, comparer=FakeComparer(lambda: gate.acquire(timeout=20) and None))
    mass.opened(profiles=30, batch=5)
    mass.desk.begin(DNA, NUMBER, 6)
    until(lambda: mass.desk.status(DNA, NUMBER).matches > 0)
    status = mass.desk.cancel(DNA, NUMBER)
    gate.release(100)
    assert status.state is MassState.CANCELLED
    until(lambda: not any((mass.world.folder / "batch.keys").read_bytes()[128:]))
    assert status.matches == len(mass.matches())
    assert status == mass.desk.cancel(DNA, NUMBER)
    mass.close()


def test_jobs_take_turns(tmp_path: Path) -> None:
    gate = threading.Semaphore(0)
    mass = MassWorld(tmp_path, comparer=FakeComparer(lambda: gate.acquire(timeout=20) and None))
    for number in ("M-1", "M-2"):
        mass.opened(number, profiles=20, batch=2)
    for number in ("M-1", "M-2"):
        mass.desk.begin(DNA, number, 10)
    for _ in range(12):
        gate.release()
    until(lambda: min(mass.desk.status(DNA, n).compared for n in ("M-1", "M-2")) >= 2)
    assert MassState.RUNNING is mass.desk.status(DNA, "M-1").state
    gate.release(100)
    for number in ("M-1", "M-2"):
        assert mass.finished(number).state is MassState.FINISHED
    mass.close()


def test_the_metrics_tell_progress_and_matches_by_party(mass: MassWorld) -> None:
    mass.opened(profiles=30)
    mass.desk.begin(DNA, NUMBER, 5)
    status = mass.finished()
    # The metrics follow the commit that tells the state.
    until(lambda: b'state="finished"} 1.0' in mass.metrics.exposition())
    page = mass.metrics.exposition().decode()
    for line in (
        'appliance_mass_jobs_total{client="MK",state="finished"} 1.0',
        'appliance_mass_profiles_total{client="MK"} 30.0',
        f'appliance_mass_matches_total{{client="MK"}} {float(status.matches)}',
        'appliance_mass_progress_ratio{client="MK"} 1.0',
    ):
        assert line in page


def test_each_match_tells_the_state_of_the_gallery_of_its_block(tmp_path: Path) -> None:
    def change() -> None:
        # Seen by the blocks that begin from here on: never by the one under way.
        comparer.epoch += 1

    comparer = FakeComparer(change)
    mass = MassWorld(tmp_path, comparer=comparer)
    mass.opened(profiles=40, batch=5)
    mass.desk.begin(DNA, NUMBER, 8)
    mass.finished()
    epochs = [each.provenance.gallery_epoch for each in mass.matches()]
    assert epochs == sorted(epochs)
    assert len(set(epochs)) > 3
    recorded = {
        int(details(each)["gallery_epoch"])
        for each in mass.world.acts(Act.MASS_COMPARISON_ANSWERED)
    }
    assert set(epochs) <= recorded
    mass.close()


@pytest.mark.requirement("A1.3")
def test_own_unidentified_profiles_that_matched_are_noted_once(
    mass: MassWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[tuple[str, str, str, int | None]] = []
    monkeypatch.setattr(
        "appliance.store.catalogue_table.live_ordinal",
        lambda tx, collection, reference_number: 7,
    )
    monkeypatch.setattr(
        "appliance.exchange.notes.put",
        lambda tx, record, party, number, matches, occasion, at: noted.extend(
            (party, number, each.reference_number, each.item) for each in matches if each.item
        ),
    )
    mass.opened(profiles=20)
    mass.desk.begin(DNA, NUMBER, 3)
    mass.finished()
    unidentified = [
        each.match.reference_number
        for each in mass.matches()
        if each.match.collection is Collection.DNA_UNIDENTIFIED
    ]
    assert [("MK", NUMBER, number, 7) for number in unidentified] == noted
    assert unidentified


@pytest.mark.requirement("A17.3")
def test_a_block_of_many_profiles_is_recorded_in_entries_that_name_all_of_them(
    tmp_path: Path,
) -> None:
    mass = MassWorld(tmp_path)
    profiles = 4 * limits.MASS_PROFILES_PER_ENTRY_MAX
    mass.opened(profiles=profiles, batch=profiles)
    mass.desk.begin(DNA, NUMBER, 1)
    mass.finished()
    assert max(mass.comparer.blocks) > limits.MASS_PROFILES_PER_ENTRY_MAX
    answered = [details(each) for each in mass.world.acts(Act.MASS_COMPARISON_ANSWERED)]
    names = [each["probe_references"].split("\n") for each in answered]
    assert max(map(len, names)) == limits.MASS_PROFILES_PER_ENTRY_MAX
    assert [offered(n).reference_number for n in range(profiles)] == [n for e in names for n in e]
    counts = [int(count) for each in answered for count in each["candidates"].split(",")]
    found = Counter(own for own, _ in expected(profiles))
    assert [found[offered(n).reference_number] for n in range(profiles)] == counts
    assert expected(profiles) == [
        (e.reference_number, e.match.reference_number) for e in mass.matches()
    ]
    mass.close()


def test_a_block_ends_where_it_has_found_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MASS_MATCHES_PER_BLOCK_MAX", 5)
    mass = MassWorld(tmp_path)
    mass.opened(profiles=200, batch=200)
    mass.desk.begin(DNA, NUMBER, 1)
    mass.finished()
    answered = [details(each) for each in mass.world.acts(Act.MASS_COMPARISON_ANSWERED)]
    # The profile that brings the fifth match may bring a sixth.
    assert max(sum(map(int, each["candidates"].split(","))) for each in answered) in (5, 6)
    assert expected(200) == [(e.reference_number, e.match.reference_number) for e in mass.matches()]
    mass.close()
