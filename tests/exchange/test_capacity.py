"""Declared capacities: never exceeded, raised at any time, opened anew at the declared midnight."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from appliance.domain.capacity import Declaration
from appliance.domain.codes import Bucket, Category, Role, SearchType
from appliance.domain.errors import (
    CapacityExhausted,
    DeviceLost,
    RequestInvalid,
    RoleDenied,
)
from appliance.domain.limits import CAPACITY_PER_DAY_MAX
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from tests.exchange.world import (
    ADMINISTRATOR,
    DNA,
    FINGER,
    FakeMatcher,
    World,
    details,
    dna_probe,
    finger_probe,
    request,
    until,
)
from tests.fixed_clock import FixedClock

_LATENT = Bucket.NOT_YET_IDENTIFIED


def _declaration(world: World, searches: object = 5, **changes: object) -> Declaration:
    fields = {
        "party": "MK",
        "scope": _LATENT,
        "searches_per_day": searches,
        "effective_from": world.clock.now(),
        "declared_by": "RS-0001",
    }
    return Declaration(**{**fields, **changes})  # type: ignore[arg-type]


def _refusal(world: World, number: str) -> CapacityExhausted:
    with pytest.raises(CapacityExhausted) as refusal:
        world.desk.submit(FINGER, request(number))
    return refusal.value


def test_the_search_after_the_last_is_refused_until_midnight(
    make_world: Callable[..., World],
) -> None:
    world = make_world()  # noon UTC is 13:00 in Belgrade
    world.declare(2)
    for number in ("Q-1", "Q-2"):
        world.desk.submit(FINGER, request(number))
    refusal = _refusal(world, "Q-3")
    assert (refusal.capacity, refusal.retry_after_s) == (2, 11 * 3600)
    assert refusal.metadata["subject"] == "MK, not_yet_identified"
    world.clock.advance(hours=11, microseconds=-1)
    assert _refusal(world, "Q-3").retry_after_s == 1
    world.clock.advance(microseconds=1)
    world.desk.submit(FINGER, request("Q-3"))
    assert world.used() == 1


def test_without_a_declaration_there_is_no_capacity(make_world: Callable[..., World]) -> None:
    world = make_world()
    refusal = _refusal(world, "Q-1")
    assert refusal.capacity == 0
    assert "no capacity declared" in refusal.message


@pytest.mark.requirement("I10.1")
def test_the_two_capacities_are_counted_apart(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.declare(1)
    world.desk.submit(FINGER, request("Q-1"))
    world.desk.submit(FINGER, request("Q-2", search_type=SearchType.TP_TP))
    for number, search_type in (("Q-3", SearchType.LP_ULP), ("Q-4", SearchType.PP_ULP)):
        with pytest.raises(CapacityExhausted):
            world.desk.submit(FINGER, request(number, search_type=search_type))


@pytest.mark.requirement("I10.1")
def test_what_is_known_of_the_probes_donor_says_which_capacity_is_used(
    make_world: Callable[..., World],
) -> None:
    known = {
        SearchType.TP_TP,
        SearchType.TP_UL,
        SearchType.PP_ULP,
        SearchType.DNA_REFERENCE,
    }
    world = make_world()
    world.declare(len(SearchType))
    for search_type in SearchType:
        before = {each: world.used(each) for each in Bucket}
        dna = search_type.category is Category.DNA
        principal, probe = (DNA, dna_probe()) if dna else (FINGER, finger_probe())
        asked = request(f"Q-{search_type.name}", probe, search_type=search_type)
        world.desk.submit(principal, asked)
        used = {each: world.used(each) - before[each] for each in Bucket}
        identified = int(search_type in known)
        assert {Bucket.IDENTIFIED: identified, _LATENT: 1 - identified} == used, search_type


def test_a_request_is_charged_whole_or_refused_whole(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.declare(4)
    world.desk.submit(FINGER, request("Q-1"))
    many = [finger_probe(f"P-{number}") for number in range(4)]
    with pytest.raises(CapacityExhausted):
        world.desk.submit(FINGER, request("Q-2", *many))
    world.desk.submit(FINGER, request("Q-2", *many[1:]))
    assert world.used() == 4


@pytest.mark.requirement("A23.2")
def test_a_raise_in_the_middle_of_a_day_keeps_what_is_used(
    make_world: Callable[..., World],
) -> None:
    world = make_world()
    world.declare(1)
    world.desk.submit(FINGER, request("Q-1"))
    _refusal(world, "Q-2")
    world.capacity.declare(ADMINISTRATOR, [_declaration(world, 3)])
    for number in ("Q-2", "Q-3"):
        world.desk.submit(FINGER, request(number))
    assert _refusal(world, "Q-4").capacity == 3
    assert world.used() == 3


def test_a_cut_below_what_is_used_stops_the_day(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.declare(5)
    for number in ("Q-1", "Q-2"):
        world.desk.submit(FINGER, request(number))
    world.capacity.declare(ADMINISTRATOR, [_declaration(world, 1)])
    assert _refusal(world, "Q-3").capacity == 1
    assert world.used() == 2


def test_a_declaration_of_the_future_is_not_in_force_yet(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.declare(1)
    later = world.clock.now() + timedelta(hours=1)
    world.capacity.declare(ADMINISTRATOR, [_declaration(world, 9, effective_from=later)])
    world.desk.submit(FINGER, request("Q-1"))
    world.clock.advance(hours=1, microseconds=-1)
    assert _refusal(world, "Q-2").capacity == 1
    world.clock.advance(microseconds=1)
    world.desk.submit(FINGER, request("Q-2"))
    # One made later for an earlier date does not displace it.
    world.capacity.declare(
        ADMINISTRATOR, [_declaration(world, 1, effective_from=later - timedelta(minutes=1))]
    )
    world.desk.submit(FINGER, request("Q-3"))


@pytest.mark.parametrize(
    ("now", "day", "opens_at"),
    [
        # Clocks go forward on 29 March 2026 in Belgrade, back on 25 October.
        ("2026-03-28T23:00:00Z", date(2026, 3, 29), "2026-03-29T22:00:00Z"),
        ("2026-03-29T21:59:59Z", date(2026, 3, 29), "2026-03-29T22:00:00Z"),
        ("2026-10-24T22:00:00Z", date(2026, 10, 25), "2026-10-25T23:00:00Z"),
        ("2026-10-25T22:59:59Z", date(2026, 10, 25), "2026-10-25T23:00:00Z"),
        ("2026-12-31T22:59:59Z", date(2026, 12, 31), "2026-12-31T23:00:00Z"),
        ("2026-12-31T23:00:00Z", date(2027, 1, 1), "2027-01-01T23:00:00Z"),
    ],
)
def test_the_day_ends_at_the_declared_midnight_also_when_clocks_change(
    make_world: Callable[..., World], now: str, day: date, opens_at: str
) -> None:
    world = make_world(clock=FixedClock(datetime.fromisoformat(now)))
    world.declare(1)
    world.desk.submit(FINGER, request("Q-1"))
    expected = datetime.fromisoformat(opens_at)
    (use,) = [each for each in world.capacity.use_today("MK") if each.scope is _LATENT]
    assert (day, expected, 1, 1) == (use.day, use.opens_at, use.capacity, use.used)
    left = expected - world.clock.now()
    assert _refusal(world, "Q-2").retry_after_s == left.total_seconds()
    world.clock.time = expected
    world.desk.submit(FINGER, request("Q-2"))


def test_a_search_that_failed_through_our_fault_is_given_back(
    make_world: Callable[..., World],
) -> None:
    matcher = FakeMatcher()
    matcher.errors = [DeviceLost("gone"), DeviceLost("gone")]
    world = make_world(matcher=matcher)
    world.declare(1)
    world.desk.submit(FINGER, request("Q-1"))
    until(lambda: world.used() == 0)
    world.desk.submit(FINGER, request("Q-2"))
    assert world.used() == 1


def test_it_is_given_back_to_the_day_it_was_charged_to(make_world: Callable[..., World]) -> None:
    matcher = FakeMatcher(hold=True)
    world = make_world(matcher=matcher)
    world.declare(5)
    world.desk.submit(FINGER, request("Q-1"))
    until(lambda: len(matcher.held) == 1)
    world.clock.advance(hours=12)
    world.desk.submit(FINGER, request("Q-2"))
    until(lambda: len(matcher.held) == 2)
    _, future = matcher.held.pop(0)
    matcher.errors = [DeviceLost("gone")]
    future.set_exception(DeviceLost("gone"))
    until(lambda: bool(world.acts(Act.SEARCH_FAILED)))
    assert world.used() == 1
    world.clock.advance(hours=-12)
    assert world.used() == 0


def test_declarations_are_recorded_and_kept(make_world: Callable[..., World]) -> None:
    world = make_world()
    made = [_declaration(world, 5), _declaration(world, 0, scope=Bucket.IDENTIFIED)]
    world.capacity.declare(ADMINISTRATOR, made)
    assert made == world.capacity.declarations()
    entries = world.acts(Act.CAPACITY_DECLARED)
    assert [(each.party, details(each)["searches_per_day"]) for each in entries] == [
        ("MK", "5"),
        ("MK", "0"),
    ]
    assert details(entries[0])["certificate"] == ADMINISTRATOR.fingerprint
    assert [(each.party, each.capacity) for each in world.capacity.use_today(None)] == [
        ("MK", 0),
        ("MK", 5),
    ]
    assert [each.capacity for each in world.capacity.use_today("RO")] == [0, 0]


@pytest.mark.parametrize(
    "changes",
    [
        {"party": "DE"},
        {"searches_per_day": -1},
        {"searches_per_day": CAPACITY_PER_DAY_MAX + 1},
        {"effective_from": datetime(2026, 1, 1)},  # noqa: DTZ001
        {"declared_by": ""},
        {"declared_by": "x" * 65},
    ],
)
def test_one_unusable_declaration_refuses_them_all(
    make_world: Callable[..., World], changes: dict[str, object]
) -> None:
    world = make_world()
    made = [_declaration(world, 5), _declaration(world, **changes)]
    with pytest.raises(RequestInvalid) as refusal:
        world.capacity.declare(ADMINISTRATOR, made)
    (violation,) = refusal.value.violations
    assert f"declarations[1].{next(iter(changes))}" == violation.field
    assert world.capacity.declarations() == []


def test_only_our_administrator_declares(make_world: Callable[..., World]) -> None:
    world = make_world()
    strangers = [
        FINGER,
        Principal("MK", Role.ADMINISTRATOR, ""),
        Principal("RS", Role.AUDITOR, ""),
    ]
    for stranger in strangers:
        with pytest.raises(RoleDenied):
            world.capacity.declare(stranger, [_declaration(world, 5)])
    with pytest.raises(RequestInvalid):
        world.capacity.declare(ADMINISTRATOR, [])
    assert world.capacity.declarations() == []


def test_the_largest_capacity_is_accepted(make_world: Callable[..., World]) -> None:
    world = make_world()
    made = [_declaration(world, CAPACITY_PER_DAY_MAX)]
    world.capacity.declare(ADMINISTRATOR, made)
    assert made == world.capacity.declarations()
