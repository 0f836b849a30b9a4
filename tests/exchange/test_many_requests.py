"""One Party sends request numbers without end: memory stays, and no number is ever taken twice.

A quarter of them is accepted and answered, then the capacity is used up and all others are refused.
Python's own count of the blocks that it holds shows a single object that stays for each request;
what libraries hold is seen in the memory of the process once there are very many.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
import pytest

from appliance.config.profile_pack import ProfilePack
from appliance.config.settings import Matching
from appliance.domain.errors import CapacityExhausted, RequestNumberReused
from appliance.domain.search import SearchRequest
from appliance.matching.outcome import MatchOutcome
from tests.exchange.world import FINGER, SETTINGS, FakeMatcher, World, request, until
from tests.following import Follow

REQUESTS = int(os.environ.get("DISTINCT_REQUESTS", "4000"))
ACCEPTED = REQUESTS // 4
CLIENTS = 16
REQUESTS_PER_ROUND = 125
BLOCKS_PER_REQUEST_MAX = 0.5
MEMORY_GROWTH_BYTES_MAX = 48 * 1024 * 1024  # of a million requests: 50 bytes each
FILE_BYTES_PER_REQUEST_MAX = 16 * 1024


class ForgetfulMatcher(FakeMatcher):
    """Answers at once, and keeps nothing of what it was asked."""

    def submit(
        self, request: SearchRequest, candidate_limit: int, pack: ProfilePack
    ) -> Future[MatchOutcome]:
        future = super().submit(request, candidate_limit, pack)
        for kept in (self.searched, self.packs, self.limits):
            kept.clear()
        return future


@dataclass(frozen=True, slots=True)
class Held:
    """What the process held after a round, of whose requests so many had been ``accepted``."""

    accepted: int
    blocks: int
    memory_bytes: int


def _send(world: World, number: int) -> bool:
    """Send a request and say whether it was accepted."""
    try:
        world.desk.submit(FINGER, request(f"Q-{number}"))
    except CapacityExhausted:
        return False
    return True


def _rounds(world: World, follow: Follow) -> Iterator[Held]:
    """Send all requests, many at a time."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        for first in follow(range(0, REQUESTS, REQUESTS_PER_ROUND)):
            numbers = range(first, first + REQUESTS_PER_ROUND)
            accepted = sum(pool.map(partial(_send, world), numbers))
            until(lambda: world.desk.idle_s() > 0)
            gc.collect()
            yield Held(accepted, sys.getallocatedblocks(), _memory_bytes())


def _memory_bytes() -> int:
    resident_pages = int(Path("/proc/self/statm").read_text().split()[1])
    return resident_pages * os.sysconf("SC_PAGE_SIZE")


def _blocks_left_by_each(rounds: list[Held]) -> float:
    """Return how many blocks each request left behind, the first round not counted.

    From the least of the former half to the least of the latter: what passes at times is no growth.
    """
    former, latter = rounds[1 : len(rounds) // 2], rounds[len(rounds) // 2 :]
    blocks = min(each.blocks for each in latter) - min(each.blocks for each in former)
    return blocks / (len(former) * REQUESTS_PER_ROUND)


@pytest.mark.timeout(300 + REQUESTS // 100)
def test_memory_stays_however_many_requests_a_party_sends(
    make_world: Callable[..., World], follow: Follow
) -> None:
    matching = Matching(queue_depth_max=1_000)
    settings = msgspec.structs.replace(SETTINGS, matching=matching)
    world = make_world(matcher=ForgetfulMatcher(), settings=settings)
    world.declare(ACCEPTED)
    rounds = list(_rounds(world, follow))
    served = [each for each in rounds if each.accepted]
    refused = [each for each in rounds if not each.accepted]
    assert (sum(each.accepted for each in rounds), world.used()) == (ACCEPTED, ACCEPTED)
    assert _blocks_left_by_each(served) < BLOCKS_PER_REQUEST_MAX
    assert _blocks_left_by_each(refused) < BLOCKS_PER_REQUEST_MAX
    assert rounds[-1].memory_bytes - rounds[1].memory_bytes < MEMORY_GROWTH_BYTES_MAX
    # All that grows lies on the disk, and is what the record and the answers have to keep.
    file_bytes = sum(path.stat().st_size for path in world.folder.iterdir())
    assert file_bytes / REQUESTS < FILE_BYTES_PER_REQUEST_MAX
    _require_repeats_to_be_told_from_new_ones(world)


def _require_repeats_to_be_told_from_new_ones(world: World) -> None:
    for number in (0, ACCEPTED // 2, ACCEPTED - 1):
        again = world.desk.submit(FINGER, request(f"Q-{number}"))
        assert again.replayed
        with pytest.raises(RequestNumberReused):
            world.desk.submit(FINGER, request(f"Q-{number}", case_reference="K-18/26"))
    # Who was refused has used neither capacity nor number, and may come again tomorrow.
    assert not _send(world, REQUESTS - 1)
    assert world.used() == ACCEPTED
    world.clock.advance(days=1)
    for replayed in (False, True):
        assert world.desk.submit(FINGER, request(f"Q-{REQUESTS - 1}")).replayed is replayed
    assert world.used() == 1


def test_a_refused_request_is_not_held_on_to(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.declare(0)
    # Other tests of the same process may keep requests of their own, as their cases.
    of_others = _requests_and_refusals()
    for number in range(3):
        assert not _send(world, number)
    gc.collect()
    held = [
        each for each in _requests_and_refusals() if not any(each is other for other in of_others)
    ]
    assert held == []


def _requests_and_refusals() -> list[object]:
    kinds = CapacityExhausted | SearchRequest
    return [each for each in gc.get_objects() if isinstance(each, kinds)]


def test_a_request_costs_the_database_the_same_however_many_came_before(
    make_world: Callable[..., World],
) -> None:
    world = make_world()
    world.declare(1_000)
    steps = 0

    def count() -> bool:
        nonlocal steps
        steps += 1
        return False

    def steps_of(first: int, requests: int) -> int:
        before = steps
        for number in range(first, first + requests):
            assert _send(world, number)
            world.desk.wait("MK", f"Q-{number}").result(20)
        return steps - before

    world.database._writer.set_progress_handler(count, 10)
    steps_of(0, 20)
    early = steps_of(20, 20)
    steps_of(40, 400)
    assert steps_of(440, 20) < 1.25 * early
