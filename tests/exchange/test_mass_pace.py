"""A mass comparison lets searches pass, and still gets on where they never pause."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from appliance.domain.limits import MASS_PROFILES_PER_BLOCK_MAX
from appliance.domain.mass_comparison import MassState
from appliance.exchange.mass_pace import (
    CALM_S,
    LATELY_S,
    REST_FACTOR,
    SLICE_S,
    SLICE_SHARE_MAX,
    Pace,
)
from tests.exchange.mass_world import NUMBER, MassWorld
from tests.exchange.world import DNA


class Clock:
    """Moves on whenever it is looked at, as time does while a thread waits."""

    def __init__(self, step_s: float = 0.001) -> None:
        self.now_s = 0.0
        self.step_s = step_s

    def __call__(self) -> float:
        self.now_s += self.step_s
        return self.now_s


class NoWait(threading.Event):
    """A stop that never comes, and is waited for in no time."""

    def wait(self, timeout: float | None = None) -> bool:
        return False


def waited_s(idle_s: Callable[[], float], took_s: float) -> float:
    """Return how long a slice waits after one that computed for ``took_s``."""
    clock = Clock()
    pace = Pace(idle_s, NoWait(), clock)
    pace.observe(1, took_s, took_s)
    begun_s = clock.now_s
    pace.wait_turn()
    return clock.now_s - begun_s


def test_no_slice_begins_while_a_search_is_under_way_or_was_just_now() -> None:
    until_s = 0.02 / SLICE_SHARE_MAX
    for idle_s in (0.0, CALM_S - 0.001):
        assert waited_s(lambda idle_s=idle_s: idle_s, 0.02) >= until_s - 0.002


def test_slices_take_a_share_of_the_time_even_where_searches_never_pause() -> None:
    assert abs(waited_s(lambda: 0.0, 0.02) - 0.02 / SLICE_SHARE_MAX) < 0.005


def test_slices_rest_while_searches_came_lately_and_do_not_later() -> None:
    assert abs(waited_s(lambda: CALM_S, 0.02) - REST_FACTOR * 0.02) < 0.005
    assert waited_s(lambda: LATELY_S, 0.02) < 0.005


def test_a_slice_grows_until_it_takes_its_time_and_shrinks_when_it_takes_too_much() -> None:
    pace = Pace(lambda: LATELY_S, NoWait())
    sizes = []
    for _ in range(8):
        sizes.append(pace.slice_profiles(1_000))
        # Half of the time of a slice is the same for any number of profiles.
        pace.observe(sizes[-1], SLICE_S * (0.5 + sizes[-1] / 20), 0.1)
    assert sizes == [1, 2, 4, 8, 16, 16, 16, 16]
    pace.observe(1, SLICE_S / 10, 0.1)
    assert pace.slice_profiles(1_000) == 16
    assert pace.slice_profiles(5) == 5
    for expected in (8, 4, 2, 1, 1):
        pace.observe(pace.slice_profiles(1_000), 3 * SLICE_S, 0.1)
        assert pace.slice_profiles(1_000) == expected
    for _ in range(10):
        pace.observe(pace.slice_profiles(1_000), 0.0, 0.0)
    assert pace.slice_profiles(1_000) == MASS_PROFILES_PER_BLOCK_MAX


def test_the_time_left_follows_the_pace_of_the_blocks() -> None:
    pace = Pace(lambda: LATELY_S, NoWait())
    assert pace.seconds_left(10) is None
    pace.progressed(50, 5.0)
    assert pace.seconds_left(100) == 10.0


def test_a_comparison_ends_although_searches_never_pause(tmp_path: Path) -> None:
    mass = MassWorld(tmp_path, idle_s=lambda: 0.0)
    mass.opened(profiles=60, batch=20)
    mass.desk.begin(DNA, NUMBER, 3)
    assert mass.finished().state is MassState.FINISHED
    mass.close()
