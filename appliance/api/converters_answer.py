"""Domain answers to messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from appliance.api.fields import COLLECTION_NUMBERS, REQUEST_STATE_NUMBERS, SEARCH_TYPE_NUMBERS
from appliance.api.ports import Accepted
from appliance.domain.dna_worth import MatchWorth
from appliance.domain.search import (
    Answer,
    DnaMatch,
    FingerCandidate,
    FingerComparison,
    MinutiaPair,
    Provenance,
)
from appliance.v1 import answers_pb2, codes_pb2, dactyloscopic_pb2, dna_pb2

_RELATIONS: dict[str, Any] = {
    name.removeprefix("LOCUS_RELATION_").lower(): number
    for name, number in dna_pb2.LocusRelation.items()
}


def timestamp(moment: datetime) -> Timestamp:
    """Return a moment, aware, as a message."""
    message = Timestamp()
    message.FromDatetime(moment)
    return message


def accepted(request: Accepted) -> answers_pb2.AcceptedRequest:
    """Return what the sender of a durable request holds in hand."""
    return answers_pb2.AcceptedRequest(
        request_number=request.request_number,
        sequence=request.sequence,
        received_at=timestamp(request.received_at),
        replayed=request.replayed,
        state=REQUEST_STATE_NUMBERS[request.state],
    )


def finger_answer(
    request_number: str, answer: Answer | None
) -> dactyloscopic_pb2.DactyloscopicAnswer:
    """Return an answer, in state QUEUED where there is none yet."""
    if answer is None:
        return dactyloscopic_pb2.DactyloscopicAnswer(header=_queued(request_number))
    return dactyloscopic_pb2.DactyloscopicAnswer(
        header=_header(answer),
        results=[
            dactyloscopic_pb2.FingerResult(
                reference_number=item.reference_number,
                matched=item.matched,
                candidates=[_candidate(candidate) for candidate in item.finger_candidates],
            )
            for item in answer.items
        ],
        provenance=provenance(answer.provenance),
    )


def dna_answer(request_number: str, answer: Answer | None) -> dna_pb2.DnaAnswer:
    """Return an answer, in state QUEUED where there is none yet."""
    if answer is None:
        return dna_pb2.DnaAnswer(header=_queued(request_number))
    return dna_pb2.DnaAnswer(
        header=_header(answer),
        results=[
            dna_pb2.DnaResult(
                reference_number=item.reference_number,
                matched=item.matched,
                matches=[dna_match(match) for match in item.dna_matches],
            )
            for item in answer.items
        ],
        provenance=provenance(answer.provenance),
    )


def _queued(request_number: str) -> answers_pb2.AnswerHeader:
    return answers_pb2.AnswerHeader(
        state=codes_pb2.ANSWER_STATE_QUEUED, request_number=request_number
    )


def _header(answer: Answer) -> answers_pb2.AnswerHeader:
    return answers_pb2.AnswerHeader(
        state=codes_pb2.ANSWER_STATE_ANSWERED,
        request_number=answer.request_number,
        received_at=timestamp(answer.received_at),
        answer_number=answer.answer_number,
        answered_at=timestamp(answer.answered_at),
        requesting_party=answer.requesting_party,
        requested_party=answer.requested_party,
        search_type=SEARCH_TYPE_NUMBERS[answer.search_type],
        sequence=answer.sequence,
        candidate_limit=answer.candidate_limit,
    )


def provenance(used: Provenance) -> answers_pb2.Provenance:
    """Return with what an answer was computed."""
    return answers_pb2.Provenance(
        backend=used.backend,
        kernel_digest=used.kernel_digest,
        gallery_epoch=used.gallery_epoch,
        gallery_size=used.gallery_size,
        pack_version=used.pack_version,
        model_version=used.model_version,
        rule_profile=used.rule_profile,
        kernel_build=used.kernel_build,
    )


def _candidate(candidate: FingerCandidate) -> dactyloscopic_pb2.FingerCandidate:
    return dactyloscopic_pb2.FingerCandidate(
        reference_number=candidate.reference_number,
        collection=COLLECTION_NUMBERS[candidate.collection],
        rank=candidate.rank,
        score_hundredths=candidate.score_hundredths,
        flagged=candidate.flagged,
        record=candidate.record,
        rotation=candidate.rotation,
        shift_x=candidate.shift_x,
        shift_y=candidate.shift_y,
        pairs=_pairs(candidate.pairs),
        fingers=[_comparison(each) for each in candidate.fingers],
        warnings=candidate.warnings,
    )


def _comparison(finger: FingerComparison) -> dactyloscopic_pb2.FingerComparison:
    return dactyloscopic_pb2.FingerComparison(
        probe_view=finger.probe_view,
        candidate_view=finger.candidate_view,
        probe_position=finger.probe_position,
        candidate_position=finger.candidate_position,
        score_hundredths=finger.score_hundredths,
        rotation=finger.rotation,
        shift_x=finger.shift_x,
        shift_y=finger.shift_y,
        pairs=_pairs(finger.pairs),
    )


def _pairs(pairs: Sequence[MinutiaPair]) -> list[dactyloscopic_pb2.MinutiaPair]:
    return [
        dactyloscopic_pb2.MinutiaPair(
            probe_index=pair.probe_index,
            candidate_index=pair.candidate_index,
            similarity=pair.similarity,
            residual=pair.residual,
        )
        for pair in pairs
    ]


def dna_match(match: DnaMatch) -> dna_pb2.DnaMatch:
    """Return one match of a DNA profile."""
    return dna_pb2.DnaMatch(
        reference_number=match.reference_number,
        collection=COLLECTION_NUMBERS[match.collection],
        rank=match.rank,
        quality=match.quality,
        compared_loci=match.compared_loci,
        full_loci=match.full_loci,
        matching_loci=match.matching_loci,
        mismatching_alleles=match.mismatching_alleles,
        flagged=match.flagged,
        loci=[
            dna_pb2.LocusView(
                locus=view.locus,
                probe=view.probe,
                candidate=view.candidate,
                relation=_RELATIONS[view.relation],
            )
            for view in match.loci
        ],
        warnings=match.warnings,
        worth=_worth(match.worth) if match.worth else None,
    )


def _worth(worth: MatchWorth) -> dna_pb2.MatchWorth:
    return dna_pb2.MatchWorth(
        random_match_probability=worth.random_match_probability,
        likelihood_ratio=worth.likelihood_ratio,
        expected_adventitious=worth.expected_adventitious,
        searched_profiles=worth.searched_profiles,
        loci_used=worth.loci_used,
        population=worth.population,
        table_version=worth.table_version,
        theta=worth.theta,
        sibling_likelihood_ratio=worth.sibling_likelihood_ratio,
        parent_child_likelihood_ratio=worth.parent_child_likelihood_ratio,
    )
