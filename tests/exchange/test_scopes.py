"""Capacities by search type, by bucket and over the whole day: a request has to fit them all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import msgspec
import pytest

from appliance.config.settings import Matching
from appliance.domain.capacity import Declaration, Scope, Total
from appliance.domain.codes import Bucket, SearchType
from appliance.domain.errors import CapacityExhausted
from tests.exchange.world import ADMINISTRATOR, FINGER, SETTINGS, World, request

_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def _declare(world: World, scope: Scope, searches: int) -> None:
    made = [Declaration("MK", scope, searches, _LONG_AGO, "RS-0001")]
    world.capacity.declare(ADMINISTRATOR, made)


def _used(world: World) -> dict[str, tuple[int, int]]:
    return {each.scope.value: (each.used, each.capacity) for each in world.capacity.use_today("MK")}


def _refused(world: World, number: str, search_type: SearchType) -> str:
    with pytest.raises(CapacityExhausted) as refusal:
        world.desk.submit(FINGER, request(number, search_type=search_type))
    return refusal.value.subject


@pytest.mark.requirement("I10.1")
def test_a_search_type_may_have_less_than_its_bucket(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.declare(3)
    _declare(world, SearchType.LT_TP, 1)
    world.desk.submit(FINGER, request("Q-1"))
    assert _refused(world, "Q-2", SearchType.LT_TP) == "MK, LT/TP"
    world.desk.submit(FINGER, request("Q-2", search_type=SearchType.LT_UL))
    expected = {"identified": (0, 3), "not_yet_identified": (2, 3), "LT/TP": (1, 1)}
    assert expected == _used(world)


@pytest.mark.requirement("I10.1")
def test_the_total_bounds_both_buckets_together(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.declare(5)
    _declare(world, Total.DAY, 2)
    world.desk.submit(FINGER, request("Q-1"))
    world.desk.submit(FINGER, request("Q-2", search_type=SearchType.TP_TP))
    for number, search_type in (("Q-3", SearchType.LT_TP), ("Q-4", SearchType.TP_UL)):
        assert _refused(world, number, search_type) == "MK, total"
    assert _used(world)["total"] == (2, 2)


@pytest.mark.requirement("A23.2", "I10.1")
def test_what_is_declared_in_the_middle_of_a_day_finds_what_was_used_before(
    make_world: Callable[..., World],
) -> None:
    world = make_world()
    world.declare(10)
    for number in ("Q-1", "Q-2"):
        world.desk.submit(FINGER, request(number))
    _declare(world, SearchType.LT_TP, 2)
    _declare(world, Total.DAY, 3)
    assert _refused(world, "Q-3", SearchType.LT_TP) == "MK, LT/TP"
    world.desk.submit(FINGER, request("Q-3", search_type=SearchType.TP_TP))
    assert _refused(world, "Q-4", SearchType.TP_TP) == "MK, total"
    _declare(world, Total.DAY, 4)
    world.desk.submit(FINGER, request("Q-4", search_type=SearchType.TP_TP))


def test_a_search_type_without_a_bucket_has_no_capacity(make_world: Callable[..., World]) -> None:
    world = make_world()
    _declare(world, SearchType.LT_TP, 5)
    assert "no capacity declared" in _refused(world, "Q-1", SearchType.LT_TP)


def test_a_refused_request_uses_nothing_of_any_capacity(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.declare(5)
    _declare(world, Total.DAY, 0)
    _declare(world, SearchType.LT_TP, 5)
    _refused(world, "Q-1", SearchType.LT_TP)
    assert {used for used, _ in _used(world).values()} == {0}


@pytest.mark.requirement("I10.1")
@pytest.mark.parametrize("scope", [SearchType.LT_TP, Bucket.NOT_YET_IDENTIFIED, Total.DAY])
def test_thirty_two_clients_race_for_the_last_searches_of_each_scope(
    make_world: Callable[..., World], scope: Scope
) -> None:
    matching = Matching(queue_depth_max=1000)
    world = make_world(settings=msgspec.structs.replace(SETTINGS, matching=matching))
    world.declare(1000)
    _declare(world, scope, 20)

    def submit(number: int) -> bool:
        try:
            world.desk.submit(FINGER, request(f"Q-{number}"))
        except CapacityExhausted:
            return False
        return True

    with ThreadPoolExecutor(32) as pool:
        assert sum(pool.map(submit, range(64))) == 20
    assert _used(world)[scope.value] == (20, 20)


@pytest.mark.requirement("I11.4")
def test_accelerated_searches_are_counted_by_party_and_day(world: World) -> None:
    urgent = {"accelerated": True, "legal_basis": "Police Act, section 7"}
    world.desk.submit(FINGER, request("Q-1", **urgent))
    world.desk.submit(FINGER, request("Q-2"))
    (use,) = [
        each for each in world.capacity.use_today("MK") if each.scope is Bucket.NOT_YET_IDENTIFIED
    ]
    assert (use.used, use.accelerated) == (2, 1)
