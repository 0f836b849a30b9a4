"""Figures of a known history: exact sums, the same after answers and matches were erased."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from appliance.domain.codes import Bucket, Category, Collection, Role, SearchType
from appliance.domain.errors import (
    ApplianceError,
    QualityInsufficient,
    RecordUnavailable,
    RequestInvalid,
    RoleDenied,
)
from appliance.domain.record import Act
from appliance.domain.search import FingerProbe
from appliance.domain.statistics import ClassFigures, MatchClass, PartyFigures, Period
from appliance.domain.verification import Outcome
from appliance.exchange.statistics import StatisticsDesk
from appliance.store.database import Transaction
from tests.exchange.verifications import HIT, SECOND, Finding, answered, desk
from tests.exchange.world import (
    ADMINISTRATOR,
    DNA,
    FINGER,
    SETTINGS,
    UNSUITABLE,
    World,
    details,
    finger_probe,
    request,
)
from tests.fixed_clock import FixedClock

DAY = Period(date(2026, 3, 2), date(2026, 3, 2))
TP, UL = Collection.TP, Collection.UL
PERSON, STAIN = Collection.DNA_REFERENCE, Collection.DNA_UNIDENTIFIED


def _desk(world: World) -> StatisticsDesk:
    return StatisticsDesk(world.database, world.record, SETTINGS)


def _figures(world: World, party: str, category: str, period: Period = DAY) -> PartyFigures:
    found = _desk(world).read(ADMINISTRATOR, period, party).parties
    (figures,) = [each for each in found if each.category == category]
    return figures


def _by_class(figures: PartyFigures) -> dict[MatchClass, tuple[int, ...]]:
    """Return probes, probes matched, matches, hits, no-hits, unverified and disputed by class."""
    return {each.match_class: _numbers(each) for each in figures.classes}


def _numbers(of: ClassFigures) -> tuple[int, ...]:
    return (
        of.probes, of.probes_matched, of.matches, of.hits, of.no_hits, of.unverified, of.disputed,
    )  # fmt: skip


def _refused(world: World, number: str, **changes: object) -> None:
    with pytest.raises(ApplianceError):
        world.desk.submit(FINGER, request(number, **changes))


@pytest.fixture
def history(make_world: Callable[..., World]) -> World:
    """A day of MK: fingers found, not found, refused; DNA found in both kinds; one of RO."""
    matcher = Finding((TP, "RS-1"), (TP, "RS-2"))
    world = make_world(matcher=matcher)
    world.declare(20)
    world.declare(20, "RO")
    two = (finger_probe("P-1"), finger_probe("P-2"))
    answered(world, "F-1", probes=two)
    answered(world, "F-2", accelerated=True, legal_basis="Law 1/26, Art. 2")
    answered(world, "F-3", search_type=SearchType.TP_TP)
    answered(world, "R-1", party="RO", officer="RO-0001")
    matcher.finds = ()
    answered(world, "F-4")
    matcher.finds = ((UL, "U-1"),)
    answered(world, "F-5", search_type=SearchType.LT_UL)
    matcher.finds = ((PERSON, "D-1"), (STAIN, "S-1"), (STAIN, "S-2"))
    answered(world, "D-1", search_type=SearchType.DNA_UNIDENTIFIED)
    answered(world, "D-2", search_type=SearchType.DNA_REFERENCE)
    _refused(world, "X-1", purpose="CURIOSITY")
    _refused(world, "X-2", purpose="CURIOSITY")
    _refused(world, "X-3", probes=(FingerProbe("P-1", UNSUITABLE),))
    _state_outcomes(world)
    return world


def _state_outcomes(world: World) -> None:
    office = desk(world)
    for number, probe, reference, outcome in (
        ("F-1", "P-1", "RS-1", Outcome.HIT),
        ("F-1", "P-1", "RS-2", Outcome.NO_HIT),
        ("F-1", "P-2", "RS-1", Outcome.NO_HIT),
    ):
        said = replace(HIT, request_number=number, probe=probe, reference_number=reference)
        office.record(FINGER, replace(said, outcome=outcome))
    stain = replace(HIT, request_number="D-1", probe="D-1", collection=STAIN)
    two = desk(world, Category.DNA)
    two.record(DNA, replace(stain, reference_number="S-1"))
    for officer, outcome in (("MK-0001", Outcome.HIT), (SECOND, Outcome.NO_HIT)):
        two.record(DNA, replace(stain, reference_number="S-2", officer=officer, outcome=outcome))


@pytest.mark.requirement("A21.1", "I13")
def test_the_figures_of_a_known_history_are_exact(history: World) -> None:
    fingers = _figures(history, "MK", "dactyloscopic")
    assert (fingers.accepted, fingers.answered, fingers.failed, fingers.open) == (5, 5, 0, 0)
    assert (fingers.refused, fingers.unsuitable, fingers.accelerated) == (3, 1, 1)
    assert fingers.refusals == (("PURPOSE_UNKNOWN", 2), ("QUALITY_INSUFFICIENT", 1))
    assert _by_class(fingers) == {
        MatchClass.PERSON_PERSON: (1, 1, 2, 0, 0, 2, 0),
        MatchClass.PERSON_TRACE: (0, 0, 0, 0, 0, 0, 0),
        MatchClass.TRACE_PERSON: (4, 3, 6, 1, 2, 3, 0),
        MatchClass.TRACE_TRACE: (1, 1, 1, 0, 0, 1, 0),
    }
    dna = _figures(history, "MK", "dna")
    assert _by_class(dna) == {
        MatchClass.PERSON_PERSON: (1, 1, 1, 0, 0, 1, 0),
        MatchClass.PERSON_TRACE: (1, 1, 2, 0, 0, 2, 0),
        MatchClass.TRACE_PERSON: (1, 1, 1, 0, 0, 1, 0),
        MatchClass.TRACE_TRACE: (1, 1, 2, 0, 0, 1, 1),
    }
    assert _figures(history, "RO", "dactyloscopic").answered == 1


@pytest.mark.requirement("I13")
def test_the_use_of_each_party_is_what_was_counted_against_its_capacity(history: World) -> None:
    capacities = _desk(history).read(ADMINISTRATOR, DAY).capacities
    assert [(each.party, each.bucket, each.used) for each in capacities] == [
        ("MK", Bucket.IDENTIFIED, 2),
        ("MK", Bucket.NOT_YET_IDENTIFIED, 6),
        ("RO", Bucket.NOT_YET_IDENTIFIED, 1),
    ]
    assert history.used() == 6


@pytest.mark.requirement("A21.1")
def test_the_figures_outlive_answers_matches_and_a_restart(
    history: World, make_world: Callable[..., World]
) -> None:
    before = _desk(history).read(ADMINISTRATOR, DAY)
    history.clock.advance(days=2)
    history.desk.sweep()
    assert _desk(history).read(ADMINISTRATOR, DAY) == before
    history.clock.advance(days=2 * 365)
    history.desk.sweep()
    assert _rows(history) == (0, 0, 0)
    assert _desk(history).read(ADMINISTRATOR, DAY) == before
    later = make_world(history.image(history.folder.parent / "later"), clock=history.clock)
    assert _desk(later).read(ADMINISTRATOR, DAY) == before


def _rows(world: World) -> tuple[int, ...]:
    """Return how many probes, matches and statements are kept one by one."""
    tables = ("answered_probe", "supplied", "statement")
    return world.database.read(
        lambda tx: tuple(tx.execute(f"SELECT count(*) FROM {each}")[0][0] for each in tables)  # noqa: S608
    )


@pytest.mark.requirement("A17.6")
def test_matches_are_kept_as_long_as_the_record_and_no_longer(
    make_world: Callable[..., World],
) -> None:
    clock = FixedClock(datetime(2026, 3, 2, 12, tzinfo=UTC))
    world = make_world(clock=clock)
    world.declare()
    answered(world)
    clock.time = datetime(2028, 3, 2, 11, 59, 59, tzinfo=UTC)
    world.desk.sweep()
    assert _rows(world) == (1, 1, 0)
    clock.time = datetime(2028, 3, 2, 12, 0, 1, tzinfo=UTC)
    world.desk.sweep()
    assert _rows(world) == (0, 0, 0)


def test_times_to_answer_are_nearest_ranks_and_counted_by_length(
    make_world: Callable[..., World],
) -> None:
    world = make_world()
    world.declare()
    world.matcher.hold = True
    for at in range(20):
        world.desk.submit(FINGER, request(f"Q-{at}"))
    took_s = [1 + at * 7 for at in range(20)]
    _settle_after(world, took_s)
    times = _figures(world, "MK", "dactyloscopic").times
    # Of 20 values in order the 10th is the median and the 19th the 95 % rank.
    assert (times.median_ms, times.p95_ms) == (took_s[9] * 1000, took_s[18] * 1000)
    assert times.counts == (1, 1, 7, 11, 0, 0, 0, 0)


def _settle_after(world: World, took_s: list[int]) -> None:
    def work(tx: Transaction) -> None:
        for sequence, each in enumerate(took_s, 1):
            tx.execute(
                "UPDATE request SET state = 'answered', settled_at = due_since + ?,"
                " settled_number = ?, answer_year = 2026, answer_serial = ?, probe_slot = NULL,"
                " probe_sealed = NULL"
                " WHERE sequence = ?",
                (each * 1_000_000, sequence, sequence, sequence),
            )

    world.matcher.held.clear()
    world.database.write(work).result()


def test_a_day_is_a_day_of_the_declared_zone(make_world: Callable[..., World]) -> None:
    clock = FixedClock(datetime(2026, 3, 1, 22, 59, 59, tzinfo=UTC))  # 23:59:59 in Belgrade
    world = make_world(clock=clock)
    world.declare()
    answered(world, "Q-1")
    _refused(world, "X-1", purpose="CURIOSITY")
    clock.advance(seconds=1)
    answered(world, "Q-2")
    for first, last, expected in ((1, 1, (1, 1)), (2, 2, (1, 0)), (1, 2, (2, 1))):
        period = Period(date(2026, 3, first), date(2026, 3, last))
        figures = _figures(world, "MK", "dactyloscopic", period)
        assert (figures.accepted, figures.refused) == expected
    assert _desk(world).read(ADMINISTRATOR, Period(date.min, date.max)).parties != ()


def test_an_unsuitable_probe_found_out_while_searching_is_counted(world: World) -> None:
    world.matcher.errors.append(QualityInsufficient("no minutiae"))
    with pytest.raises(QualityInsufficient):
        answered(world)
    figures = _figures(world, "MK", "dactyloscopic")
    assert (figures.accepted, figures.failed, figures.unsuitable) == (1, 1, 1)


def test_requests_that_wait_or_were_cancelled_are_told_apart(world: World) -> None:
    world.matcher.hold = True
    for at in range(40):  # more than are given to the matcher at a time
        world.desk.submit(FINGER, request(f"Q-{at}"))
    world.desk.cancel(FINGER, "Q-39")
    figures = _figures(world, "MK", "dactyloscopic")
    assert (figures.accepted, figures.cancelled, figures.open) == (40, 1, 39)


def test_a_refusal_before_the_caller_is_known_is_counted_without_a_name(world: World) -> None:
    world.desk.refused(None, None, "Q-1", RoleDenied("nobody"))
    world.desk.refused(DNA, None, "Q-1", RoleDenied("no such type"))
    parties = _desk(world).read(ADMINISTRATOR, DAY).parties
    assert [(each.party, each.category, each.refused) for each in parties] == [
        ("", "", 1),
        ("MK", "dna", 1),
    ]


@pytest.mark.requirement("A16.1")
def test_statistics_are_for_the_owner_and_reading_them_is_recorded(world: World) -> None:
    office = _desk(world)
    office.read(replace(ADMINISTRATOR, role=Role.AUDITOR), DAY, "MK")
    (entry,) = world.acts(Act.STATISTICS_READ)
    told = details(entry)
    assert (told["first_day"], told["last_day"], told["of_party"]) == (
        "2026-03-02",
        "2026-03-02",
        "MK",
    )
    with pytest.raises(RoleDenied):
        office.read(FINGER, DAY)
    with pytest.raises(RequestInvalid, match="last_day: lies before"):
        office.read(ADMINISTRATOR, Period(date(2026, 3, 3), date(2026, 3, 2)))
    assert len(world.acts(Act.STATISTICS_READ)) == 1


def test_what_cannot_be_recorded_is_not_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> int:
        raise RecordUnavailable("no space left")

    monkeypatch.setattr(world.record, "append", full)
    with pytest.raises(RecordUnavailable):
        _desk(world).read(ADMINISTRATOR, DAY)


def test_the_probe_kind_and_the_collection_make_the_class() -> None:
    assert MatchClass.of(SearchType.TP_UL, UL) is MatchClass.PERSON_TRACE
    assert MatchClass.of(SearchType.PP_ULP, Collection.ULP) is MatchClass.PERSON_TRACE
    assert MatchClass.of(SearchType.LP_PP, Collection.PP) is MatchClass.TRACE_PERSON
    assert MatchClass.of(SearchType.DNA_REFERENCE, STAIN) is MatchClass.PERSON_TRACE
