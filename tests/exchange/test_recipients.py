"""Whom an item was supplied to is found in the record by its number alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.audit import reading
from appliance.domain.codes import Collection
from appliance.domain.record import Act
from appliance.exchange import recipients
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


@pytest.mark.requirement("A15.1")
def test_recipients_are_found_beyond_a_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE_BYTES_MAX", 1)
    monkeypatch.setattr(reading, "ENTRIES_PER_READ", 2)
    for number in range(7):
        details = {"request_number": f"Q-{number}"}
        item = (Collection.TP, "RS-77")
        world.record.write(Act.SEARCH_ANSWERED, "MK" if number < 6 else "RO", details, [item])
    found = recipients.of_item(world.record, Collection.TP, "RS-77")
    assert found.requests == {"MK": [f"Q-{number}" for number in range(6)], "RO": ["Q-6"]}
