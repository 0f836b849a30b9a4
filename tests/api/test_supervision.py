"""Supervision through the wire: for the auditor alone, the register for those who keep it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from appliance.client import ApplianceRefused, AsyncClient, Client
from appliance.client import limits as client_limits
from appliance.client.supervision_values import Authorisation, ManualSupply, RecordFilter
from appliance.domain.codes import Collection
from appliance.domain.record import Act
from tests.edge import DNA, FINGER, Edge, serving
from tests.exchange.supervised import Supervised
from tests.exchange.world import FINGER as MK
from tests.exchange.world import World, request

DAY = date(2026, 3, 2)
SUPPLY = ManualSupply("letter 4/26", "RS-77", DAY, "RS file", "MK contact point", "RS-0001")
GIVEN = Authorisation("onward_supply", "MK", "RS-Q-5", "MK-AUTH", "MK contact point", DAY)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An exchange with one answered search."""
    folder = tmp_path / "world"
    folder.mkdir()
    made = World(folder)
    made.declare()
    made.desk.submit(MK, request("Q-1"))
    made.desk.wait("MK", "Q-1").result(20)
    yield made
    made.close()


@pytest.fixture
def edge(world: World, tmp_path: Path) -> Iterator[Edge]:
    folder = tmp_path / "tls"
    folder.mkdir()
    rooms = Supervised(world).rooms
    with serving(folder, record=world.record, supervision=rooms, clock=world.clock) as served:
        yield served


ASK: dict[str, Callable[[Client], Any]] = {
    "query": lambda client: list(client.supervision.query()),
    "subject": lambda client: client.supervision.subject("TP", "RS-77"),
    "officers": lambda client: client.supervision.officers(),
    "check_entry": lambda client: client.supervision.check_entry(3),
    "check_request": lambda client: client.supervision.check_request("MK", "Q-1"),
    "open_request": lambda client: client.supervision.open_request("DPA", "1", DAY),
    "authority_requests": lambda client: client.supervision.authority_requests(),
    "export": lambda client: list(client.supervision.export(1, 3)),
    "mark_delivered": lambda client: client.supervision.mark_delivered(1),
    "draw_sample": lambda client: client.supervision.draw_sample("dice", 2),
    "sample": lambda client: client.supervision.sample(1),
    "samples": lambda client: client.supervision.samples(),
    "record_result": lambda client: client.supervision.record_result(1, 1, True),
}


@pytest.mark.requirement("A17.5", "A16.3")
def test_supervision_is_for_the_auditor_alone(edge: Edge, world: World) -> None:
    size = world.record.size()
    for role in ("administrator", DNA, FINGER):
        with edge.client(role, "RS") as client:
            for ask in ASK.values():
                with pytest.raises(ApplianceRefused, match="ROLE_DENIED"):
                    ask(client)
    assert world.record.size() == size
    with edge.client("auditor", "RS") as client:
        for name, ask in ASK.items():
            before = world.record.size()
            if name == "record_result":
                drawn = client.supervision.sample(1).sequences
                client.supervision.record_result(1, drawn[0], True)
            else:
                ask(client)
            assert world.record.size() > before, name


@pytest.mark.requirement("A17.5", "A18.1")
def test_the_auditor_is_told_what_the_rooms_found(edge: Edge) -> None:
    with edge.client("auditor", "RS") as client:
        it = client.supervision
        terms = RecordFilter(party="MK", request_number="Q-1", since=DAY, until=DAY)
        assert [each.act for each in it.query(terms)] == [
            Act.SEARCH_RECEIVED.value,
            Act.SEARCH_ANSWERED.value,
        ]
        (judged,) = it.check_request("MK", "Q-1").searches
        assert (judged.verdict, len(judged.findings)) == ("admissible", 11)
        (supply,) = it.subject("TP", "RS-77").supplies
        assert (supply.party, supply.request_number) == ("MK", "Q-1")
        assert [each.id for each in it.officers().officers][1] == "MK-0001"
        kept = it.open_request("DPA", "7/26", DAY, terms)
        assert (kept.number, kept.state) == (
            it.open_request("DPA", "7/26", DAY, terms).number,
            "open",
        )
        leaves = list(it.export(kept.number, 3))
        assert [bool(each.leaf.leaf) for each in leaves] == [not each.withheld for each in leaves]
        assert it.mark_delivered(kept.number).state == "delivered"
        drawn = it.draw_sample("dice", 3, until=DAY)
        found = it.record_result(drawn.number, drawn.sequences[0], False, "no ground is named")
        assert list(it.sample(drawn.number).results) == [found]
        assert [each.number for each in it.samples()] == [drawn.number]


