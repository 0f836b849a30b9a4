"""Where the pack says so, what exceeds a day waits for the next, in order of receipt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.domain import limits
from appliance.domain.capacity import Declaration
from appliance.domain.codes import Bucket, SearchType
from appliance.domain.errors import CapacityExhausted, QueueFull
from appliance.domain.record import Act
from appliance.domain.search import RequestState
from tests.exchange.world import (
    ADMINISTRATOR,
    FINGER,
    FakeMatcher,
    World,
    details,
    finger_probe,
    pack_with,
    request,
    until,
)
from tests.fixed_clock import FixedClock

_WAIT_S = 20
_HOLD = pack_with(capacity_excess="hold")
_URGENT = {"accelerated": True, "legal_basis": "Police Act, section 7"}


@pytest.fixture
def holding(make_world: Callable[..., World]) -> World:
    world = make_world(pack=_HOLD)
    world.declare(2)
    return world


def _submit(world: World, number: str, probes: int = 1, **changes: object) -> RequestState:
    asked = [finger_probe(f"P-{each}") for each in range(probes)]
    return world.desk.submit(FINGER, request(number, *asked, **changes)).state


def _states(world: World) -> dict[str, RequestState]:
    return {each.request_number: each.state for each in world.desk.requests(FINGER)}


def _next_day(world: World) -> None:
    world.clock.advance(hours=24)
    world.desk.sweep()
    until(lambda: world.desk._queue.wait_idle(0.01))


def _searched(world: World) -> list[str]:
    return [each.request_number for each in world.matcher.searched]


@pytest.mark.requirement("I10.1")
def test_the_search_after_the_last_is_held_and_released_the_next_day(holding: World) -> None:
    states = [_submit(holding, f"Q-{number}") for number in range(3)]
    assert states == [RequestState.QUEUED, RequestState.QUEUED, RequestState.HELD]
    assert holding.desk.answer("MK", "Q-2") is None
    assert holding.used() == 2
    _next_day(holding)
    assert holding.desk.wait("MK", "Q-2").result(_WAIT_S).request_number == "Q-2"
    assert holding.used() == 1
    (released,) = holding.acts(Act.SEARCH_RELEASED)
    assert (
        details(released)["request_number"],
        details(released)["capacity_day"],
    ) == ("Q-2", "2026-03-03")


@pytest.mark.requirement("I10.1", "I11.2")
def test_held_requests_are_released_in_order_of_receipt_within_each_days_capacity(
    holding: World,
) -> None:
    for number in range(7):
        _submit(holding, f"Q-{number}")
    for day in range(4):
        assert [f"Q-{each}" for each in range(min(7, 2 * day + 2))] == sorted(_searched(holding))
        _next_day(holding)
    assert holding.used() == 0


def test_the_accelerated_are_released_before_the_others(holding: World) -> None:
    for number in range(4):
        _submit(holding, f"Q-{number}")
    _submit(holding, "U-1", **_URGENT)
    _next_day(holding)
    assert {"U-1", "Q-2"} == set(_searched(holding)[2:])


def test_a_small_request_never_overtakes_a_large_one_that_is_held(holding: World) -> None:
    _submit(holding, "Q-1")
    assert RequestState.HELD is _submit(holding, "LARGE", probes=2)
    assert RequestState.HELD is _submit(holding, "SMALL")
    assert holding.used() == 1
    _next_day(holding)
    assert _searched(holding) == ["Q-1", "LARGE"]
    _next_day(holding)
    assert _searched(holding) == ["Q-1", "LARGE", "SMALL"]


def test_nobody_passes_who_needs_the_capacity_that_another_waits_for(holding: World) -> None:
    """Other search types of the bucket wait too; the other bucket is free."""
    _submit(holding, "Q-1")
    _submit(holding, "LARGE", probes=2)
    assert RequestState.HELD is _submit(holding, "OTHER", search_type=SearchType.LT_UL)
    assert RequestState.QUEUED is _submit(holding, "KNOWN", search_type=SearchType.TP_TP)
    _next_day(holding)
    assert {"Q-1", "KNOWN", "LARGE"} == set(_searched(holding))
    _next_day(holding)
    assert _searched(holding)[-1] == "OTHER"


def test_a_raise_in_the_middle_of_a_day_releases_what_fits_now(holding: World) -> None:
    for number in range(4):
        _submit(holding, f"Q-{number}")
    made = Declaration("MK", Bucket.NOT_YET_IDENTIFIED, 3, holding.clock.now(), "RS-0001")
    holding.capacity.declare(ADMINISTRATOR, [made])
    holding.desk.sweep()
    assert holding.used() == 3
    assert RequestState.HELD is _states(holding)["Q-3"]


def test_what_would_not_fit_a_whole_day_is_refused(holding: World) -> None:
    with pytest.raises(CapacityExhausted):
        _submit(holding, "Q-1", probes=3)
    assert _states(holding) == {}
    assert holding.vault._used == set()


def test_held_requests_are_bounded(holding: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HELD_PER_PARTY_MAX", 2)
    for number in range(4):
        _submit(holding, f"Q-{number}")
    with pytest.raises(QueueFull):
        _submit(holding, "Q-4")


def test_a_held_request_is_known_by_its_number_and_charged_nothing_when_cancelled(
    holding: World,
) -> None:
    for number in range(3):
        _submit(holding, f"Q-{number}")
    again = holding.desk.submit(FINGER, request("Q-2", finger_probe("P-0")))
    assert (again.replayed, again.state) == (True, RequestState.HELD)
    holding.desk.cancel(FINGER, "Q-2")
    assert holding.used() == 2
    _next_day(holding)
    assert "Q-2" not in _searched(holding)


@pytest.mark.requirement("I10.1")
@pytest.mark.parametrize(
    ("before_midnight", "hours"),
    [("2026-03-29T12:00:00Z", 10), ("2026-10-25T12:00:00Z", 11)],
)
def test_release_follows_the_declared_midnight_on_days_of_23_and_25_hours(
    make_world: Callable[..., World], before_midnight: str, hours: int
) -> None:
    clock = FixedClock(datetime.fromisoformat(before_midnight))
    world = make_world(pack=_HOLD, clock=clock)
    world.declare(1)
    _submit(world, "Q-1")
    _submit(world, "Q-2")
    clock.advance(hours=hours, microseconds=-1)
    world.desk.sweep()
    assert RequestState.HELD is _states(world)["Q-2"]
    clock.advance(microseconds=1)
    world.desk.sweep()
    assert world.desk.wait("MK", "Q-2").result(_WAIT_S).request_number == "Q-2"


@pytest.mark.requirement("I10.1", "I11.2")
def test_a_restart_over_midnight_releases_in_order_and_within_the_new_day(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    before = make_world(pack=_HOLD, matcher=FakeMatcher(hold=True))
    before.declare(2)
    for number in range(5):
        _submit(before, f"Q-{number}")
    until(lambda: len(before.matcher.held) == 2)
    image = before.image(tmp_path / "image")
    before.clock.advance(hours=20)
    after = make_world(image, pack=_HOLD, clock=before.clock)
    until(lambda: len(after.matcher.searched) == 4)
    assert _searched(after) == ["Q-0", "Q-1", "Q-2", "Q-3"]
    assert RequestState.HELD is _states(after)["Q-4"]
    assert after.used() == 2


def test_the_day_of_a_held_request_begins_at_its_release(
    make_world: Callable[..., World],
) -> None:
    """Its 24 hours do not run while its Party asks more than it may."""
    world = make_world(pack=_HOLD, clock=FixedClock(datetime(2026, 3, 2, 1, tzinfo=UTC)))
    world.declare(1)
    _submit(world, "Q-1")
    _submit(world, "Q-2")
    world.matcher.hold = True
    world.clock.advance(hours=23)
    world.desk.sweep()
    world.clock.advance(hours=19)
    world.desk.sweep()
    assert world.acts(Act.SEARCH_DELAYED) == []
    world.clock.advance(hours=1)
    world.desk.sweep()
    (delayed,) = world.acts(Act.SEARCH_DELAYED)
    assert details(delayed)["request_number"] == "Q-2"
