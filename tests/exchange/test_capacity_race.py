"""Threads race for the last searches of a day."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from appliance.config.settings import Matching
from appliance.domain.errors import CapacityExhausted
from appliance.domain.record import Act
from tests.exchange.world import FINGER, SETTINGS, World, request

RACES = int(os.environ.get("CAPACITY_RACES", "1"))


@pytest.mark.requirement("I10.1")
@pytest.mark.parametrize("_race", range(RACES))
def test_thirty_two_threads_never_exceed_the_capacity(
    make_world: Callable[..., World], _race: int
) -> None:
    matching = Matching(queue_depth_max=1000)
    world = make_world(settings=msgspec.structs.replace(SETTINGS, matching=matching))
    world.declare(50)

    def submit(number: int) -> bool:
        try:
            world.desk.submit(FINGER, request(f"Q-{number}"))
        except CapacityExhausted:
            return False
        return True

    with ThreadPoolExecutor(32) as pool:
        accepted = list(pool.map(submit, range(120)))
    assert (sum(accepted), world.used()) == (50, 50)
    assert len(world.acts(Act.SEARCH_RECEIVED)) == 50
    assert len(world.acts(Act.SEARCH_REFUSED)) == 70
    assert world.desk.drain(20)
    assert len(world.matcher.searched) == 50
