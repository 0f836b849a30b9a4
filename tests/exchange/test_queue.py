"""Order of receipt, the accelerated lane, deadlines and engine failures."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.domain.errors import (
    ApplianceError,
    DeviceLost,
    EngineLoading,
    InvariantBroken,
    QualityInsufficient,
    QueueFull,
    RequestSettled,
    StorageCorrupt,
)
from appliance.domain.record import Act
from appliance.exchange.search_queue import ACCELERATED_IN_A_ROW_MAX, SearchQueue, Waiting
from appliance.telemetry import logs
from tests.exchange.world import FINGER, FakeMatcher, World, details, request, until

_WAIT_S = 20
_AT = datetime(2026, 3, 2, tzinfo=UTC)
_TAKEN_MAX = 8


def _order(queue: SearchQueue) -> list[int]:
    taken = []
    while queue.depth:
        waiting = queue.take()
        assert waiting is not None
        taken.append(waiting.sequence)
    return taken


@pytest.mark.requirement("I11.2")
def test_requests_are_taken_in_order_of_receipt() -> None:
    queue = SearchQueue(100, 100)
    for sequence in (3, 1, 2):
        queue.put(Waiting(sequence, False, _AT))
    assert _order(queue) == [1, 2, 3]


@pytest.mark.requirement("I11.4")
def test_accelerated_requests_overtake_and_the_others_do_not_starve() -> None:
    queue = SearchQueue(100, 100)
    for sequence in range(1, 4):
        queue.put(Waiting(sequence, False, _AT))
    for sequence in range(10, 30):
        queue.put(Waiting(sequence, True, _AT))
    order = _order(queue)
    assert ACCELERATED_IN_A_ROW_MAX == 8
    assert order == [*range(10, 18), 1, *range(18, 26), 2, *range(26, 30), 3]


def test_the_queue_and_what_is_taken_of_it_are_bounded() -> None:
    queue = SearchQueue(2, 1)
    with queue.place(), queue.place(), pytest.raises(QueueFull), queue.place():
        pass
    for sequence in (1, 2):
        queue.put(Waiting(sequence, False, _AT))
    with pytest.raises(QueueFull), queue.place():
        pass
    assert queue.take() == Waiting(1, False, _AT)
    with queue.place():
        pass
    assert not queue.wait_idle(0.01)
    queue.settled(1)
    assert queue.take() == Waiting(2, False, _AT)
    queue.settled(2)
    assert queue.wait_idle(0.01)
    queue.close()
    assert queue.take() is None


def _fail_while(condition: bool) -> None:
    assert condition
    raise ZeroDivisionError


def test_what_is_being_cancelled_is_not_taken_and_comes_back_if_that_fails() -> None:
    queue = SearchQueue(10, 10)
    with queue.withdrawn(1):
        # Its acceptance is durable, and it reaches the queue only now.
        queue.put(Waiting(1, False, _AT))
        assert queue.depth == 0
    assert queue.depth == 0
    queue.put(Waiting(2, False, _AT))
    with pytest.raises(ZeroDivisionError), queue.withdrawn(2):
        _fail_while(queue.depth == 0)
    assert _order(queue) == [2]
    with pytest.raises(RequestSettled), queue.withdrawn(2):
        pass


def test_searches_reach_the_matcher_in_order_of_receipt(make_world: Callable[..., World]) -> None:
    world = make_world(matcher=FakeMatcher(hold=True))
    world.declare()
    first = [f"Q-{number}" for number in range(_TAKEN_MAX)]
    later = [f"R-{number}" for number in range(4)]
    for number in (*first, *later):
        world.desk.submit(FINGER, request(number))
    urgent = request("U-1", accelerated=True, legal_basis="Police Act, section 7")
    until(lambda: len(world.matcher.held) == _TAKEN_MAX)
    world.desk.submit(FINGER, urgent)
    world.matcher.release()
    assert world.desk.drain(_WAIT_S)
    assert [*first, "U-1", *later] == [each.request_number for each in world.matcher.searched]
    (received,) = [
        entry
        for entry in world.acts(Act.SEARCH_RECEIVED)
        if details(entry)["request_number"] == "U-1"
    ]
    assert details(received)["accelerated_under"] == "Police Act, section 7"


def test_a_request_that_missed_its_day_is_searched_before_the_others(
    make_world: Callable[..., World],
) -> None:
    """IA Art. 11(2): where a deadline could not be met, the comparison follows without delay."""
    world = make_world(matcher=FakeMatcher(hold=True))
    world.declare()
    for number in range(_TAKEN_MAX):
        world.desk.submit(FINGER, request(f"Q-{number}"))
    until(lambda: len(world.matcher.held) == _TAKEN_MAX)
    world.desk.submit(FINGER, request("R-1"))
    world.clock.advance(hours=24, microseconds=1)
    urgent = request("U-1", accelerated=True, legal_basis="Police Act, section 7")
    world.desk.submit(FINGER, urgent)
    world.desk.sweep()
    world.matcher.release()
    assert world.desk.drain(_WAIT_S)
    order = [each.request_number for each in world.matcher.searched]
    assert order[_TAKEN_MAX:] == ["R-1", "U-1"]
    assert world.acts(Act.SEARCH_FAILED) == []


@pytest.mark.requirement("I11.5")
def test_what_waited_while_the_service_was_down_for_days_is_searched_at_the_start(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    before = make_world(matcher=FakeMatcher(hold=True))
    before.declare()
    for number in ("Q-1", "Q-2"):
        before.desk.submit(FINGER, request(number))
    until(lambda: len(before.matcher.held) == 2)
    image = before.image(tmp_path / "image")
    before.clock.advance(hours=72)
    after = make_world(image, clock=before.clock)
    assert after.desk.drain(_WAIT_S)
    assert [each.request_number for each in after.matcher.searched] == ["Q-1", "Q-2"]
    answer = after.desk.answer("MK", "Q-1")
    assert answer is not None
    assert answer.answered_at - answer.received_at >= timedelta(hours=72)
    assert after.acts(Act.SEARCH_FAILED) == []
    assert after.used() == 0


@pytest.mark.parametrize(
    "error", [DeviceLost("gone"), EngineLoading("not yet"), QueueFull(depth_max=1)]
)
def test_a_failure_of_the_engine_is_tried_again_once(
    make_world: Callable[..., World], error: ApplianceError
) -> None:
    matcher = FakeMatcher()
    matcher.errors = [error]
    world = make_world(matcher=matcher)
    world.declare()
    world.desk.submit(FINGER, request())
    world.desk.wait("MK", "Q-1").result(_WAIT_S)
    assert len(matcher.searched) == 2
    assert world.acts(Act.SEARCH_FAILED) == []
    assert world.used() == 1


@pytest.mark.parametrize(
    ("errors", "failure"),
    [
        ([DeviceLost("gone"), DeviceLost("gone")], DeviceLost),
        ([EngineLoading("not yet"), DeviceLost("gone")], DeviceLost),
        ([StorageCorrupt("a block")], StorageCorrupt),
        ([QualityInsufficient("too few")], QualityInsufficient),
        ([ValueError("a secret path")], InvariantBroken),
    ],
)
def test_a_search_that_fails_is_recorded_given_back_and_told(
    make_world: Callable[..., World], errors: list[Exception], failure: type[ApplianceError]
) -> None:
    matcher = FakeMatcher(hold=True)
    world = make_world(matcher=matcher)
    world.declare()
    world.desk.submit(FINGER, request())
    future = world.desk.wait("MK", "Q-1")
    until(lambda: bool(matcher.held))
    matcher.errors = errors[1:]
    matcher.held.pop()[1].set_exception(errors[0])
    with pytest.raises(failure) as told:
        future.result(_WAIT_S)
    assert "secret" not in str(told.value)
    assert world.desk.drain(_WAIT_S)
    for ask in (world.desk.answer, world.desk.wait):
        with pytest.raises(failure) as again:
            ask("MK", "Q-1")
        assert str(told.value) == str(again.value)
    (failed,) = world.acts(Act.SEARCH_FAILED)
    assert {"request_number": "Q-1", "search_type": "LT/TP", "reason": failure.reason} == details(
        failed
    )
    assert world.used() == 0
    assert world.vault._used == set()


def test_one_failing_search_leaves_the_others_alone(make_world: Callable[..., World]) -> None:
    matcher = FakeMatcher()
    matcher.errors = [ValueError("a defect")]
    world = make_world(matcher=matcher)
    world.declare()
    for number in range(3):
        world.desk.submit(FINGER, request(f"Q-{number}"))
    assert world.desk.drain(_WAIT_S)
    assert [_answered(world, f"Q-{number}") for number in range(3)] == [None, "Q-1", "Q-2"]


def _answered(world: World, number: str) -> str | None:
    try:
        answer = world.desk.answer("MK", number)
    except ApplianceError:
        return None
    return answer.request_number if answer else None


def test_who_gave_up_waiting_is_forgotten(make_world: Callable[..., World]) -> None:
    world = make_world(matcher=FakeMatcher(hold=True))
    world.declare()
    world.desk.submit(FINGER, request())
    patient, hasty = world.desk.wait("MK", "Q-1"), world.desk.wait("MK", "Q-1")
    assert hasty.cancel()
    world.matcher.release()
    assert patient.result(_WAIT_S).request_number == "Q-1"
    assert world.desk._waiters._futures == {}


def test_the_wait_of_the_queue_is_measured_from_receipt() -> None:
    queue = SearchQueue(10, 10)
    for sequence in range(4):
        queue.put(Waiting(sequence, sequence % 2 == 0, _AT + timedelta(hours=sequence)))
    queue.hasten(_AT + timedelta(hours=2))
    # 0 and 2 are accelerated, 1 overtakes with them, 3 has time left.
    assert _order(queue) == [0, 1, 2, 3]
    for sequence in (1, 3):
        queue.put(Waiting(sequence, False, _AT + timedelta(hours=sequence)))
    queue.put(Waiting(4, True, _AT + timedelta(hours=4)))
    queue.hasten(_AT + timedelta(hours=2))
    assert _order(queue) == [1, 4, 3]


def test_the_log_says_where_a_search_failed_and_none_of_its_words(
    make_world: Callable[..., World],
) -> None:
    matcher = FakeMatcher()
    matcher.errors = [ValueError("a secret path")]
    world = make_world(matcher=matcher)
    world.declare()
    written = io.StringIO()
    logs._write_to(written, logging.INFO)
    try:
        world.desk.submit(FINGER, request())
        assert world.desk.drain(_WAIT_S)
    finally:
        logs._write_to(sys.stderr, logging.INFO)
    (line,) = [json.loads(each) for each in written.getvalue().splitlines()]
    assert (line["event"], line["error_type"]) == ("a search failed", "ValueError")
    assert "exchange" in line["where"]
    assert "secret" not in written.getvalue()
