"""A mass comparison lets searches pass, and still gets on where they never pause."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.domain.limits import MASS_PROFILES_PER_BLOCK_MAX
from appliance.domain.mass_comparison import MassState
from appliance.exchange.mass_pace import BLOCK_S, CALM_S, SHARE_MAX, STEP_S, Pace, Stopping
from tests.exchange.mass_world import NUMBER, FakeComparer, MassWorld
from tests.exchange.world import DNA, until


class Clock:
    """Stands still, but for what is waited and what a test lets pass."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Stop(threading.Event):
    """A stop that is waited for in no time but that of the clock; ``waits`` counts how often."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.waits = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.waits += 1
        self.clock.now_s += timeout or 0.0
        return self.is_set()


def waited_s(idle_s: Callable[[], float], worked_s: float) -> float:
    """Return how long the work gives way after so long."""
    clock = Clock()
    pace = Pace(idle_s, Stop(clock), clock)
    clock.now_s = worked_s
    pace.give_way()
    return clock.now_s - worked_s


def calm() -> float:
    return CALM_S


def test_work_stands_still_while_a_search_is_under_way_or_was_just_now() -> None:
    for idle_s in (0.0, CALM_S - 0.001):
        assert waited_s(lambda idle_s=idle_s: idle_s, 0.002) >= 0.002 / SHARE_MAX - 0.001
    assert waited_s(calm, 0.002) < 0.001


def test_work_goes_on_as_soon_as_searches_are_over() -> None:
    clock = Clock()
    ended_s = 0.05
    pace = Pace(lambda: max(0.0, clock.now_s - ended_s), Stop(clock), clock)
    clock.now_s = 0.02
    pace.give_way()
    assert ended_s + CALM_S <= clock.now_s <= ended_s + CALM_S + 0.03


def test_work_takes_its_share_of_the_time_where_searches_never_pause_and_no_more() -> None:
    clock = Clock()
    pace = Pace(lambda: 0.0, Stop(clock), clock)
    worked_s = 0.0
    for number in range(2_000):
        step_s = (0.0001, 0.0007, 0.003)[number % 3]
        worked_s += step_s
        clock.now_s += step_s
        pace.give_way()
    assert 0.95 * SHARE_MAX < worked_s / clock.now_s < SHARE_MAX


def test_short_steps_are_worked_in_one_go_and_others_hand_the_interpreter_over() -> None:
    clock = Clock()
    stop = Stop(clock)
    pace = Pace(calm, stop, clock)
    for _ in range(4):
        clock.now_s += STEP_S / 5
        pace.give_way()
    assert stop.waits == 0
    clock.now_s += STEP_S / 4
    pace.give_way()
    assert stop.waits == 1


def test_what_was_not_worked_is_not_waited_for() -> None:
    clock = Clock()
    stop = Stop(clock)
    pace = Pace(lambda: 0.0, stop, clock)
    clock.now_s = 60.0
    pace.rested()
    pace.give_way()
    assert stop.waits == 0


def test_a_stop_ends_the_work_at_the_next_step() -> None:
    clock = Clock()
    stop = Stop(clock)
    pace = Pace(lambda: 0.0, stop, clock)
    stop.set()
    clock.now_s = STEP_S
    with pytest.raises(Stopping):
        pace.give_way()
    assert clock.now_s < 2 * STEP_S


def test_blocks_grow_until_they_take_their_time_and_shrink_when_they_take_too_much() -> None:
    pace = Pace(calm, threading.Event())
    sizes = []
    for _ in range(8):
        sizes.append(pace.block_profiles())
        # Half of the time of a block is the same for any number of profiles.
        pace.progressed(sizes[-1], sizes[-1], BLOCK_S * (0.5 + sizes[-1] / 20))
    assert sizes == [1, 2, 4, 8, 16, 16, 16, 16]
    pace.progressed(1, 1, BLOCK_S / 10)
    assert pace.block_profiles() == 16, "a short block says little of a longer one"
    pace.progressed(16, 9, BLOCK_S / 10)
    assert pace.block_profiles() == 4, "a block that was filled with matches was too long"
    for expected in (2, 1, 1):
        pace.progressed(pace.block_profiles(), pace.block_profiles(), 3 * BLOCK_S)
        assert pace.block_profiles() == expected
    for _ in range(12):
        pace.progressed(pace.block_profiles(), pace.block_profiles(), 0.001)
    assert pace.block_profiles() == MASS_PROFILES_PER_BLOCK_MAX


def test_the_time_left_follows_the_pace_of_the_blocks() -> None:
    pace = Pace(calm, threading.Event())
    assert pace.seconds_left(10) is None
    pace.progressed(50, 50, 5.0)
    assert pace.seconds_left(100) == 10.0


def test_a_comparison_ends_although_searches_never_pause(tmp_path: Path) -> None:
    mass = MassWorld(tmp_path, idle_s=lambda: 0.0)
    mass.opened(profiles=60, batch=20)
    mass.desk.begin(DNA, NUMBER, 3)
    assert mass.finished().state is MassState.FINISHED
    mass.close()


def test_a_block_under_way_is_given_up_at_the_stop_and_compared_by_the_next_start(
    tmp_path: Path,
) -> None:
    begun = threading.Event()
    mass = MassWorld(tmp_path, comparer=FakeComparer(begun.set), idle_s=lambda: 0.0)
    # Searches never pause, so the block waits for seconds between its profiles.
    mass.comparer.step_s = 0.1
    mass.opened(profiles=30, batch=30)
    mass.desk.begin(DNA, NUMBER, 1)
    until(begun.is_set)
    compared = mass.desk.status(DNA, NUMBER).compared
    mass.close()
    again = MassWorld(tmp_path)
    assert again.desk.status(DNA, NUMBER).compared >= compared
    assert again.finished().compared == 30
    again.close()
