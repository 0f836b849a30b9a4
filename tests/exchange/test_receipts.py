"""Requests that arrive while a commit is under way share the next one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from appliance.domain.capacity import Declaration, Direction
from appliance.domain.codes import Bucket, SearchType
from appliance.domain.errors import (
    ApplianceError,
    CapacityExhausted,
    PurposeChanged,
    RequestNumberReused,
    StorageCorrupt,
)
from appliance.domain.record import Act
from appliance.domain.search import RequestState, SearchRequest
from appliance.exchange.ledger import Charge, Ledger
from appliance.exchange.receipts import Accepted
from appliance.store.database import Transaction
from tests.exchange.world import ADMINISTRATOR, FINGER, FakeMatcher, World, request, until


def _submit_together(world: World, requests: Sequence[SearchRequest]) -> list[Future[Accepted]]:
    """Hand requests in one after the other while the writer is busy, and return what comes."""
    busy, free = threading.Event(), threading.Event()

    def hold(_tx: Transaction) -> None:
        busy.set()
        free.wait(10)

    world.database.write(hold)
    busy.wait(10)
    with ThreadPoolExecutor(len(requests)) as pool:
        futures = []
        for number, each in enumerate(requests, start=1):
            futures.append(pool.submit(world.desk.submit, FINGER, each))
            until(partial(_waits, world, number))
        free.set()
    return futures


def _waits(world: World, works: int) -> bool:
    return len(world.database._jobs) == works


def _reasons(futures: Sequence[Future[Accepted]]) -> list[str]:
    errors = [each.exception() for each in futures]
    return [each.reason if isinstance(each, ApplianceError) else "" for each in errors]


@pytest.mark.requirement("I10.1", "I11.2")
def test_each_finds_what_those_before_it_in_the_same_commit_took(world: World) -> None:
    world.declare(3)
    futures = _submit_together(
        world,
        [
            request("Q-1"),
            request("Q-1"),
            request("Q-1", case_reference="K-9/26"),
            request("Q-2", case_reference="K-2/26"),
            request("Q-3", case_reference="K-2/26", purpose="MISSING_PERSON"),
            request("Q-4", search_type=SearchType.LT_UL),
            request("Q-5"),
        ],
    )
    reused, changed = RequestNumberReused.reason, PurposeChanged.reason
    expected = ["", "", reused, "", changed, "", CapacityExhausted.reason]
    assert expected == _reasons(futures)
    accepted = [each.result() for each in futures if not each.exception()]
    sequences = [(each.request_number, each.sequence) for each in accepted]
    assert sequences == [("Q-1", 1), ("Q-1", 1), ("Q-2", 2), ("Q-4", 3)]
    assert [each.replayed for each in accepted] == [False, True, False, False]
    assert world.used() == 3
    received = [dict(each.details)["request_number"] for each in world.acts(Act.SEARCH_RECEIVED)]
    assert received == ["Q-1", "Q-2", "Q-4"]


@pytest.mark.requirement("I10.1")
def test_a_declaration_bounds_from_its_instant_on_within_one_commit(
    make_world: Callable[..., World],
) -> None:
    world = make_world()
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    bucket = Bucket.NOT_YET_IDENTIFIED
    made = [Declaration("MK", bucket, 5, now - timedelta(days=9), "RS-0001")]
    made.append(Declaration("MK", bucket, 1, now, "RS-0001"))
    world.capacity.declare(ADMINISTRATOR, made)
    ledger = Ledger(Direction.INCOMING, ZoneInfo("UTC"))
    charge = Charge("MK", SearchType.LT_TP, 1)
    before, after = now - timedelta(microseconds=1), now

    def work(tx: Transaction) -> list[bool]:
        tally = ledger.tally(tx)
        fits = []
        for at in (before, after, before, after):
            try:
                tally.reserve(charge, at)
                fits.append(True)
            except CapacityExhausted:
                fits.append(False)
        tally.write()
        return fits

    assert world.database.write(work).result() == [True, False, True, False]
    assert world.used() == 2


def test_a_failed_request_that_is_refused_when_sent_again_stays_as_it_was(
    make_world: Callable[..., World],
) -> None:
    world = make_world(matcher=FakeMatcher())
    world.declare()
    world.matcher.errors = [StorageCorrupt("a block")]
    world.desk.submit(FINGER, request("Q-1"))
    until(lambda: bool(world.acts(Act.SEARCH_FAILED)))
    world.capacity.declare(
        ADMINISTRATOR,
        [Declaration("MK", Bucket.NOT_YET_IDENTIFIED, 0, world.clock.now(), "RS-0001")],
    )
    with pytest.raises(CapacityExhausted):
        world.desk.submit(FINGER, request("Q-1"))
    (status,) = world.desk.requests(FINGER)
    assert RequestState.FAILED is status.state
