"""The life of a request: cancelled in time, sent again after a passing failure, and forgotten."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.domain.codes import Role
from appliance.domain.errors import (
    ApplianceError,
    DeviceLost,
    PurposeUnknown,
    QualityInsufficient,
    RequestNumberReused,
    RequestSettled,
    RequestUnknown,
    RoleDenied,
    StorageCorrupt,
)
from appliance.domain.record import Act
from appliance.domain.search import RequestState
from appliance.keys.probe_vault import KeyDestroyed
from tests.exchange.world import (
    DNA,
    FINGER,
    SETTINGS,
    FakeMatcher,
    World,
    details,
    request,
    until,
)

_WAIT_S = 20
_TAKEN_MAX = 8


def _state(world: World, number: str) -> RequestState:
    (state,) = [each.state for each in world.desk.requests(FINGER) if each.request_number == number]
    return state


@pytest.fixture
def busy(make_world: Callable[..., World]) -> World:
    """An appliance that searches as many as it can, so that whoever comes next waits."""
    world = make_world(matcher=FakeMatcher(hold=True))
    world.declare()
    for number in range(_TAKEN_MAX):
        world.desk.submit(FINGER, request(f"T-{number}"))
    until(lambda: len(world.matcher.held) == _TAKEN_MAX)
    return world


def test_a_cancelled_request_is_free_erased_recorded_and_never_searched(busy: World) -> None:
    busy.desk.submit(FINGER, request("Q-1"))
    waiting = busy.desk.wait("MK", "Q-1")
    row = busy.desk._archive.find("MK", "Q-1")
    assert row is not None
    slot, ciphertext = busy.database.read(
        lambda tx: tx.execute(
            "SELECT probe_slot, probe_sealed FROM request WHERE sequence = ?", (row.sequence,)
        )[0]
    )
    assert busy.used() == _TAKEN_MAX + 1
    busy.desk.cancel(FINGER, "Q-1")
    assert busy.used() == _TAKEN_MAX
    assert RequestState.CANCELLED is _state(busy, "Q-1")
    with pytest.raises(KeyDestroyed):
        busy.vault.open(slot, ciphertext, b"MK/Q-1")
    with pytest.raises(RequestSettled):
        waiting.result(_WAIT_S)
    (cancelled,) = busy.acts(Act.SEARCH_CANCELLED)
    assert ("Q-1", FINGER.fingerprint) == (
        details(cancelled)["request_number"],
        details(cancelled)["certificate"],
    )
    busy.matcher.release()
    assert busy.desk.drain(_WAIT_S)
    assert "Q-1" not in [each.request_number for each in busy.matcher.searched]


def test_the_number_of_a_cancelled_request_is_used_up(busy: World) -> None:
    busy.desk.submit(FINGER, request("Q-1"))
    busy.desk.cancel(FINGER, "Q-1")
    for ask in (
        lambda: busy.desk.submit(FINGER, request("Q-1")),
        lambda: busy.desk.answer("MK", "Q-1"),
        lambda: busy.desk.cancel(FINGER, "Q-1"),
    ):
        with pytest.raises(RequestSettled):
            ask()


def test_what_is_searched_or_answered_can_no_longer_be_cancelled(busy: World) -> None:
    assert RequestState.SEARCHED is _state(busy, "T-0")
    with pytest.raises(RequestSettled):
        busy.desk.cancel(FINGER, "T-0")
    busy.matcher.release()
    busy.desk.wait("MK", "T-0").result(_WAIT_S)
    with pytest.raises(RequestSettled):
        busy.desk.cancel(FINGER, "T-0")
    assert busy.acts(Act.SEARCH_CANCELLED) == []
    assert busy.used() == _TAKEN_MAX


def test_a_request_is_cancelled_by_its_own_contact_point_only(busy: World) -> None:
    busy.desk.submit(FINGER, request("Q-1"))
    for stranger in (DNA, replace(FINGER, party="RO")):
        with pytest.raises(RequestUnknown):
            busy.desk.cancel(stranger, "Q-1")
    with pytest.raises(RoleDenied):
        busy.desk.cancel(replace(FINGER, role=Role.ADMINISTRATOR), "Q-1")
    assert RequestState.QUEUED is _state(busy, "Q-1")


def test_a_cancelled_request_stays_cancelled_over_a_crash(busy: World, tmp_path: Path) -> None:
    for number in ("Q-1", "Q-2"):
        busy.desk.submit(FINGER, request(number))
    busy.desk.cancel(FINGER, "Q-1")
    after = World(busy.image(tmp_path / "image"))
    try:
        assert after.desk.wait("MK", "Q-2").result(_WAIT_S).request_number == "Q-2"
        assert RequestState.CANCELLED is _state(after, "Q-1")
        assert _TAKEN_MAX + 1 == after.used() == len(after.matcher.searched)
    finally:
        after.close()


def _failed(make_world: Callable[..., World], *errors: Exception) -> World:
    matcher = FakeMatcher()
    matcher.errors = list(errors)
    world = make_world(matcher=matcher)
    world.declare()
    world.desk.submit(FINGER, request("Q-1"))
    until(lambda: bool(world.acts(Act.SEARCH_FAILED)))
    assert world.desk._queue.wait_idle(_WAIT_S)
    return world


@pytest.mark.parametrize(
    "errors", [(DeviceLost("gone"), DeviceLost("gone")), (StorageCorrupt("a block"),)]
)
def test_a_request_that_a_passing_failure_ended_may_be_sent_again(
    make_world: Callable[..., World], errors: tuple[Exception, ...]
) -> None:
    world = _failed(make_world, *errors)
    with pytest.raises(ApplianceError):
        world.desk.answer("MK", "Q-1")
    assert RequestState.FAILED is _state(world, "Q-1")
    assert not world.desk.submit(FINGER, request("Q-1")).replayed
    assert world.desk.wait("MK", "Q-1").result(_WAIT_S).request_number == "Q-1"
    assert world.used() == 1
    assert len(world.acts(Act.SEARCH_RECEIVED)) == 2


def test_other_content_under_the_number_of_a_failed_request_is_refused(
    make_world: Callable[..., World],
) -> None:
    world = _failed(make_world, DeviceLost("gone"), DeviceLost("gone"))
    with pytest.raises(RequestNumberReused):
        world.desk.submit(FINGER, request("Q-1", case_reference="K-9/26"))


def test_a_failure_that_will_not_pass_is_told_for_ever(make_world: Callable[..., World]) -> None:
    world = _failed(make_world, QualityInsufficient("too few"))
    assert world.desk.submit(FINGER, request("Q-1")).replayed
    with pytest.raises(QualityInsufficient):
        world.desk.answer("MK", "Q-1")
    assert (world.used(), len(world.matcher.searched)) == (0, 1)


def test_requests_are_listed_newest_first_and_page_by_page(world: World) -> None:
    for number in range(5):
        world.desk.submit(FINGER, request(f"Q-{number}"))
    assert world.desk._queue.wait_idle(_WAIT_S)
    first = world.desk.requests(FINGER, 0, 2)
    assert [each.request_number for each in first] == ["Q-4", "Q-3"]
    rest = world.desk.requests(FINGER, first[-1].sequence, 1_000)
    assert [each.request_number for each in rest] == ["Q-2", "Q-1", "Q-0"]
    assert {RequestState.ANSWERED} == {each.state for each in (*first, *rest)}
    assert world.desk.requests(replace(FINGER, party="RO")) == []
    assert world.desk.requests(DNA) == []


def test_an_answered_request_is_replayed_also_where_it_would_be_refused_today(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    """The queue may be full, the capacity used up, the officer gone: what was accepted stays so."""
    world = make_world()
    world.declare(1)
    world.desk.submit(FINGER, request("Q-1"))
    answer = world.desk.wait("MK", "Q-1").result(_WAIT_S)
    (world.folder / "officers.toml").write_text("")
    assert world.desk.submit(FINGER, request("Q-1")).replayed
    assert answer == world.desk.answer("MK", "Q-1")
    assert SETTINGS.instance.party == answer.requested_party


def test_numbers_that_were_answered_or_refused_leave_nothing_in_memory(world: World) -> None:
    """10⁶ distinct numbers of one Party must not fill the memory: what is held does not grow."""

    def some(first: int, count: int) -> None:
        for number in range(first, first + count):
            with pytest.raises(PurposeUnknown):
                world.desk.submit(FINGER, request(f"X-{number}", purpose="CURIOSITY"))
            if number % 10 == 0:
                world.desk.submit(FINGER, request(f"Q-{number}"))
        assert world.desk._queue.wait_idle(_WAIT_S)
        world.matcher.searched.clear()
        world.matcher.packs.clear()
        world.matcher.limits.clear()
        gc.collect()

    tracemalloc.start()
    try:
        some(0, 300)
        before, _ = tracemalloc.get_traced_memory()
        some(300, 300)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    queue, waiters = world.desk._queue, world.desk._waiters
    assert (queue.depth, queue._taken, queue._withdrawn, waiters._futures) == (0, {}, {}, {})
    assert set() == world.desk._reception._doubtful_slots | world.vault._used
    # A name of each number alone would take more than this.
    assert after - before < 300 * 100
