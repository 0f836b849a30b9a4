"""What this Party may still ask of others: counted before it is sent, by the other Party's day."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from appliance.domain.capacity import Declaration, Direction, OutgoingRequest, Scope, Total
from appliance.domain.codes import Bucket, Role, SearchType
from appliance.domain.errors import (
    CapacityExhausted,
    RequestInvalid,
    RequestNumberReused,
    RequestUnknown,
    RoleDenied,
)
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.exchange.outgoing import OutgoingDesk
from tests.exchange.world import ADMINISTRATOR, FINGER, SETTINGS, World, request
from tests.fixed_clock import FixedClock

_OWN = Principal("RS", Role.CONTACT_POINT_DACTYLOSCOPIC, "0a" * 32)


def _desk(world: World) -> OutgoingDesk:
    return OutgoingDesk(world.database, world.record, world.packs, SETTINGS, world.clock)


def _declare(world: World, scope: Scope, searches: int, time_zone: str = "") -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = Declaration("MK", scope, searches, start, "RS-0001", Direction.OUTGOING, time_zone)
    world.capacity.declare(ADMINISTRATOR, [made])


def _asking(number: str, searches: int = 1, **changes: object) -> OutgoingRequest:
    made = OutgoingRequest("MK", number, SearchType.LT_TP, searches)
    return replace(made, **changes)  # type: ignore[arg-type]


def _used(world: World) -> int:
    (use,) = [
        each
        for each in world.capacity.use_today("MK", Direction.OUTGOING)
        if each.scope is Bucket.NOT_YET_IDENTIFIED
    ]
    return use.used


@pytest.mark.requirement("I10.1")
def test_the_hundred_and_first_search_must_not_be_sent(make_world: Callable[..., World]) -> None:
    world = make_world()
    _declare(world, Bucket.NOT_YET_IDENTIFIED, 100)
    desk = _desk(world)
    for number in range(10):
        desk.reserve(_OWN, _asking(f"OUT-{number}", 10))
    with pytest.raises(CapacityExhausted) as refusal:
        desk.reserve(_OWN, _asking("OUT-10"))
    assert (refusal.value.capacity, refusal.value.retry_after_s) == (100, 11 * 3600)
    world.clock.advance(hours=11)
    desk.reserve(_OWN, _asking("OUT-10"))
    assert _used(world) == 1


def test_both_directions_are_counted_apart(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.declare(1)
    _declare(world, Bucket.NOT_YET_IDENTIFIED, 1)
    world.desk.submit(FINGER, request("Q-1"))
    _desk(world).reserve(_OWN, _asking("OUT-1"))
    assert (world.used(), _used(world)) == (1, 1)


def test_a_number_is_counted_once_and_other_content_is_refused(
    make_world: Callable[..., World],
) -> None:
    world = make_world()
    _declare(world, Bucket.NOT_YET_IDENTIFIED, 2)
    desk = _desk(world)
    for _ in range(3):
        (use, *_) = [
            each
            for each in desk.reserve(_OWN, _asking("OUT-1"))
            if each.scope is Bucket.NOT_YET_IDENTIFIED
        ]
    assert 1 == use.used == _used(world)
    with pytest.raises(RequestNumberReused):
        desk.reserve(_OWN, _asking("OUT-1", 2))
    assert len(world.acts(Act.OUTGOING_RESERVED)) == 1


def test_what_the_other_party_refused_is_given_back(make_world: Callable[..., World]) -> None:
    world = make_world()
    _declare(world, Bucket.NOT_YET_IDENTIFIED, 1)
    desk = _desk(world)
    desk.reserve(_OWN, _asking("OUT-1"))
    desk.release(_OWN, "MK", "OUT-1")
    assert _used(world) == 0
    with pytest.raises(RequestUnknown):
        desk.release(_OWN, "MK", "OUT-1")
    desk.reserve(_OWN, _asking("OUT-1"))
    assert [each.act for each in world.acts(Act.OUTGOING_RESERVED, Act.OUTGOING_RELEASED)] == [
        Act.OUTGOING_RESERVED,
        Act.OUTGOING_RELEASED,
        Act.OUTGOING_RESERVED,
    ]


@pytest.mark.requirement("I10.1")
def test_the_day_is_the_other_partys(make_world: Callable[..., World]) -> None:
    """In Chisinau midnight comes an hour before that of Belgrade."""
    world = make_world(clock=FixedClock(datetime(2026, 3, 2, 21, 30, tzinfo=UTC)))
    _declare(world, Bucket.NOT_YET_IDENTIFIED, 1, "Europe/Chisinau")
    _declare(world, Total.DAY, 1, "Europe/Chisinau")
    desk = _desk(world)
    desk.reserve(_OWN, _asking("OUT-1"))
    with pytest.raises(CapacityExhausted) as refusal:
        desk.reserve(_OWN, _asking("OUT-2"))
    assert refusal.value.retry_after_s == 1800
    world.clock.advance(minutes=30)
    desk.reserve(_OWN, _asking("OUT-2"))


def test_thirty_two_threads_never_ask_for_more_than_was_declared(
    make_world: Callable[..., World],
) -> None:
    world = make_world()
    _declare(world, Bucket.NOT_YET_IDENTIFIED, 20)
    desk = _desk(world)

    def reserve(number: int) -> bool:
        try:
            desk.reserve(_OWN, _asking(f"OUT-{number}"))
        except CapacityExhausted:
            return False
        return True

    with ThreadPoolExecutor(32) as pool:
        assert sum(pool.map(reserve, range(64))) == 20
    assert _used(world) == 20


def test_only_the_own_party_counts_what_it_asks(make_world: Callable[..., World]) -> None:
    world = make_world()
    _declare(world, Bucket.NOT_YET_IDENTIFIED, 5)
    desk = _desk(world)
    for stranger in (FINGER, Principal("RS", Role.AUDITOR, ""), replace(_OWN, party="RO")):
        with pytest.raises(RoleDenied):
            desk.reserve(stranger, _asking("OUT-1"))
        with pytest.raises(RoleDenied):
            desk.release(stranger, "MK", "OUT-1")


@pytest.mark.parametrize(
    "changes",
    [{"party": "RS"}, {"party": "DE"}, {"searches": 0}, {"searches": 51}, {"request_number": ""}],
)
def test_an_unusable_reservation_changes_nothing(
    make_world: Callable[..., World], changes: dict[str, object]
) -> None:
    world = make_world()
    _declare(world, Bucket.NOT_YET_IDENTIFIED, 100)
    with pytest.raises(RequestInvalid):
        _desk(world).reserve(_OWN, _asking("OUT-1", **changes))
    assert (_used(world), world.acts(Act.OUTGOING_RESERVED)) == (0, [])


def test_an_unknown_zone_is_refused(make_world: Callable[..., World]) -> None:
    world = make_world()
    with pytest.raises(RequestInvalid, match="time_zone"):
        _declare(world, Bucket.IDENTIFIED, 1, "Europe/Atlantis")


def test_numbers_are_forgotten_after_a_month(make_world: Callable[..., World]) -> None:
    world = make_world()
    _declare(world, Bucket.NOT_YET_IDENTIFIED, 5)
    desk = _desk(world)
    desk.reserve(_OWN, _asking("OUT-1"))
    world.clock.advance(days=33)
    world.desk.sweep()
    with pytest.raises(RequestUnknown):
        desk.release(_OWN, "MK", "OUT-1")
    assert timedelta(days=33) < world.clock.now() - datetime(2026, 1, 1, tzinfo=UTC)