@pytest.mark.requirement("A18.1")
def test_what_is_told_of_an_item_is_whole_however_many_pages_it_takes(
    edge: Edge, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        details = {"request_number": f"R-{number}"}
        world.record.write(Act.SEARCH_ANSWERED, "MK", details, [(Collection.TP, "RS-77")])
    monkeypatch.setattr(client_limits, "SUBJECT_PAGE_ENTRIES", 3)
    with edge.client("auditor", "RS") as client:
        pages = list(client.supervision.subject_pages("TP", "RS-77"))
        assert [len(page.entries) for page in pages] == [3, 3, 1]
        report = client.supervision.subject("TP", "RS-77")
    numbers = ["Q-1", *(f"R-{number}" for number in range(6))]
    assert [each.request_number for each in report.supplies] == numbers
    assert (len(report.entries), report.more) == (7, False)


@pytest.mark.requirement("A14.1", "A17.1")
def test_the_register_is_kept_by_the_partys_own_people(edge: Edge) -> None:
    for role in ("administrator", DNA, FINGER):
        with edge.client(role, "RS") as client:
            assert client.supervision.record_supply(SUPPLY) > 0
    for role, party in (("auditor", "RS"), (FINGER, "ME")):
        with (
            edge.client(role, party) as client,
            pytest.raises(ApplianceRefused, match="ROLE_DENIED"),
        ):
            client.supervision.record_supply(SUPPLY)
    with edge.client("administrator", "RS") as client:
        number = client.supervision.authorise(GIVEN)
    with edge.client("auditor", "RS") as client:
        (kept,) = client.supervision.authorisations()
        assert (kept.number, kept.reference, kept.given_on) == (number, "MK-AUTH", "2026-03-02")
        with pytest.raises(ApplianceRefused, match="ROLE_DENIED"):
            client.supervision.authorise(GIVEN)


@pytest.mark.requirement("A14.1")
def test_data_is_not_passed_on_without_authorisation(edge: Edge) -> None:
    onward = ManualSupply(
        "letter", "MK-1", DAY, "RS file", "a court", "RS-0001", "MK", "RS-Q-5", "MK-AUTH"
    )
    with edge.client("administrator", "RS") as client:
        with pytest.raises(ApplianceRefused, match="AUTHORISATION_MISSING"):
            client.supervision.record_supply(onward)
        client.supervision.authorise(GIVEN)
        assert client.supervision.record_supply(onward) > 0


def test_both_clients_read_the_same(edge: Edge) -> None:
    async def read() -> tuple[object, ...]:
        pair = edge.certificate("auditor", "RS")
        async with AsyncClient(
            edge.target,
            ca=edge.authority.certificate,
            certificate=pair.certificate,
            key=pair.key,
        ) as client:
            it = client.supervision
            kept = await it.open_request("DPA", "1", DAY)
            return (
                [each async for each in it.query(RecordFilter(party="MK"))],
                await it.check_entry(3),
                await it.subject("TP", "RS-77"),
                [each async for each in it.subject_pages("TP", "RS-77")],
                await it.officers(),
                kept,
                [each async for each in it.export(kept.number, 3)],
            )

    with edge.client("auditor", "RS") as client:
        it = client.supervision
        kept = it.open_request("DPA", "1", DAY)
        expected = (
            list(it.query(RecordFilter(party="MK"))),
            it.check_entry(3),
            it.subject("TP", "RS-77"),
            list(it.subject_pages("TP", "RS-77")),
            it.officers(),
            kept,
            list(it.export(kept.number, 3)),
        )
        assert asyncio.run(read()) == expected
