"""The life of a request, outages and capacities of both directions over the wire."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.client import ApplianceRefused, Capacity, rpcs
from appliance.domain.capacity import Direction, OutgoingRequest, Total
from appliance.domain.codes import SearchType
from appliance.domain.errors import CapacityExhausted, RequestSettled
from appliance.domain.search import RequestState, RequestStatus
from appliance.v1 import capacity_pb2, codes_pb2, dactyloscopic_pb2, dna_pb2, requests_pb2
from tests import fake_offices
from tests.api.searches import PROFILE, record, terms
from tests.edge import DNA, Edge, serving
from tests.fake_rooms import NOW

ADMINISTRATOR = ("administrator", "RS")


def _status(sequence: int, state: RequestState, reason: str = "") -> RequestStatus:
    number = f"n-{sequence}"
    return RequestStatus(
        sequence, number, SearchType.LT_TP, False, 2, state, NOW, NOW if reason else None, reason
    )


def test_a_request_is_cancelled_by_its_number(edge: Edge) -> None:
    with edge.client() as client:
        client.requests.cancel("n-1")
        edge.desk.error = RequestSettled("the search has begun")
        with pytest.raises(ApplianceRefused) as refused:
            client.requests.cancel("n-2")
        edge.desk.error = None
        with pytest.raises(ApplianceRefused) as empty:
            client.requests.cancel("")
    assert edge.desk.cancelled == ["n-1"]
    assert (refused.value.reason, empty.value.reason) == ("REQUEST_SETTLED", "REQUEST_INVALID")


def test_requests_are_listed_with_their_states(edge: Edge) -> None:
    states = [RequestState.FAILED, RequestState.HELD, RequestState.VERIFIED]
    edge.desk.listed = [
        _status(9 - at, state, "DEVICE_LOST" if at == 0 else "") for at, state in enumerate(states)
    ]
    with edge.client() as client:
        found = client.requests.page()
        assert [each.request_number for each in client.requests.page(before=9)] == ["n-8", "n-7"]
        with pytest.raises(ApplianceRefused):
            client.requests.page(limit=1_001)
    assert [each.state for each in found] == [
        codes_pb2.REQUEST_STATE_FAILED,
        codes_pb2.REQUEST_STATE_HELD,
        codes_pb2.REQUEST_STATE_VERIFIED,
    ]
    assert (
        found[0].failure_reason,
        found[0].HasField("settled_at"),
        found[1].HasField("settled_at"),
    ) == ("DEVICE_LOST", True, False)


def test_dna_answers_are_watched_from_a_cursor(edge: Edge) -> None:
    with edge.client(DNA) as client:
        watch = client.watch("dna", after=7)
        while not edge.desk.watches:
            pass
        client.submit_dna(terms("d-1", "DNA/REFERENCE"), {"t": PROFILE})
        first = next(watch)
        watch.close()
    assert edge.desk.watched_after == [7]
    assert (first.cursor, first.answer.header.request_number) == (1, "d-1")


def test_an_outage_is_stated_and_ended_by_the_administrator_alone(edge: Edge) -> None:
    with edge.client(*ADMINISTRATOR) as client:
        assert client.outages.begin("flood").reason == "flood"
        assert not client.outages.newest()[0].HasField("ended_at")
        assert client.outages.end().HasField("ended_at")
    with edge.client() as stranger:
        with pytest.raises(ApplianceRefused, match="ROLE_DENIED"):
            stranger.outages.begin("curiosity")
        assert len(stranger.outages.newest()) == 1


def test_capacities_are_declared_for_types_totals_and_both_directions(edge: Edge) -> None:
    with edge.client(*ADMINISTRATOR) as client:
        client.declare(
            [
                Capacity("MK", "LT/TP", 4),
                Capacity("MK", "total", 9, outgoing=True, time_zone="Europe/Skopje"),
            ]
        )
        shown = client.declarations()
    first, second = edge.capacity.declared
    assert (first.scope, first.direction) == (SearchType.LT_TP, Direction.INCOMING)
    assert (
        second.scope,
        second.direction,
        second.time_zone,
    ) == (Total.DAY, Direction.OUTGOING, "Europe/Skopje")
    assert (shown[0].search_type, shown[1].total) == (codes_pb2.SEARCH_TYPE_LT_TP, True)


def test_a_declaration_bounds_one_thing_only(edge: Edge) -> None:
    both = capacity_pb2.CapacityDeclaration(
        party="MK", bucket=codes_pb2.BUCKET_IDENTIFIED, total=True, searches_per_day=1
    )
    nothing = capacity_pb2.CapacityDeclaration(party="MK", searches_per_day=1, time_zone="UTC")
    with edge.client(*ADMINISTRATOR) as client, pytest.raises(ApplianceRefused) as refused:
        client._call(rpcs.DECLARE, capacity_pb2.DeclareRequest(declarations=[both, nothing]))
    assert {"declarations[0]", "declarations[1].bucket", "declarations[1].time_zone"} == {
        each.field for each in refused.value.violations
    }
    assert edge.capacity.declared == []


def test_what_is_sent_to_others_is_counted_first(tmp_path: Path) -> None:
    outgoing = fake_offices.FakeOutgoing()
    with serving(tmp_path, outgoing=outgoing) as edge, edge.client(*ADMINISTRATOR) as client:
        uses = client.outgoing.reserve("MK", "OUT-1", "LT/TP", 2)
        assert uses[0].direction == capacity_pb2.DIRECTION_OUTGOING
        assert [OutgoingRequest("MK", "OUT-1", SearchType.LT_TP, 2)] == outgoing.counted
        client.outgoing.release("MK", "OUT-1")
        assert outgoing.counted == []
        outgoing.error = CapacityExhausted("MK, total", capacity=2, retry_after_s=60)
        with pytest.raises(ApplianceRefused) as refused:
            client.outgoing.reserve("MK", "OUT-2", "LT/TP", 1)
    assert (refused.value.reason, refused.value.retry_after_s) == ("CAPACITY_EXHAUSTED", 60)


def test_what_this_party_asks_of_others_is_shown_to_nobody_else(edge: Edge) -> None:
    with edge.client(party="MK") as stranger:
        with pytest.raises(ApplianceRefused, match="ROLE_DENIED"):
            stranger.outgoing.use_today()
        with pytest.raises(ApplianceRefused, match="ROLE_DENIED"):
            stranger.use_today("ME")


@pytest.mark.parametrize(
    "message",
    [
        dactyloscopic_pb2.DactyloscopicSearch,
        dna_pb2.DnaSearch,
        requests_pb2.CancelSearchRequest,
        requests_pb2.ListRequestsRequest,
        dactyloscopic_pb2.DactyloscopicServiceGetAnswerRequest,
        dactyloscopic_pb2.DactyloscopicServiceWatchAnswersRequest,
        dna_pb2.DnaServiceWatchAnswersRequest,
    ],
)
def test_no_request_of_a_contact_point_has_a_field_for_its_party(message: type) -> None:
    """A Party cannot be forged in a field, for there is none: the certificate alone says it."""
    names = {field.name for field in message.DESCRIPTOR.fields}  # type: ignore[attr-defined]
    assert set() == {name for name in names if "party" in name}


def test_the_party_of_a_request_is_that_of_the_certificate(edge: Edge) -> None:
    with edge.client(party="MK") as client:
        client.submit_finger(terms("n-1"), {"p": record()})
    assert list(edge.desk.handed_in) == [("MK", "n-1")]
