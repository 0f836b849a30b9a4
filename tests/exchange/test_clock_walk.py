"""A clock that runs, is set and restarts at random is trusted exactly while it can be right."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest

from appliance.domain.errors import ClockSkewed
from appliance.exchange.clock_guard import ClockGuard
from tests.exchange.world import World
from tests.fixed_clock import SettableClock
from tests.following import Follow

STEPS = int(os.environ.get("CLOCK_STEPS", "400"))
TOLERATED_S = 60.0


@dataclass
class Walk:
    """A guard beside what is known of its clock: set by how much, and the newest mark."""

    world: World
    clock: SettableClock
    guard: ClockGuard
    set_by_s: float
    newest: datetime

    def start(self) -> None:
        """Start the process anew: only what is durable is known of the time before."""
        world = self.world
        self.guard = ClockGuard(world.database, world.record, self.clock, TOLERATED_S)
        self.set_by_s = 0.0

    def is_right(self) -> bool:
        """Say whether the clock may be trusted: neither set too far, nor behind what was marked."""
        behind_s = (self.newest - self.clock.now()).total_seconds()
        return abs(self.set_by_s) <= TOLERATED_S and behind_s <= TOLERATED_S

    def step(self, draw: random.Random) -> None:
        """Do one thing that happens to clocks and to services."""
        act = draw.choice(["run", "run", "run", "set", "mark", "mark", "start"])
        if act == "run":
            self.clock.advance(seconds=draw.randrange(120))
        elif act == "set":
            # Half of the steps lead back to the true time, so that trust is gained as often.
            seconds = draw.choice([-self.set_by_s, float(draw.randrange(-90, 91))])
            self.clock.set_by(seconds)
            self.set_by_s += seconds
        elif act == "start":
            self.start()
        elif self.is_right():
            self.guard.mark()
            self.newest = max(self.newest, self.clock.now())
        else:
            with pytest.raises(ClockSkewed):
                self.guard.mark()


def _is_trusted(guard: ClockGuard) -> bool:
    try:
        guard.check()
    except ClockSkewed:
        return False
    return True


@pytest.mark.timeout(300 + STEPS // 10)
def test_a_clock_is_trusted_exactly_while_it_can_be_right(
    make_world: Callable[..., World], follow: Follow
) -> None:
    clock = SettableClock()
    world = make_world(clock=clock, start=False)
    walk = Walk(world, clock, world.guard, 0.0, clock.now())
    walk.start()
    walk.guard.mark()
    draw, verdicts = random.Random(29), set()
    for number in follow(range(STEPS)):
        walk.step(draw)
        verdicts.add(walk.is_right())
        assert walk.is_right() == _is_trusted(walk.guard), f"step {number}"
    assert verdicts == {True, False}
