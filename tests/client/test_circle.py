"""One search with all Parties: after the national one, checked and counted at home (IA 8-10)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.client import ApplianceRefused, AsyncClient, Client
from appliance.client.circle import Asked, AsyncCircle, Circle
from appliance.domain.errors import (
    CapacityExhausted,
    OfficerNotAuthorised,
    QualityInsufficient,
    RecordUnavailable,
)
from appliance.v1 import dactyloscopic_pb2
from tests.api.searches import PERSON, record, terms
from tests.edge import DNA, FINGER, Edge, serving
from tests.fake_offices import FakeOutgoing

SEARCHES = {"P-1": record(20), "P-2": record(25)}


@dataclass
class Neighbours:
    """The own appliance and two others."""

    own: Edge
    outgoing: FakeOutgoing
    others: dict[str, Edge] = field(default_factory=dict)

    def circle(self, role: str = FINGER) -> Circle:
        """Clients of RS for all of them."""
        others = {party: edge.client(role, "RS") for party, edge in self.others.items()}
        return Circle(self.own.client(role, "RS"), others)

    def asked(self) -> dict[str, int]:
        """How many requests each of the others has received."""
        return {party: len(edge.desk.handed_in) for party, edge in self.others.items()}


@pytest.fixture
def neighbours(tmp_path: Path) -> Iterator[Neighbours]:
    """Three running servers."""
    for name in ("own", "MK", "RO"):
        (tmp_path / name).mkdir()
    outgoing = FakeOutgoing()
    with (
        serving(tmp_path / "own", outgoing=outgoing) as own,
        serving(tmp_path / "MK") as mk,
        serving(tmp_path / "RO") as ro,
    ):
        yield Neighbours(own, outgoing, {"MK": mk, "RO": ro})


@pytest.mark.requirement("A1.1", "I10.1")
def test_all_parties_are_asked_and_each_request_is_counted(neighbours: Neighbours) -> None:
    asked = neighbours.circle().search_finger(terms("Q-1"), SEARCHES, national_search_done=True)
    assert list(asked) == ["MK", "RO"]
    for party, each in asked.items():
        assert each.party == party
        assert each.refusal is None
        assert each.answer is not None
        assert [result.reference_number for result in each.answer.results] == ["P-1", "P-2"]
    counted = [(each.party, each.searches) for each in neighbours.outgoing.counted]
    assert sorted(counted) == [("MK", 2), ("RO", 2)]


@pytest.mark.requirement("A1.1")
def test_one_party_alone_is_asked(neighbours: Neighbours) -> None:
    circle = neighbours.circle(DNA)
    search = terms("Q-1", "DNA/REFERENCE")
    asked = circle.search_dna(search, {"D-1": PERSON}, national_search_done=True, parties=["RO"])
    assert list(asked) == ["RO"]
    assert neighbours.asked() == {"MK": 0, "RO": 1}
    for parties in (["HU"], []):
        with pytest.raises(ValueError, match="not in the circle"):
            circle.search_dna(search, {}, national_search_done=True, parties=parties)


@pytest.mark.requirement("I8.1")
def test_nothing_is_sent_before_the_national_search_is_done(neighbours: Neighbours) -> None:
    finger, dna = neighbours.circle(), neighbours.circle(DNA)
    with pytest.raises(ValueError, match=r"Implementing Agreement, Art\. 8"):
        finger.search_finger(terms(), SEARCHES, national_search_done=False)
    with pytest.raises(ValueError, match=r"Implementing Agreement, Art\. 8"):
        dna.search_dna(terms(), {"D-1": PERSON}, national_search_done=False)
    assert neighbours.asked() == {"MK": 0, "RO": 0}
    assert neighbours.outgoing.counted == []


@pytest.mark.requirement("I9.2")
def test_an_unsuitable_print_leaves_the_house_to_nobody(neighbours: Neighbours) -> None:
    neighbours.own.desk.error = QualityInsufficient("P-1: 3 minutiae")
    with pytest.raises(ApplianceRefused, match="QUALITY_INSUFFICIENT"):
        neighbours.circle().search_finger(terms(), SEARCHES, national_search_done=True)
    assert neighbours.asked() == {"MK": 0, "RO": 0}
    assert neighbours.outgoing.counted == []


@pytest.mark.requirement("I10.1")
def test_nobody_is_asked_beyond_what_was_declared(neighbours: Neighbours) -> None:
    neighbours.outgoing.error = CapacityExhausted("MK", capacity=1, retry_after_s=60)
    asked = neighbours.circle().search_finger(terms(), SEARCHES, national_search_done=True)
    reasons = [each.refusal.reason for each in asked.values() if each.refusal]
    assert reasons == ["CAPACITY_EXHAUSTED", "CAPACITY_EXHAUSTED"]
    assert neighbours.asked() == {"MK": 0, "RO": 0}


@pytest.mark.requirement("A1.1", "I10.1")
@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_refusal_of_one_party_takes_nothing_from_the_others(
    neighbours: Neighbours, asynchronous: bool
) -> None:
    neighbours.others["MK"].desk.error = OfficerNotAuthorised("not on the list")
    if asynchronous:
        asked = asyncio.run(_ask(neighbours))
    else:
        asked = neighbours.circle().search_finger(terms(), SEARCHES, national_search_done=True)
    assert asked["MK"].answer is None
    assert asked["MK"].refusal is not None
    assert asked["MK"].refusal.reason == "OFFICER_NOT_AUTHORISED"
    assert asked["RO"].answer is not None
    # What was refused is given back, so that it can be asked again today.
    assert [each.party for each in neighbours.outgoing.counted] == ["RO"]


def test_a_request_that_may_have_been_accepted_stays_counted(neighbours: Neighbours) -> None:
    neighbours.others["MK"].desk.error = RecordUnavailable("the disk is full")
    others = {"MK": neighbours.others["MK"].client(FINGER, "RS", timeout_s=1)}
    circle = Circle(neighbours.own.client(FINGER, "RS"), others)
    asked = circle.search_finger(terms(), SEARCHES, national_search_done=True)
    assert asked["MK"].refusal is not None
    assert [each.party for each in neighbours.outgoing.counted] == ["MK"]


def test_a_circle_without_an_own_appliance_asks_all_the_same(neighbours: Neighbours) -> None:
    others: dict[str, Client] = {
        party: edge.client(FINGER, "RS") for party, edge in neighbours.others.items()
    }
    asked = Circle(None, others).search_finger(terms(), SEARCHES, national_search_done=True)
    assert all(each.answer is not None for each in asked.values())
    assert neighbours.outgoing.counted == []


async def _ask(
    neighbours: Neighbours,
) -> dict[str, Asked[dactyloscopic_pb2.DactyloscopicAnswer]]:
    def client(edge: Edge) -> AsyncClient:
        pair = edge.certificate(FINGER, "RS")
        return AsyncClient(
            edge.target,
            ca=edge.authority.certificate,
            certificate=pair.certificate,
            key=pair.key,
        )

    others = {party: client(edge) for party, edge in neighbours.others.items()}
    own = client(neighbours.own)
    async with own, others["MK"], others["RO"]:
        circle = AsyncCircle(own, others)
        with pytest.raises(ValueError, match=r"Art\. 8"):
            await circle.search_dna(terms(), {"D-1": PERSON}, national_search_done=False)
        return await circle.search_finger(terms(), SEARCHES, national_search_done=True)
