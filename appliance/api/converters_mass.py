"""Mass comparison messages to domain objects and back."""

from __future__ import annotations

from typing import Any

from google.protobuf.duration_pb2 import Duration

from appliance.api import limits
from appliance.api.converters_answer import dna_match, provenance, timestamp
from appliance.api.converters_search import content_digest, profile_reading, profile_values
from appliance.api.fields import SEARCH_TYPE_NUMBERS, FieldChecks
from appliance.domain.codes import SearchType
from appliance.domain.errors import ApplianceError, ProfileMalformed
from appliance.domain.limits import OFFICER_CHARS_MAX, REQUEST_NUMBER_CHARS_MAX
from appliance.domain.mass_comparison import (
    BatchReceipt,
    MassMatch,
    MassState,
    MassStatus,
    MassTerms,
    OfferedProfile,
)
from appliance.v1 import answers_pb2, codes_pb2
from appliance.v1 import mass_comparison_pb2 as pb

_STATES: dict[MassState, Any] = {
    MassState[name.removeprefix("MASS_JOB_STATE_")]: number
    for name, number in pb.MassJobState.items()
    if number
}


def mass_terms(party: str, comparison: pb.MassComparison) -> MassTerms:
    """Return what ``party`` asks; raises RequestInvalid naming every unusable field."""
    checks = FieldChecks()
    # The purpose and the officers may be empty here: the exchange refuses that under a name of its
    # own.
    terms = MassTerms(
        party=party,
        job_number=checks.number("job_number", comparison.job_number, REQUEST_NUMBER_CHARS_MAX),
        purpose=checks.text("purpose", comparison.purpose, limits.PURPOSE_CHARS_MAX),
        officer=checks.text("officer", comparison.officer, OFFICER_CHARS_MAX),
        ordering_officer=checks.text(
            "ordering_officer", comparison.ordering_officer, OFFICER_CHARS_MAX
        ),
        legal_basis=checks.number(
            "legal_basis", comparison.legal_basis, limits.LEGAL_BASIS_CHARS_MAX
        ),
        content_digest=content_digest(comparison),
    )
    checks.raise_if_wrong()
    return terms


def job_number(number: str) -> str:
    """Return the number of a job; raises RequestInvalid."""
    checks = FieldChecks()
    checks.number("job_number", number, REQUEST_NUMBER_CHARS_MAX)
    checks.raise_if_wrong()
    return number


def offered(profile: pb.MassProfile) -> OfferedProfile | ApplianceError:
    """Return a profile, or why it is none: the others of its batch are not harmed."""
    try:
        if profile.kind == pb.PROFILE_KIND_UNSPECIFIED:
            raise ProfileMalformed("the kind of the profile is not stated")
        return OfferedProfile(
            profile.reference_number,
            profile_values(profile.profile),
            person=profile.kind != pb.PROFILE_KIND_UNIDENTIFIED,
            reading=profile_reading(profile.profile),
        )
    except ApplianceError as error:
        return error


def receipt(received: BatchReceipt) -> pb.SendResponse:
    """Return the acknowledgement of a batch."""
    return pb.SendResponse(
        batch_number=received.batch_number,
        accepted=received.accepted,
        refusals=[
            pb.ProfileRefusal(
                position=each.position,
                reason=each.reason,
                message=each.message,
                locus=each.locus,
            )
            for each in received.refusals
        ],
        profiles_received=received.received,
    )


def mass_job(status: MassStatus) -> pb.MassJob:
    """Return a job as it stands."""
    job = pb.MassJob(
        job_number=status.terms.job_number,
        state=_STATES[status.state],
        batches=status.batches,
        profiles_received=status.received,
        profiles_compared=status.compared,
        matches=status.matches,
        acknowledged=status.acknowledged,
        opened_at=timestamp(status.opened_at),
        failure_reason=status.failure_reason,
        failure_message=status.failure_message,
    )
    if status.started_at is not None:
        job.started_at.CopyFrom(timestamp(status.started_at))
    if status.ended_at is not None:
        job.ended_at.CopyFrom(timestamp(status.ended_at))
    if status.seconds_left is not None:
        job.time_left.CopyFrom(Duration(seconds=round(status.seconds_left)))
    return job


def mass_match(found: MassMatch) -> pb.MassMatch:
    """Return a match."""
    return pb.MassMatch(
        cursor=found.cursor,
        header=answers_pb2.AnswerHeader(
            state=codes_pb2.ANSWER_STATE_ANSWERED,
            request_number=found.job_number,
            received_at=timestamp(found.received_at),
            answer_number=found.answer_number,
            answered_at=timestamp(found.answered_at),
            requesting_party=found.requesting_party,
            requested_party=found.requested_party,
            search_type=SEARCH_TYPE_NUMBERS[SearchType.DNA_UNIDENTIFIED],
            candidate_limit=found.candidate_limit,
        ),
        reference_number=found.reference_number,
        match=dna_match(found.match),
        provenance=provenance(found.provenance),
    )
