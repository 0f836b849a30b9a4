"""A refusal for capacity is judged again by the declarations and the record of its day (IA 10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.domain.admissibility import Admissibility, Outcome, Rule, Verdict
from appliance.domain.capacity import Declaration
from appliance.domain.codes import Bucket, SearchType
from appliance.domain.errors import CapacityExhausted
from appliance.domain.record import Act
from appliance.exchange import past_capacity
from tests.exchange.supervised import AUDITOR, Supervised
from tests.exchange.world import ADMINISTRATOR, FINGER, World, finger_probe, pack_with, request

THREE = tuple(finger_probe(f"P-{number}") for number in range(3))
LATENTS = Bucket.NOT_YET_IDENTIFIED


@pytest.fixture
def supervised(make_world: Callable[..., World]) -> Supervised:
    """A world that has declared four searches a day in each bucket."""
    world = make_world()
    world.declare(4)
    return Supervised(world)


def last(supervised: Supervised, number: str, party: str = "MK") -> Admissibility:
    return supervised.desk.check_request(AUDITOR, party, number).acts[-1]


def capacity(one: Admissibility) -> tuple[Outcome, str]:
    (found,) = [each for each in one.findings if each.rule is Rule.CAPACITY]
    return found.outcome, found.remark


def refused(supervised: Supervised, number: str) -> Admissibility:
    with pytest.raises(CapacityExhausted):
        supervised.world.desk.submit(FINGER, request(number, *THREE))
    return last(supervised, number)


@pytest.mark.requirement("A16.3", "I10.1")
def test_a_refusal_of_a_capacity_that_was_used_up_was_right(supervised: Supervised) -> None:
    supervised.world.desk.submit(FINGER, request("Q-1", *THREE))
    supervised.clock.advance(minutes=1)
    one = refused(supervised, "Q-2")
    assert one.verdict is Verdict.RIGHTLY_REFUSED
    assert capacity(one) == (
        Outcome.BROKEN,
        "not_yet_identified: 3 of 4 used on 2026-03-02, 3 asked for",
    )
    accepted = last(supervised, "Q-1")
    assert accepted.verdict is Verdict.ADMISSIBLE
    assert capacity(accepted)[1] == "not_yet_identified: 0 of 4 used on 2026-03-02, 3 asked for"


@pytest.mark.requirement("A16.3", "I10.1")
def test_a_refusal_while_there_was_room_was_wrong(supervised: Supervised) -> None:
    supervised.world.desk.submit(FINGER, request("Q-1", *THREE))
    supervised.clock.advance(minutes=1)
    wrong = supervised.searched(act=Act.SEARCH_REFUSED, reason="CAPACITY_EXHAUSTED")
    (one,) = supervised.desk.check_entry(AUDITOR, wrong).acts
    assert one.verdict is Verdict.WRONGLY_REFUSED
    # The other bucket, another Party and another day have used nothing of it.
    other = supervised.searched(
        act=Act.SEARCH_REFUSED, reason="CAPACITY_EXHAUSTED", search_type=SearchType.TP_TP.value
    )
    (one,) = supervised.desk.check_entry(AUDITOR, other).acts
    assert capacity(one)[1] == "identified: 0 of 4 used on 2026-03-02, 1 asked for"
    supervised.clock.advance(days=1)
    supervised.world.desk.submit(FINGER, request("Q-2", *THREE))
    assert "0 of 4 used on 2026-03-03" in capacity(last(supervised, "Q-2"))[1]


@pytest.mark.requirement("A16.3", "I10.1")
def test_a_search_beyond_the_capacity_was_inadmissible(supervised: Supervised) -> None:
    supervised.world.desk.submit(FINGER, request("Q-1", *THREE))
    supervised.clock.advance(minutes=1)
    beyond = supervised.searched(probe_references="P-1\nP-2")
    (one,) = supervised.desk.check_entry(AUDITOR, beyond).acts
    assert one.verdict is Verdict.INADMISSIBLE
    assert [each.rule for each in one.findings if each.outcome is Outcome.BROKEN] == [Rule.CAPACITY]


@pytest.mark.requirement("A16.3", "A23.2", "I10.1")
def test_a_search_is_judged_by_the_declarations_made_by_its_time(supervised: Supervised) -> None:
    world = supervised.world
    world.desk.submit(FINGER, request("Q-1", *THREE))
    supervised.clock.advance(minutes=1)
    refused(supervised, "Q-2")
    supervised.clock.advance(minutes=1)
    # It says that it held all day, but nobody knew of it when Q-2 was refused.
    since = supervised.clock.now() - timedelta(hours=6)
    raised = Declaration("MK", LATENTS, 100, since, "RS-0001")
    world.capacity.declare(ADMINISTRATOR, [raised])
    assert last(supervised, "Q-2").verdict is Verdict.RIGHTLY_REFUSED
    supervised.clock.advance(minutes=1)
    world.desk.submit(FINGER, request("Q-3", *THREE))
    assert "3 of 100 used" in capacity(last(supervised, "Q-3"))[1]


@pytest.mark.requirement("A16.3", "I10.1")
def test_what_was_cancelled_before_the_refusal_was_not_used(supervised: Supervised) -> None:
    world = supervised.world
    world.desk.pause(True)
    world.desk.submit(FINGER, request("Q-1", *THREE))
    supervised.clock.advance(minutes=1)
    world.desk.cancel(FINGER, "Q-1")
    supervised.clock.advance(minutes=1)
    wrong = supervised.searched(act=Act.SEARCH_REFUSED, reason="CAPACITY_EXHAUSTED")
    (one,) = supervised.desk.check_entry(AUDITOR, wrong).acts
    assert one.verdict is Verdict.WRONGLY_REFUSED


def test_a_capacity_that_became_free_while_the_refusal_was_written_was_used_up(
    supervised: Supervised,
) -> None:
    world = supervised.world
    world.desk.pause(True)
    world.desk.submit(FINGER, request("Q-1", *THREE, finger_probe("P-4")))
    supervised.clock.advance(minutes=1)
    decided = supervised.clock.now()
    supervised.clock.advance(seconds=1)
    world.desk.cancel(FINGER, "Q-1")
    late = supervised.searched(
        act=Act.SEARCH_REFUSED,
        reason="CAPACITY_EXHAUSTED",
        received_at=decided.isoformat(timespec="microseconds"),
    )
    (one,) = supervised.desk.check_entry(AUDITOR, late).acts
    assert one.verdict is Verdict.RIGHTLY_REFUSED


@pytest.mark.requirement("A16.3", "I10.1")
def test_held_requests_use_the_capacity_of_the_day_they_are_released_on(
    make_world: Callable[..., World],
) -> None:
    world = make_world(pack=pack_with(capacity_excess="hold"))
    world.declare(4)
    supervised = Supervised(world)
    world.desk.submit(FINGER, request("Q-1", *THREE))
    world.desk.submit(FINGER, request("Q-2", *THREE))
    assert capacity(last(supervised, "Q-2")) == (
        Outcome.KEPT,
        "held for the capacity of a later day",
    )
    supervised.clock.advance(days=1)
    world.desk.sweep()
    supervised.clock.advance(minutes=1)
    one = refused_of_six(supervised)
    assert "3 of 4 used on 2026-03-03" in capacity(one)[1]


def refused_of_six(supervised: Supervised) -> Admissibility:
    six = [replace(finger_probe(), reference_number=f"P-{number}") for number in range(6)]
    with pytest.raises(CapacityExhausted):
        supervised.world.desk.submit(FINGER, request("Q-3", *six))
    return last(supervised, "Q-3")


def test_a_day_that_is_too_large_or_partly_deleted_is_not_judged(
    supervised: Supervised, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervised.world.desk.submit(FINGER, request("Q-1", *THREE))
    with monkeypatch.context() as small:
        small.setattr(past_capacity, "DAY_ENTRIES_MAX", 2)
        one = refused(supervised, "Q-2")
        assert one.verdict is Verdict.UNKNOWN
        assert "more than are read again" in one.remark
    record, entries = supervised.record, supervised.record.entries

    def without_receipts(after: int, limit: int) -> list[object]:
        return [each for each in entries(after, limit) if each.act is not Act.SEARCH_RECEIVED]

    with monkeypatch.context() as deleted:
        deleted.setattr(record, "entries", without_receipts)
        one = last(supervised, "Q-2")
    assert (one.verdict, one.remark) == (
        Verdict.UNKNOWN,
        "capacity: a part of that day's record is deleted (Art. 17(4))",
    )
