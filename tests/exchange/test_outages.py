"""Times without searches for reasons of vis major, the catch-up after them, and the 24 hours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.domain.codes import Role
from appliance.domain.errors import RequestInvalid, RoleDenied
from appliance.domain.record import Act
from appliance.exchange.outages import OutageDesk
from tests.exchange.world import (
    ADMINISTRATOR,
    FINGER,
    SETTINGS,
    FakeMatcher,
    World,
    details,
    request,
    until,
)

_WAIT_S = 20
_REASON = "flood in the machine hall"


def _desk(world: World) -> OutageDesk:
    return OutageDesk(world.database, world.record, world.desk.pause, SETTINGS, world.clock)


@pytest.mark.requirement("I11.5")
def test_what_came_during_an_outage_is_searched_after_it_in_the_original_order(
    world: World,
) -> None:
    outages = _desk(world)
    outages.begin(ADMINISTRATOR, _REASON)
    numbers = [f"Q-{number}" for number in (3, 1, 4, 2, 5)]
    for number in numbers:
        world.desk.submit(FINGER, request(number))
        world.clock.advance(minutes=36)
    assert world.matcher.searched == []
    assert world.desk.queue_depth() == 5
    outages.end(ADMINISTRATOR)
    assert world.desk._queue.wait_idle(_WAIT_S)
    assert numbers == [each.request_number for each in world.matcher.searched]
    begun, ended = world.acts(Act.OUTAGE_BEGUN, Act.OUTAGE_ENDED)
    assert details(begun)["reason"] == _REASON
    assert timedelta(hours=3) == ended.recorded_at - begun.recorded_at


@pytest.mark.requirement("I11.5")
def test_an_outage_lasts_over_a_restart_until_its_end_is_stated(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    before = make_world()
    before.declare()
    _desk(before).begin(ADMINISTRATOR, _REASON)
    before.desk.submit(FINGER, request("Q-1"))
    after = make_world(before.image(tmp_path / "image"))
    after.desk.submit(FINGER, request("Q-2"))
    assert after.desk.queue_depth() == 2
    assert after.matcher.searched == []
    (lasting,) = _desk(after).outages()
    assert (lasting.reason, lasting.ended_at) == (_REASON, None)
    _desk(after).end(ADMINISTRATOR)
    assert after.desk.drain(_WAIT_S)
    assert [each.request_number for each in after.matcher.searched] == ["Q-1", "Q-2"]


@pytest.mark.requirement("I11.5")
def test_an_answer_after_its_day_names_the_outage_that_is_why(world: World) -> None:
    outages = _desk(world)
    outages.begin(ADMINISTRATOR, _REASON)
    world.desk.submit(FINGER, request("Q-1"))
    world.clock.advance(hours=25)
    urgent = request("U-1", accelerated=True, legal_basis="Police Act, section 7")
    world.desk.submit(FINGER, urgent)
    outages.end(ADMINISTRATOR)
    assert world.desk._queue.wait_idle(_WAIT_S)
    assert [each.request_number for each in world.matcher.searched] == ["Q-1", "U-1"]
    said = {
        details(each)["request_number"]: details(each) for each in world.acts(Act.SEARCH_ANSWERED)
    }
    assert (said["Q-1"]["late"], said["Q-1"]["vis_major"]) == ("yes", _REASON)
    assert "late" not in said["U-1"]


def test_one_outage_lasts_at_a_time(world: World) -> None:
    outages = _desk(world)
    with pytest.raises(RequestInvalid, match="no outage"):
        outages.end(ADMINISTRATOR)
    outages.begin(ADMINISTRATOR, _REASON)
    with pytest.raises(RequestInvalid, match="lasts"):
        outages.begin(ADMINISTRATOR, "another")
    outages.end(ADMINISTRATOR)
    outages.begin(ADMINISTRATOR, "another")
    assert [each.reason for each in outages.outages()] == ["another", _REASON]


def test_an_outage_needs_a_reason_and_the_own_administrator(world: World) -> None:
    outages = _desk(world)
    for reason in ("", " ", "x" * 257, "two\nlines"):
        with pytest.raises(RequestInvalid):
            outages.begin(ADMINISTRATOR, reason)
    for stranger in (
        FINGER,
        replace(ADMINISTRATOR, party="MK"),
        replace(ADMINISTRATOR, role=Role.AUDITOR),
    ):
        with pytest.raises(RoleDenied):
            outages.begin(stranger, _REASON)
        with pytest.raises(RoleDenied):
            outages.end(stranger)
    assert world.acts(Act.OUTAGE_BEGUN) == []
    world.desk.submit(FINGER, request("Q-1"))
    world.desk.wait("MK", "Q-1").result(_WAIT_S)


@pytest.mark.requirement("I11.3")
def test_a_request_near_its_deadline_is_put_on_record_once(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    world = make_world(matcher=FakeMatcher(hold=True))
    world.declare()
    world.desk.submit(FINGER, request("Q-1"))
    until(lambda: bool(world.matcher.held))
    world.clock.advance(hours=19, minutes=12)
    world.desk.sweep()
    assert world.acts(Act.SEARCH_DELAYED) == []
    world.clock.advance(microseconds=1)
    for _ in range(2):
        world.desk.sweep()
    (delayed,) = world.acts(Act.SEARCH_DELAYED)
    assert details(delayed)["request_number"] == "Q-1"
    again = make_world(
        world.image(tmp_path / "image"), clock=world.clock, matcher=FakeMatcher(hold=True)
    )
    again.desk.sweep()
    assert len(again.acts(Act.SEARCH_DELAYED)) == 1


def test_the_queue_knows_the_age_of_its_oldest_request(world: World) -> None:
    assert world.desk._queue.oldest() is None
    _desk(world).begin(ADMINISTRATOR, _REASON)
    began = world.clock.now()
    for number in range(3):
        world.desk.submit(FINGER, request(f"Q-{number}"))
        world.clock.advance(minutes=1)
    assert began == world.desk._queue.oldest()
