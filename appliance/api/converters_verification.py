"""Statements, outcomes and notes to messages and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from appliance.api.converters_answer import timestamp
from appliance.api.fields import COLLECTION_NUMBERS, COLLECTIONS, FieldChecks
from appliance.domain import limits
from appliance.domain.codes import Collection
from appliance.domain.note import Note, Occasion
from appliance.domain.verification import (
    NewStatement,
    Outcome,
    ProbeVerification,
    RequestVerification,
    StatedOutcome,
    Verification,
)
from appliance.v1 import note_pb2, verification_pb2

OUTCOMES: dict[int, Outcome] = {
    verification_pb2.EXPERT_OUTCOME_HIT: Outcome.HIT,
    verification_pb2.EXPERT_OUTCOME_NO_HIT: Outcome.NO_HIT,
}
OUTCOME_NUMBERS: dict[Outcome, Any] = {outcome: number for number, outcome in OUTCOMES.items()}
VERIFICATION_NUMBERS: dict[Verification, Any] = {
    each: verification_pb2.Verification.Value(f"VERIFICATION_{each.name}") for each in Verification
}
OCCASION_NUMBERS: dict[Occasion, Any] = {
    each: note_pb2.NoteOccasion.Value(f"NOTE_OCCASION_{each.name}") for each in Occasion
}


def new_statement(request: verification_pb2.RecordOutcomeRequest) -> NewStatement:
    """Return what an expert hands in; raises RequestInvalid naming every problem."""
    checks = FieldChecks()
    number = request.reference_number
    statement = NewStatement(
        checks.number("request_number", request.request_number, limits.REQUEST_NUMBER_CHARS_MAX),
        checks.number(
            "probe_reference_number",
            request.probe_reference_number,
            limits.REFERENCE_NUMBER_CHARS_MAX,
        ),
        checks.code("collection", request.collection, COLLECTIONS, Collection.TP),
        checks.number("reference_number", number, limits.REFERENCE_NUMBER_CHARS_MAX),
        checks.code("outcome", request.outcome, OUTCOMES, Outcome.NO_HIT),
        checks.number("officer", request.officer, limits.OFFICER_CHARS_MAX),
        checks.text("reason", request.reason, limits.REASON_CHARS_MAX),
        _moment(checks, request.verified_at) if request.HasField("verified_at") else None,
    )
    checks.raise_if_wrong()
    return statement


def _moment(checks: FieldChecks, message: Timestamp) -> datetime | None:
    try:
        return message.ToDatetime(UTC)
    except (ValueError, OverflowError):
        checks.wrong("verified_at", "is no moment between the years 1 and 9999")
        return None


def request_verification(
    request: RequestVerification,
) -> verification_pb2.GetVerificationResponse:
    """Return an answered request as its experts left it."""
    return verification_pb2.GetVerificationResponse(
        party=request.party,
        request_number=request.request_number,
        verified=request.verified,
        probes=[_probe(each) for each in request.probes],
    )


def _probe(probe: ProbeVerification) -> verification_pb2.ProbeVerification:
    return verification_pb2.ProbeVerification(
        reference_number=probe.reference_number,
        verification=VERIFICATION_NUMBERS[probe.verification],
        matches=[
            verification_pb2.MatchVerification(
                collection=COLLECTION_NUMBERS[each.collection],
                reference_number=each.reference_number,
                rank=each.rank,
                verification=VERIFICATION_NUMBERS[each.verification],
            )
            for each in probe.matches
        ],
    )


def outcome(stated: StatedOutcome) -> verification_pb2.RecordedOutcome:
    """Return one statement with the match it speaks of."""
    said = stated.statement
    return verification_pb2.RecordedOutcome(
        number=stated.number,
        party=stated.party,
        request_number=stated.request_number,
        probe_reference_number=stated.probe,
        collection=COLLECTION_NUMBERS[stated.collection],
        reference_number=stated.reference_number,
        outcome=OUTCOME_NUMBERS[said.outcome],
        officer=said.officer,
        verified_at=timestamp(said.verified_at),
        recorded_at=timestamp(said.recorded_at),
        reason=said.reason,
        verification=VERIFICATION_NUMBERS[stated.verification],
    )


def note(kept: Note) -> note_pb2.Note:
    """Return one note."""
    message = note_pb2.Note(
        number=kept.number,
        collection=COLLECTION_NUMBERS[kept.collection],
        reference_number=kept.reference_number,
        party=kept.party,
        request_number=kept.request_number,
        occasion=OCCASION_NUMBERS[kept.occasion],
        noted_at=timestamp(kept.noted_at),
        removal_reason=kept.removal_reason,
    )
    if kept.verification is not None:
        message.verification = VERIFICATION_NUMBERS[kept.verification]
    if kept.removed_at is not None:
        message.removed_at.CopyFrom(timestamp(kept.removed_at))
    return message
