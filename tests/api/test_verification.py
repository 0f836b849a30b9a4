"""Outcomes, notes and statistics over the wire, with both clients and as every role."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path
from typing import Any

import pytest

from appliance.client import ApplianceRefused, AsyncClient, Finding
from appliance.client import limits as client_limits
from appliance.domain.codes import Collection
from appliance.domain.statistics import Period
from appliance.domain.verification import NewStatement, Outcome
from appliance.v1 import codes_pb2, note_pb2, statistics_pb2, verification_pb2
from tests.edge import DNA, FINGER, Edge, serving
from tests.fake_experts import AT, FakeNotes, FakeStatistics, FakeVerification

ADMINISTRATOR, AUDITOR = ("administrator", "RS"), ("auditor", "RS")
FINDING = Finding("Q-1", "P-1", "TP", "TP-1", "hit", "ME-0001", "looked again", AT)
MAY = (date(2026, 5, 1), date(2026, 5, 31))


@pytest.fixture
def rooms() -> dict[str, Any]:
    """The rooms that remember."""
    return {
        "verification": FakeVerification(),
        "notes": FakeNotes(),
        "statistics": FakeStatistics(),
    }


@pytest.fixture
def office(tmp_path: Path, rooms: dict[str, Any]) -> Iterator[Edge]:
    """A server in front of them."""
    with serving(tmp_path, **rooms) as running:
        yield running


def test_a_statement_arrives_as_it_was_made(office: Edge, rooms: dict[str, Any]) -> None:
    with office.client() as client:
        first = client.verification.record(FINDING)
        again = client.verification.record(FINDING)
    expected = NewStatement(
        "Q-1", "P-1", Collection.TP, "TP-1", Outcome.HIT, "ME-0001", "looked again", AT
    )
    assert rooms["verification"].asked == [("ME", expected)] * 2
    assert (first.verification, first.replayed) == (verification_pb2.VERIFICATION_HIT, False)
    assert again.replayed


def test_a_statement_with_unusable_fields_is_refused_with_every_problem(
    office: Edge, rooms: dict[str, Any]
) -> None:
    bare = office.channel().unary_unary("/appliance.v1.VerificationService/RecordOutcome")
    with pytest.raises(Exception, match="outcome: is required; officer: is required"):
        bare(
            verification_pb2.RecordOutcomeRequest(
                request_number="Q-1",
                probe_reference_number="P-1",
                collection=codes_pb2.COLLECTION_TP,
                reference_number="TP-1",
            ).SerializeToString()
        )
    with office.client() as client, pytest.raises(ValueError, match="'maybe' is none of hit"):
        client.verification.record(Finding("Q-1", "P-1", "TP", "TP-1", "maybe", "ME-0001"))
    assert rooms["verification"].asked == []


def test_a_moment_that_is_none_is_refused(office: Edge) -> None:
    bare = office.channel().unary_unary("/appliance.v1.VerificationService/RecordOutcome")
    message = verification_pb2.RecordOutcomeRequest(officer="ME-0001")
    message.verified_at.seconds = 2**60
    with pytest.raises(Exception, match="verified_at: is no moment"):
        bare(message.SerializeToString())


def test_a_request_is_shown_with_every_match(office: Edge, rooms: dict[str, Any]) -> None:
    with office.client() as client:
        shown = client.verification.get("Q-1")
    matched, not_matched = shown.probes
    assert (shown.party, shown.request_number, shown.verified) == ("ME", "Q-1", False)
    assert matched.matches[0].reference_number == "TP-1"
    assert matched.matches[0].verification == verification_pb2.VERIFICATION_UNCONFIRMED
    assert matched.verification == verification_pb2.VERIFICATION_UNVERIFIED
    assert not_matched.verification == verification_pb2.VERIFICATION_NO_HIT
    with office.client(*AUDITOR) as client:
        client.verification.get("Q-1", "ME")
    assert rooms["verification"].asked[-1] == ("RS", "Q-1", "ME")


def test_outcomes_come_page_by_page(office: Edge, rooms: dict[str, Any]) -> None:
    rooms["verification"].stated = client_limits.PAGE_ENTRIES + 3
    with office.client(*ADMINISTRATOR) as client:
        stated = list(client.verification.outcomes(1, "ME"))
    assert [each.number for each in stated] == list(range(2, client_limits.PAGE_ENTRIES + 4))
    assert [each[1:] for each in rooms["verification"].asked] == [
        (1, 1_000, "ME"),
        (1_001, 1_000, "ME"),
    ]
    one = stated[0]
    assert (one.outcome, one.officer, one.reason) == (1, "ME-0001", "looked again")
    assert one.verified_at.ToDatetime(UTC) == one.recorded_at.ToDatetime(UTC) == AT


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"outcomes_max": 1_001}, "outcomes_max: at most 1000"),
        ({"after": 2**63}, "after: is beyond any number"),
        ({"party": "me"}, "party: 'me' is not two capital letters"),
    ],
)
def test_a_page_out_of_bounds_is_refused(office: Edge, changes: dict[str, Any], said: str) -> None:
    bare = office.channel().unary_unary("/appliance.v1.VerificationService/ListOutcomes")
    with pytest.raises(Exception, match=said):
        bare(verification_pb2.ListOutcomesRequest(**changes).SerializeToString())


def test_notes_are_listed_and_removed(office: Edge, rooms: dict[str, Any]) -> None:
    with office.client(*ADMINISTRATOR) as client:
        standing, removed = client.notes.list("UL", "U-1", removed=True)
        client.notes.remove(4, "match by chance")
    assert rooms["notes"].asked == [
        (0, 1_000, Collection.UL, "U-1", True),
        (4, "match by chance"),
    ]
    assert (standing.occasion, removed.occasion) == (
        note_pb2.NOTE_OCCASION_MATCH,
        note_pb2.NOTE_OCCASION_HIT,
    )
    assert standing.verification == verification_pb2.VERIFICATION_UNVERIFIED
    assert removed.verification == verification_pb2.VERIFICATION_UNSPECIFIED
    assert not standing.HasField("removed_at")
    assert (removed.removed_at.ToDatetime(UTC), removed.removal_reason) == (AT, "a mistake")


@pytest.mark.parametrize(("number", "reason"), [(0, "a reason"), (2**63, "a reason"), (4, "")])
def test_a_removal_names_a_note_and_a_reason(
    office: Edge, rooms: dict[str, Any], number: int, reason: str
) -> None:
    with office.client(*ADMINISTRATOR) as client, pytest.raises(ApplianceRefused) as caught:
        client.notes.remove(number, reason)
    assert caught.value.reason == "REQUEST_INVALID"
    assert rooms["notes"].asked == []


@pytest.mark.requirement("A21.1", "I13")
def test_statistics_tell_every_figure(office: Edge, rooms: dict[str, Any]) -> None:
    with office.client(*AUDITOR) as client:
        figures = client.statistics.get(*MAY, "ME")
    assert rooms["statistics"].asked == [(Period(*MAY), "ME")]
    (party,), (capacity,) = figures.parties, figures.capacities
    assert (party.requests, party.accepted, party.refused, party.unsuitable) == (37, 30, 7, 1)
    assert (party.answered, party.failed, party.open, party.accelerated) == (19, 4, 2, 3)
    assert party.cancelled == 5
    assert [(each.reason, each.refusals) for each in party.refusals] == [
        ("PURPOSE_UNKNOWN", 6),
        ("ROLE_DENIED", 1),
    ]
    (of_class,) = party.classes
    assert of_class.match_class == statistics_pb2.MATCH_CLASS_TRACE_PERSON
    assert (of_class.probes, of_class.probes_matched, of_class.matches) == (20, 12, 30)
    assert (of_class.hits, of_class.no_hits, of_class.unverified, of_class.disputed) == (
        11, 7, 10, 2,
    )  # fmt: skip
    assert (party.answer_median_ms, party.answer_p95_ms) == (1_200, 9_800)
    assert [(each.seconds_max, each.answers) for each in party.answer_times[:2]] == [
        (1, 9),
        (10, 5),
    ]
    assert party.answer_times[-1].seconds_max == 0
    assert (capacity.party, capacity.bucket, capacity.used) == ("ME", 2, 23)
    (mass,) = figures.mass_comparisons
    assert (mass.party, mass.jobs, mass.finished, mass.cancelled) == ("ME", 26, 13, 5)
    assert (mass.failed, mass.open, mass.profiles, mass.compared) == (2, 6, 5_300, 4_100)
    assert mass.matches == 77


@pytest.mark.parametrize("day", ["", "2026-5-1", "20260501", "yesterday", "2026-02-30"])
def test_a_day_that_is_none_is_refused(office: Edge, day: str) -> None:
    bare = office.channel(*ADMINISTRATOR).unary_unary(
        "/appliance.v1.StatisticsService/GetStatistics"
    )
    with pytest.raises(Exception, match="first_day: is"):
        bare(
            statistics_pb2.GetStatisticsRequest(
                first_day=day, last_day="2026-05-31"
            ).SerializeToString()
        )


@pytest.mark.requirement("A1.6")
def test_each_call_is_for_its_roles_alone(office: Edge) -> None:
    everyone = {FINGER: "ME", DNA: "ME", "administrator": "RS", "auditor": "RS"}
    calls = {
        "record": (lambda client: client.verification.record(FINDING), {FINGER, DNA}),
        "list": (lambda client: list(client.notes.list()), {"administrator"}),
        "remove": (lambda client: client.notes.remove(4, "a reason"), {"administrator"}),
        "count": (lambda client: client.statistics.get(*MAY), {"administrator", "auditor"}),
    }
    for role, party in everyone.items():
        with office.client(role, party) as client:
            for call, allowed in calls.values():
                if role in allowed:
                    call(client)  # type: ignore[no-untyped-call]
                    continue
                with pytest.raises(ApplianceRefused) as caught:
                    call(client)  # type: ignore[no-untyped-call]
                assert caught.value.reason == "ROLE_DENIED"


def test_the_async_client_does_the_same(office: Edge, rooms: dict[str, Any]) -> None:
    rooms["verification"].stated = client_limits.PAGE_ENTRIES

    def client(role: str, party: str) -> AsyncClient:
        pair = office.certificate(role, party)
        ca = office.authority.certificate
        return AsyncClient(office.target, ca=ca, certificate=pair.certificate, key=pair.key)

    async def use() -> list[Any]:
        async with client(FINGER, "ME") as expert, client(*ADMINISTRATOR) as owner:
            recorded = await expert.verification.record(FINDING)
            shown = await expert.verification.get("Q-1")
            stated = [each async for each in owner.verification.outcomes()]
            notes = [each async for each in owner.notes.list()]
            await owner.notes.remove(4, "a reason")
            figures = await owner.statistics.get(*MAY)
            return [recorded, shown, stated, notes, figures]

    recorded, shown, stated, notes, figures = asyncio.run(use())
    assert recorded.verification == verification_pb2.VERIFICATION_HIT
    assert shown.request_number == "Q-1"
    assert len(stated) == client_limits.PAGE_ENTRIES
    assert len(notes) == 2
    assert figures.parties[0].party == "ME"
