"""Bounds of a search: candidates for each search type, and requests that wait."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from appliance.config.settings import Exchange
from appliance.domain.codes import Category, SearchType
from appliance.domain.errors import QueueFull, RequestInvalid
from tests.exchange.world import (
    DNA,
    FINGER,
    SETTINGS,
    FakeMatcher,
    World,
    dna_probe,
    finger_probe,
    request,
    until,
)


@pytest.mark.parametrize(
    ("search_type", "limit"),
    [
        (SearchType.TP_TP, 1),
        (SearchType.LT_TP, 10),
        (SearchType.LP_PP, 5),
        (SearchType.TP_UL, 5),
        (SearchType.LT_UL, 5),
        (SearchType.PP_ULP, 5),
        (SearchType.LP_ULP, 5),
        (SearchType.DNA_REFERENCE, 500),
        (SearchType.DNA_UNIDENTIFIED, 500),
    ],
)
@pytest.mark.requirement("I10.2")
def test_the_candidate_limit_is_the_least_of_table_request_and_own_ceiling(
    make_world: Callable[..., World], search_type: SearchType, limit: int
) -> None:
    dna = search_type.category is Category.DNA
    principal, probe = (DNA, dna_probe()) if dna else (FINGER, finger_probe())

    def limits_of(world: World, *asked: int) -> list[int]:
        world.declare()
        for at, each in enumerate(asked):
            made = request(f"Q-{at}", probe, search_type=search_type, candidates_max=each)
            world.desk.submit(principal, made)
            world.desk.wait("MK", f"Q-{at}").result(20)
        return world.matcher.limits

    assert [limit, 1, limit] == limits_of(make_world(), 0, 1, limit)
    own = msgspec.structs.replace(SETTINGS, exchange=Exchange(candidates_max=3))
    ceiling = make_world(settings=own)
    assert [min(limit, 3)] == limits_of(ceiling, 0)
    with pytest.raises(RequestInvalid, match="candidates_max"):
        ceiling.desk.submit(
            principal, request("Q-x", probe, search_type=search_type, candidates_max=limit + 1)
        )


def test_a_full_queue_refuses_before_anything_is_written(make_world: Callable[..., World]) -> None:
    world = make_world(matcher=FakeMatcher(hold=True))
    world.declare(1000)
    taken_max, depth_max = 8, SETTINGS.matching.queue_depth_max
    for number in range(taken_max):
        world.desk.submit(FINGER, request(f"Q-{number}"))
    until(lambda: len(world.matcher.held) == taken_max)
    for number in range(depth_max):
        world.desk.submit(FINGER, request(f"R-{number}"))
    before = len(world.record.entries(0, 1000))
    with pytest.raises(QueueFull):
        world.desk.submit(FINGER, request("Q-x"))
    assert depth_max == world.desk.queue_depth()
    assert before == len(world.record.entries(0, 1000))
    assert taken_max + depth_max == world.used() == len(world.vault._used)
    # Who was accepted already is answered as before, also while the queue is full.
    assert world.desk.submit(FINGER, request("Q-0")).replayed
    world.matcher.release()
    world.desk.wait("MK", f"R-{depth_max - 1}").result(20)
    world.desk.submit(FINGER, request("Q-x"))
