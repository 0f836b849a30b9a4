"""Whom an item was supplied to is found in the record by its number alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.domain.codes import Collection
from appliance.domain.record import Act
from tests.exchange.world import FINGER, World, finger_probe, request

_WAIT_S = 20


@pytest.mark.requirement("A15.1", "A18.1")
def test_whom_an_item_was_supplied_to_is_found_by_its_number(world: World) -> None:
    world.declare(100, "RO")
    world.desk.submit(FINGER, request("Q-1", finger_probe("a"), finger_probe("b")))
    world.desk.wait("MK", "Q-1").result(_WAIT_S)
    other = replace(FINGER, party="RO")
    officer = {"party": "RO", "officer": "RO-0001", "ordering_officer": "RO-0900"}
    world.desk.submit(other, request("Q-2", **officer))
    world.desk.wait("RO", "Q-2").result(_WAIT_S)
    about = world.record.about(Collection.TP, "RS-77")
    assert [(entry.act, entry.party) for entry in about] == [
        (Act.SEARCH_ANSWERED, "MK"),
        (Act.SEARCH_ANSWERED, "RO"),
    ]
    assert about[0].subjects == ((Collection.TP, "RS-77"),)
    assert world.record.about(Collection.UL, "RS-77") == []
