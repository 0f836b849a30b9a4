"""A Prüm XML request run as searches of the requesting Party, block by block, to its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from appliance.cli.exit_codes import ExitCode, of_reason
from appliance.cli.profile_files import received_values
from appliance.cli.search_commands import new_request_number
from appliance.client import ApplianceRefused, Client, SearchTerms
from appliance.codecs import pruem_mapping
from appliance.codecs.pruem_message import (
    DataBlock,
    Direction,
    PruemMessage,
    RequestType,
    Side,
)
from appliance.domain.clock import SystemClock
from appliance.domain.codes import Collection
from appliance.domain.errors import FieldViolation, ProfileMalformed, RequestInvalid
from appliance.domain.search import DnaMatch, LocusView
from appliance.v1 import codes_pb2, dna_pb2

MASS_REFUSED = (
    "CONSENT_MISSING: a mass comparison (Article 4) is asked for as such; it is never run as "
    "searches in individual cases"
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a search needs beside the message."""

    case_reference: str
    purpose: str
    officer: str
    ordering_officer: str


@dataclass(slots=True)
class _Numbers:
    """The number, time and Party of the answer; those of the last search that was answered."""

    answer_number: str
    answered_at: datetime
    requested_party: str


def require_request(client: Client, message: PruemMessage) -> None:
    """Raise RequestInvalid unless a message is a request of the Party whose certificate is used."""
    violations = []
    if message.header.direction is not Direction.REQUEST:
        violations.append(FieldViolation("header.direction", "is A: this is an answer"))
    # A contact point is told its own Party's use of capacities, and no other's.
    parties = {use.party for use in client.use_today()}
    source = message.header.requesting.source
    if source not in parties:
        rule = f"{source} asks, but the certificate is of {', '.join(parties) or 'another Party'}"
        violations.append(FieldViolation("header.requesting.source_isocode", rule))
    if violations:
        raise RequestInvalid(violations)


def answered(
    client: Client, asked: PruemMessage, terms: Terms, done: Callable[[], None]
) -> PruemMessage:
    """Search for every block and return the answer; ``done`` is called after each.

    Raises ApplianceRefused where the appliance cannot answer now, and RequestInvalid where another
    Party answers than the one that was asked.
    """
    destination = asked.header.requesting.destination
    now = SystemClock().now().replace(microsecond=0)
    numbers = _Numbers(new_request_number(), now, destination)
    blocks: list[DataBlock] = []
    for index, block in enumerate(asked.blocks):
        blocks += _searched(client, asked, index, block, terms, numbers)
        done()
    if numbers.requested_party != destination:
        rule = f"{destination} is asked, but {numbers.requested_party} holds this appliance"
        raise RequestInvalid([FieldViolation("header.requesting.destination_isocode", rule)])
    side = Side(
        destination, asked.header.requesting.source, numbers.answer_number, numbers.answered_at
    )
    return pruem_mapping.answer(asked, blocks, side)


def _searched(
    client: Client,
    asked: PruemMessage,
    index: int,
    block: DataBlock,
    terms: Terms,
    numbers: _Numbers,
) -> list[DataBlock]:
    """Return the blocks that answer one block; a refusal under the rules becomes an error."""
    if block.request_type is RequestType.MASS:
        return [pruem_mapping.error_block(block, MASS_REFUSED)]
    request_id = asked.header.requesting.request_id
    search_terms = SearchTerms(
        request_id if index == 0 else f"{request_id}-{index + 1}",
        pruem_mapping.SEARCH_TYPES[block.kind].value,
        terms.case_reference,
        terms.purpose,
        terms.officer,
        terms.ordering_officer,
    )
    try:
        probe = pruem_mapping.probe(block)
        probes = {probe.reference_number: received_values(probe.profile)}
        found = client.search_dna(search_terms, probes)
    except ProfileMalformed as refusal:
        return [pruem_mapping.error_block(block, f"{refusal.reason}: {refusal.message}")]
    except ApplianceRefused as refusal:
        if of_reason(refusal.reason) in (ExitCode.UNAVAILABLE, ExitCode.DEFECT, ExitCode.DAMAGED):
            raise
        return [pruem_mapping.error_block(block, f"{refusal.reason}: {refusal.message}")]
    header = found.header
    if header.state == codes_pb2.ANSWER_STATE_QUEUED:
        raise ApplianceRefused("UNAVAILABLE", "UNAVAILABLE", "the request waits for its turn")
    numbers.answer_number = header.answer_number
    numbers.answered_at = header.answered_at.ToDatetime(UTC).replace(microsecond=0)
    numbers.requested_party = header.requested_party
    return pruem_mapping.result_blocks(block, [_match(each) for each in found.results[0].matches])


def _match(match: dna_pb2.DnaMatch) -> DnaMatch:
    name = codes_pb2.Collection.Name(match.collection).removeprefix("COLLECTION_")
    return DnaMatch(
        reference_number=match.reference_number,
        collection=Collection(name),
        rank=match.rank,
        quality=match.quality,
        compared_loci=match.compared_loci,
        full_loci=match.full_loci,
        matching_loci=match.matching_loci,
        mismatching_alleles=match.mismatching_alleles,
        flagged=match.flagged,
        loci=tuple(
            LocusView(
                view.locus,
                _pair(view.probe),
                _pair(view.candidate),
                dna_pb2.LocusRelation.Name(view.relation).removeprefix("LOCUS_RELATION_").lower(),
            )
            for view in match.loci
        ),
        warnings=tuple(match.warnings),
    )


def _pair(values: Sequence[str]) -> tuple[str, str] | tuple[()]:
    return (values[0], values[1]) if len(values) == 2 else ()
