"""A clock that was set back or forward takes no new searches, and loses nothing accepted before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from appliance.domain.errors import ClockSkewed, RequestInvalid, RoleDenied
from appliance.domain.record import Act
from appliance.telemetry.metrics import Metrics
from tests.exchange.world import (
    ADMINISTRATOR,
    FINGER,
    SETTINGS,
    FakeMatcher,
    World,
    details,
    request,
)
from tests.fixed_clock import SettableClock

TOLERATED_S = SETTINGS.exchange.clock_skew_max_s


def _world(make_world: Callable[..., World], **options: object) -> tuple[World, SettableClock]:
    clock = SettableClock()
    world = make_world(clock=clock, **options)
    world.declare()
    return world, clock


@pytest.mark.parametrize("sign", [1, -1], ids=["forward", "back"])
def test_a_clock_that_was_set_takes_no_new_search_until_it_is_right(
    make_world: Callable[..., World], sign: int
) -> None:
    world, clock = _world(make_world)
    clock.set_by(sign * TOLERATED_S)
    world.desk.submit(FINGER, request("Q-1"))
    clock.set_by(sign)
    with pytest.raises(ClockSkewed, match="ahead of" if sign > 0 else "behind"):
        world.desk.submit(FINGER, request("Q-2"))
    assert world.acts(Act.SEARCH_REFUSED) == []
    assert world.used() == 1
    clock.advance(hours=5)
    with pytest.raises(ClockSkewed):
        world.desk.submit(FINGER, request("Q-2"))
    clock.set_by(-2 * sign)
    world.desk.submit(FINGER, request("Q-2"))


def test_what_was_accepted_is_answered_all_the_same(make_world: Callable[..., World]) -> None:
    world, clock = _world(make_world, matcher=FakeMatcher(hold=True))
    accepted = world.desk.submit(FINGER, request("Q-1"))
    clock.set_by(-7200)
    again = world.desk.submit(FINGER, request("Q-1"))
    assert (again.replayed, again.sequence) == (True, accepted.sequence)
    waiting = world.desk.wait("MK", "Q-1")
    world.matcher.release()
    assert waiting.result(10).request_number == "Q-1"
    assert world.desk.answer("MK", "Q-1") is not None


def test_nothing_is_erased_by_a_clock_that_was_set_forward(
    make_world: Callable[..., World],
) -> None:
    world, clock = _world(make_world)
    world.desk.submit(FINGER, request("Q-1"))
    world.desk.wait("MK", "Q-1").result(10)
    clock.set_by(48 * 3600)
    with pytest.raises(ClockSkewed):
        world.desk.sweep()
    assert world.desk.answer("MK", "Q-1") is not None


def test_a_restart_forgets_no_instant_that_was_durable(make_world: Callable[..., World]) -> None:
    before, clock = _world(make_world)
    clock.advance(hours=1)
    before.desk.sweep()
    before.close()
    newest = clock.now()
    set_back = SettableClock(newest - timedelta(seconds=TOLERATED_S + 1))
    after = make_world(before.folder, clock=set_back)
    with pytest.raises(ClockSkewed, match=f"{TOLERATED_S + 1} s behind"):
        after.desk.submit(FINGER, request("Q-1"))
    # Time that goes on brings the clock back within what is tolerated.
    set_back.advance(seconds=1)
    after.desk.submit(FINGER, request("Q-1"))


def test_the_durable_instant_never_goes_back(make_world: Callable[..., World]) -> None:
    world, clock = _world(make_world)
    clock.advance(hours=1)
    world.guard.mark()
    for _ in range(3):
        clock.set_by(-TOLERATED_S / 2)
        if world.guard.skew_s() >= -TOLERATED_S:
            world.guard.mark()
    with pytest.raises(ClockSkewed):
        world.guard.mark()
    world.close()
    later = make_world(world.folder, clock=SettableClock(clock.now()))
    assert later.guard.skew_s() == pytest.approx(-1.5 * TOLERATED_S)


def test_an_administrator_vouches_for_a_clock_that_had_to_be_set(
    make_world: Callable[..., World],
) -> None:
    world, clock = _world(make_world)
    world.desk.sweep()
    clock.set_by(-7200)
    with pytest.raises(RoleDenied):
        world.guard.accept(FINGER, "why not")
    with pytest.raises(RequestInvalid, match="reason"):
        world.guard.accept(ADMINISTRATOR, "")
    with pytest.raises(ClockSkewed):
        world.desk.submit(FINGER, request("Q-1"))
    world.guard.accept(ADMINISTRATOR, "the time server had failed")
    (entry,) = world.acts(Act.CLOCK_ACCEPTED)
    assert details(entry) == {
        "certificate": ADMINISTRATOR.fingerprint,
        "reason": "the time server had failed",
        "skew_s": "-7200.000",
    }
    world.desk.submit(FINGER, request("Q-1"))
    world.close()
    after = make_world(world.folder, clock=SettableClock(clock.now()))
    after.desk.submit(FINGER, request("Q-2"))


def test_the_skew_is_measured(make_world: Callable[..., World]) -> None:
    world, clock = _world(make_world)
    metrics = Metrics()
    world.guard._metrics = metrics
    clock.set_by(-7.5)
    world.guard.check()
    assert metrics.registry.get_sample_value("appliance_clock_skew_seconds") == -7.5
