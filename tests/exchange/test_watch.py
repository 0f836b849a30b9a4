"""Requests as they are settled: in that order, from a cursor that outlives every restart."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from appliance.domain.codes import Category, SearchType
from appliance.domain.errors import ApplianceError, DeviceLost, QueueFull, StorageCorrupt
from appliance.domain.limits import WATCHERS_PER_PARTY_MAX
from appliance.domain.search import RequestState
from appliance.exchange import watch as watch_room
from appliance.exchange.watch import Watch
from tests.exchange.world import DNA, FINGER, World, dna_probe, request, until

_WAIT_S = 20
_PRINTS = Category.DACTYLOSCOPIC


def _all(watch: Watch) -> list[tuple[int, str]]:
    """Return cursor and request number of everything settled already."""
    seen = []
    while (each := watch.get(0.01)) is not None:
        seen.append((each.cursor, each.request_number))
    return seen


def _until_held(world: World, searches: int) -> None:
    until(lambda: len(world.matcher.held) == searches)


def _answer(world: World, *numbers: str) -> None:
    for number in numbers:
        world.desk.submit(FINGER, request(number))
        world.desk.wait("MK", number).result(_WAIT_S)


def test_a_watch_gives_the_answers_of_its_party_as_they_come(world: World) -> None:
    world.declare(party="RO")
    watch, other = world.desk.watch("MK", _PRINTS), world.desk.watch("RO", _PRINTS)
    _answer(world, "Q-1", "Q-2")
    seen = [watch.get(_WAIT_S), watch.get(_WAIT_S)]
    assert [each.request_number for each in seen if each] == ["Q-1", "Q-2"]
    assert watch.get(0.01) is None
    assert other.get(0.01) is None
    watch.close()
    watch.close()


def test_a_watch_begins_now_unless_a_cursor_says_where(world: World) -> None:
    _answer(world, "Q-1", "Q-2")
    watch = world.desk.watch("MK", _PRINTS)
    _answer(world, "Q-3")
    everything = _all(world.desk.watch("MK", _PRINTS, 0))
    assert [number for _, number in everything] == ["Q-1", "Q-2", "Q-3"]
    assert everything[2:] == _all(watch)
    assert everything[1:] == _all(world.desk.watch("MK", _PRINTS, everything[0][0]))


def test_each_contact_point_watches_its_own_category(world: World) -> None:
    _answer(world, "Q-1")
    asked = request("D-1", dna_probe(), search_type=SearchType.DNA_REFERENCE)
    world.desk.submit(DNA, asked)
    world.desk.wait("MK", "D-1").result(_WAIT_S)
    assert [number for _, number in _all(world.desk.watch("MK", _PRINTS, 0))] == ["Q-1"]
    assert [number for _, number in _all(world.desk.watch("MK", Category.DNA, 0))] == ["D-1"]


def test_who_comes_back_with_a_cursor_misses_nothing_and_sees_nothing_twice(
    make_world: Callable[..., World], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers leave at any answer, and the appliance is cut off from its power now and then."""
    monkeypatch.setattr(watch_room, "WATCH_PAGE_MAX", 3)
    draw = random.Random(9)
    world, cursor, seen, sent = make_world(), 0, [], []
    world.declare(1000)
    for turn in range(12):
        numbers = [f"Q-{turn}-{each}" for each in range(draw.randrange(1, 6))]
        sent += numbers
        assert world.desk._queue.wait_idle(_WAIT_S)
        cut_off = draw.random() < 0.5
        world.matcher.hold = cut_off
        for number in numbers:
            world.desk.submit(FINGER, request(number))
        watch = world.desk.watch("MK", _PRINTS, cursor)
        for _ in range(draw.randrange(1, 8)):
            each = watch.get(0.05)
            if each is not None:
                assert each.cursor > cursor
                cursor = each.cursor
                seen.append(each.request_number)
        watch.close()
        if cut_off:
            _until_held(world, len(numbers))
            world = make_world(world.image(tmp_path / f"image-{turn}"))
    assert world.desk.drain(_WAIT_S)
    seen += [number for _, number in _all(world.desk.watch("MK", _PRINTS, cursor))]
    assert sorted(sent) == sorted(seen)
    assert len(set(seen)) == len(seen)


def _ends(watch: Watch) -> list[tuple[str, RequestState, str, bool]]:
    """Return everything settled already: its number, end, failure, and whether it has an answer."""
    ends = []
    while (each := watch.get(0.01)) is not None:
        whether = each.answer is not None
        ends.append((each.request_number, each.state, each.failure_reason, whether))
    return ends


def _fail(world: World, number: str, error: ApplianceError) -> None:
    """Have a search fail as often as it is tried."""
    world.matcher.errors = [error] * 4
    world.desk.submit(FINGER, request(number))
    with pytest.raises(type(error)):
        world.desk.wait("MK", number).result(_WAIT_S)
    world.matcher.errors = []


