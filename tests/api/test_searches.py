"""A search over the wire: what comes back, what is refused, and what is recorded."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import grpc
import pytest

from appliance.client import ApplianceRefused
from appliance.client.refusal import from_rpc_error
from appliance.client.rpcs import SEARCH_FINGER
from appliance.domain.codes import SearchType
from appliance.domain.errors import RecordUnavailable
from appliance.v1 import codes_pb2, dactyloscopic_pb2, dna_pb2
from tests import fake_rooms
from tests.api.searches import PROFILE, record, terms
from tests.edge import DNA, Edge
from tests.exchange.world import until


def _refused(call: Any, *arguments: Any) -> ApplianceRefused:
    with pytest.raises(ApplianceRefused) as caught:
        call(*arguments)
    return caught.value


def test_a_finger_search_returns_every_field_of_the_answer(edge: Edge) -> None:
    with edge.client() as client:
        answer = client.search_finger(terms(), {"latent-1": record(), "latent-2": record(40)})

    header, result = answer.header, answer.results[1]
    assert header.state == codes_pb2.ANSWER_STATE_ANSWERED
    assert (header.request_number, header.answer_number) == ("2026-1", "RS-2026-00000001")
    assert (header.requesting_party, header.requested_party) == ("ME", "RS")
    assert header.search_type == codes_pb2.SEARCH_TYPE_LT_TP
    assert (header.sequence, header.candidate_limit) == (1, 10)
    assert fake_rooms.NOW.timestamp() == header.received_at.seconds == header.answered_at.seconds
    assert (result.reference_number, result.matched) == ("latent-2", True)
    expected, found = fake_rooms.CANDIDATE, result.candidates[0]
    for name in ("reference_number", "rank", "score_hundredths", "flagged", "record"):
        assert getattr(expected, name) == getattr(found, name)
    for name in ("rotation", "shift_x", "shift_y"):
        assert getattr(expected, name) == getattr(found, name)
    assert [
        (pair.probe_index, pair.candidate_index, pair.similarity, pair.residual)
        for pair in found.pairs
    ] == [(0, 3, 91, 7), (2, 1, 88, 5)]
    for name in fake_rooms.PROVENANCE.__slots__:
        assert getattr(fake_rooms.PROVENANCE, name) == getattr(answer.provenance, name)


def test_a_dna_search_returns_the_match_locus_by_locus(edge: Edge) -> None:
    with edge.client(DNA) as client:
        answer = client.search_dna(terms(search_type="DNA/UNIDENTIFIED"), {"trace": PROFILE})

    match = answer.results[0].matches[0]
    for name in ("reference_number", "rank", "quality", "compared_loci", "full_loci", "flagged"):
        assert getattr(fake_rooms.MATCH, name) == getattr(match, name)
    assert (
        match.matching_loci,
        match.mismatching_alleles,
        match.warnings,
    ) == (8, 0, ["one wildcard"])
    locus = match.loci[0]
    assert (locus.locus, locus.probe, locus.candidate) == ("D3S1358", ["15", "17"], ["15", "*"])
    assert locus.relation == dna_pb2.LOCUS_RELATION_WILDCARD


def test_the_desk_receives_what_was_sent_and_the_party_of_the_certificate(edge: Edge) -> None:
    sent = replace(terms(), candidates_max=3, accelerated=True, legal_basis="ZKP 12")
    with edge.client(party="MK") as client:
        client.submit_finger(sent, {"latent-1": record(30)})

    request = edge.desk.handed_in["MK", "2026-1"]
    assert (request.search_type, request.case_reference) == (SearchType.LT_TP, "K-4/26")
    assert (request.officer, request.ordering_officer) == ("officer-7", "prosecutor-2")
    assert (
        request.candidates_max,
        request.accelerated,
        request.legal_basis,
    ) == (3, True, "ZKP 12")
    assert [probe.reference_number for probe in request.probes] == ["latent-1"]
    assert len(request.probes[0].template.minutiae) == 30  # type: ignore[union-attr]


def test_submit_returns_at_once_and_the_answer_is_fetched_later(edge: Edge) -> None:
    edge.desk.answering = False
    with edge.client() as client:
        accepted = client.submit_finger(terms(), {"p": record()})
        queued = client.answer("2026-1")
        edge.desk.answer_now("ME", "2026-1")
        answered = client.answer("2026-1")

    assert (accepted.request_number, accepted.sequence, accepted.replayed) == ("2026-1", 1, False)
    assert queued.header.state == codes_pb2.ANSWER_STATE_QUEUED
    assert queued.header.request_number == "2026-1"
    assert not queued.results
    assert answered.header.state == codes_pb2.ANSWER_STATE_ANSWERED


def test_a_search_that_meets_its_deadline_stays_and_is_fetched_later(edge: Edge) -> None:
    edge.desk.answering = False
    with edge.client(timeout_s=0.4) as client:
        begun = time.monotonic()
        queued = client.search_finger(terms(), {"p": record()})
        took_s = time.monotonic() - begun
        edge.desk.answer_now("ME", "2026-1")
        answered = client.answer("2026-1")

    assert edge.desk.waiting[0].cancelled()
    assert queued.header.state == codes_pb2.ANSWER_STATE_QUEUED
    assert 0.3 < took_s < 0.4
    assert answered.header.state == codes_pb2.ANSWER_STATE_ANSWERED


def test_a_waiting_search_returns_as_soon_as_the_answer_is_there(edge: Edge) -> None:
    edge.desk.answering = False
    threading.Timer(0.2, edge.desk.answer_now, ("ME", "2026-1")).start()
    with edge.client() as client:
        answer = client.search_finger(terms(), {"p": record()})

    assert answer.header.state == codes_pb2.ANSWER_STATE_ANSWERED


def test_the_same_request_may_be_sent_again_by_either_call(edge: Edge) -> None:
    with edge.client() as client:
        first = client.search_finger(terms(), {"p": record()})
        again = client.submit_finger(terms(), {"p": record()})
        last = client.search_finger(terms(), {"p": record()})

    assert again.replayed
    assert first == last
    assert len(edge.desk.handed_in) == 1


def test_other_content_under_the_same_number_is_refused(edge: Edge) -> None:
    with edge.client() as client:
        client.search_finger(terms(), {"p": record()})
        refused = _refused(client.search_finger, terms(), {"p": record(31)})

    assert (refused.reason, refused.code) == ("REQUEST_NUMBER_REUSED", "ALREADY_EXISTS")


@pytest.mark.requirement("A8.1")
def test_the_dna_contact_point_does_not_see_dactyloscopic_answers(edge: Edge) -> None:
    with edge.client() as client:
        client.search_finger(terms(), {"p": record()})
    with edge.client(DNA) as client:
        refused = _refused(client.answer, "2026-1", "dna")

    assert (refused.reason, refused.code) == ("REFERENCE_UNKNOWN", "NOT_FOUND")


@pytest.mark.requirement("A3.1")
def test_another_party_does_not_see_the_answer(edge: Edge) -> None:
    with edge.client() as client:
        client.search_finger(terms(), {"p": record()})
    with edge.client(party="MK") as client:
        assert _refused(client.answer, "2026-1").reason == "REFERENCE_UNKNOWN"


def test_every_problem_of_a_request_is_named_at_once(edge: Edge) -> None:
    search = dactyloscopic_pb2.DactyloscopicSearch(
        request_number=" x",
        search_type=codes_pb2.SEARCH_TYPE_DNA_REFERENCE,
        case_reference="c" * 65,
        officer="o\n",
        accelerated=True,
    )
    search.probes.add(reference_number="a", record=record())
    search.probes.add(reference_number="a", record=b"FMR\0 20\0")
    search.probes.add(reference_number="", record=b"")
    with edge.channel() as channel:
        with pytest.raises(grpc.RpcError) as caught:
            SEARCH_FINGER.on(channel, "unary_unary")(SEARCH_FINGER.request(search=search))
        refused = from_rpc_error(caught.value)

    assert refused.reason == "REQUEST_INVALID"
    assert [violation.field for violation in refused.violations] == [
        "search_type",
        "probes[1].reference_number",
        "probes[2].reference_number",
        "probes[1].record",
        "probes[2].record",
        "legal_basis",
        "request_number",
        "case_reference",
        "officer",
    ]


def test_one_malformed_record_is_refused_under_its_own_name_with_its_offset(edge: Edge) -> None:
    broken = record()[:-3]
    with edge.client() as client:
        refused = _refused(client.search_finger, terms(), {"a": record(), "b": broken})

    assert (refused.reason, refused.code) == ("TEMPLATE_MALFORMED", "INVALID_ARGUMENT")
    assert refused.metadata["offset"].isdigit()
    assert refused.violations[0].field == "probes[1].record"


def test_another_edition_is_refused_by_name(edge: Edge) -> None:
    edition_of_tomorrow = b"FMR\x00990\x00" + bytes(60)
    with edge.client() as client:
        refused = _refused(client.search_finger, terms(), {"a": edition_of_tomorrow})

    assert refused.reason == "TEMPLATE_UNSUPPORTED"
    assert refused.message.startswith("probes[0].record: ")


def test_a_malformed_profile_names_the_locus(edge: Edge) -> None:
    with edge.client(DNA) as client:
        refused = _refused(
            client.search_dna,
            terms(search_type="DNA/REFERENCE"),
            {"a": (("D3S1358", ("15", "17")), ("NOSUCH", ("1",)))},
        )

    assert refused.reason == "REQUEST_INVALID"
    assert refused.violations[0].field == "probes[0].profile.loci[NOSUCH]"


@pytest.mark.parametrize("count", [0, 51])
def test_no_probe_and_too_many_probes_are_refused(edge: Edge, count: int) -> None:
    with edge.client() as client:
        refused = _refused(
            client.search_finger, terms(), {f"p{i}": record(12) for i in range(count)}
        )

    assert [violation.field for violation in refused.violations] == ["probes"]


def test_fifty_probes_are_taken(edge: Edge) -> None:
    with edge.client() as client:
        answer = client.search_finger(terms(), {f"p{i}": record(12) for i in range(50)})

    assert [f"p{i}" for i in range(50)] == [result.reference_number for result in answer.results]


def test_refusals_before_the_desk_are_recorded_with_what_is_known(edge: Edge) -> None:
    with edge.client() as client:
        _refused(client.search_finger, terms("n-1"), {"a": b"no record"})
    with edge.client(DNA) as client:
        _refused(client.submit_finger, terms("n-2"), {"a": record()})

    assert edge.desk.refusals == [
        ("ME", SearchType.LT_TP, "n-1", "TEMPLATE_MALFORMED"),
        ("ME", None, "", "ROLE_DENIED"),
    ]


def test_refusals_of_the_desk_itself_are_not_recorded_twice(edge: Edge) -> None:
    with edge.client() as client:
        client.search_finger(terms(), {"p": record()})
        _refused(client.search_finger, terms(), {"p": record(31)})

    assert edge.desk.refusals == []


def test_the_refusal_stands_when_it_cannot_be_recorded(edge: Edge) -> None:
    edge.desk.refusal_error = RecordUnavailable("disk full")
    with edge.client() as client:
        refused = _refused(client.search_finger, terms(), {"a": b"no record"})

    assert refused.reason == "TEMPLATE_MALFORMED"


def test_watching_yields_the_answers_of_the_category_as_they_come(edge: Edge) -> None:
    with edge.client() as client, edge.client(DNA) as dna_client:
        answers = client.watch()
        until(lambda: len(edge.desk.watches) == 1)
        client.submit_finger(terms("n-1"), {"p": record()})
        first = next(answers)
        dna_client.submit_dna(terms("n-2", "DNA/REFERENCE"), {"t": PROFILE})
        client.submit_finger(terms("n-3"), {"p": record()})
        second = next(answers)
        answers.close()

    assert [first.answer.header.request_number, second.answer.header.request_number] == [
        "n-1",
        "n-3",
    ]
    assert first.cursor < second.cursor
    assert edge.desk.watches[0][1].closed.wait(2)


def test_a_record_that_suits_a_search_is_described(edge: Edge) -> None:
    with edge.client() as client:
        found = client.check_quality(record(30))
        assert client.check_quality(record(30), "LT/TP").quality == found.quality + 1
        with pytest.raises(ApplianceRefused, match="is not a dactyloscopic search"):
            client.check_quality(record(30), "DNA/REFERENCE")

    assert found.quality == 64
    assert (found.minutiae_count, list(found.warnings)) == (30, [])
    assert "19794-2" in found.standard