def test_every_end_of_a_request_is_told_in_one_order(world: World) -> None:
    watch = world.desk.watch("MK", _PRINTS)
    _answer(world, "Q-1")
    _fail(world, "Q-2", StorageCorrupt("a block of the gallery is damaged"))
    world.desk.pause(True)
    world.desk.submit(FINGER, request("Q-3"))
    world.desk.cancel(FINGER, "Q-3")
    world.desk.pause(False)
    _answer(world, "Q-4")
    expected = [
        ("Q-1", RequestState.ANSWERED, "", True),
        ("Q-2", RequestState.FAILED, "STORAGE_CORRUPT", False),
        ("Q-3", RequestState.CANCELLED, "", False),
        ("Q-4", RequestState.ANSWERED, "", True),
    ]
    assert expected == _ends(watch)
    everything = _all(world.desk.watch("MK", _PRINTS, 0))
    assert sorted({cursor for cursor, _ in everything}) == [cursor for cursor, _ in everything]
    for place, (cursor, _) in enumerate(everything):
        assert expected[place + 1 :] == _ends(world.desk.watch("MK", _PRINTS, cursor))
    assert _ends(world.desk.watch("MK", Category.DNA, 0)) == []
    assert _ends(world.desk.watch("RO", _PRINTS, 0)) == []


def test_ends_without_an_answer_outlive_a_power_cut(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    world = make_world()
    world.declare()
    _fail(world, "Q-1", StorageCorrupt("a block of the gallery is damaged"))
    again = make_world(world.image(tmp_path / "image"))
    (told,) = _ends(again.desk.watch("MK", _PRINTS, 0))
    assert told[:3] == ("Q-1", RequestState.FAILED, "STORAGE_CORRUPT")


def test_a_failed_request_that_was_sent_again_is_told_with_its_later_end_alone(
    world: World,
) -> None:
    _fail(world, "Q-1", DeviceLost("the device is gone"))
    ((failed_at, _),) = _all(world.desk.watch("MK", _PRINTS, 0))
    _answer(world, "Q-1")
    expected = [("Q-1", RequestState.ANSWERED, "", True)]
    assert expected == _ends(world.desk.watch("MK", _PRINTS, 0))
    # Whoever had heard of the failure hears of the answer: its cursor is a later one.
    assert expected == _ends(world.desk.watch("MK", _PRINTS, failed_at))


def test_ends_are_forgotten_with_the_answers_of_their_time_and_no_cursor_is_given_twice(
    world: World,
) -> None:
    _fail(world, "Q-1", StorageCorrupt("a block of the gallery is damaged"))
    _fail(world, "Q-2", StorageCorrupt("a block of the gallery is damaged"))
    first, second = _all(world.desk.watch("MK", _PRINTS, 0))
    world.clock.advance(hours=25)
    world.desk.sweep()
    assert _all(world.desk.watch("MK", _PRINTS, 0)) == [second]
    assert first[0] < second[0]
    _answer(world, "Q-3")
    world.desk.sweep()
    (after,) = _all(world.desk.watch("MK", _PRINTS, second[0]))
    assert after[0] > second[0]


def test_a_waiting_watch_is_woken_by_a_failure_and_a_cancellation(world: World) -> None:
    watch = world.desk.watch("MK", _PRINTS)
    with ThreadPoolExecutor(1) as reader:
        waiting = reader.submit(watch.get, _WAIT_S)
        _fail(world, "Q-1", StorageCorrupt("a block of the gallery is damaged"))
        failed = waiting.result(_WAIT_S)
        assert failed is not None
        assert failed.state is RequestState.FAILED
        world.desk.pause(True)
        world.desk.submit(FINGER, request("Q-2"))
        waiting = reader.submit(watch.get, _WAIT_S)
        world.desk.cancel(FINGER, "Q-2")
        cancelled = waiting.result(_WAIT_S)
        assert cancelled is not None
        assert cancelled.state is RequestState.CANCELLED


def test_an_erased_answer_is_left_out(world: World) -> None:
    _answer(world, "Q-1")
    watch = world.desk.watch("MK", _PRINTS, 0)
    world.clock.advance(hours=25)
    _answer(world, "Q-2")
    world.desk.sweep()
    assert [number for _, number in _all(watch)] == ["Q-2"]


def test_a_watch_that_nobody_reads_costs_no_memory(world: World) -> None:
    watch = world.desk.watch("MK", _PRINTS)
    _answer(world, *(f"Q-{number}" for number in range(20)))
    assert len(watch._page) == 0
    assert len(_all(watch)) == 20


def test_a_party_has_a_bounded_number_of_watches(world: World) -> None:
    watches = [world.desk.watch("MK", _PRINTS) for _ in range(WATCHERS_PER_PARTY_MAX)]
    with pytest.raises(QueueFull):
        world.desk.watch("MK", _PRINTS)
    world.desk.watch("RO", _PRINTS)
    watches[0].close()
    world.desk.watch("MK", _PRINTS)


def test_a_waiting_watch_is_woken_by_the_next_answer(world: World) -> None:
    watch = world.desk.watch("MK", _PRINTS)
    world.matcher.hold = True
    world.desk.submit(FINGER, request("Q-1"))
    until(lambda: bool(world.matcher.held))
    world.matcher.release()
    answered = watch.get(_WAIT_S)
    assert answered is not None
    assert answered.request_number == "Q-1"
