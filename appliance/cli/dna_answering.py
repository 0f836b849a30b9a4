"""A Prüm XML request run as a search of the requesting Party, and its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC

from appliance.cli import dna_mass_answering
from appliance.cli.answer_parts import Numbers, Terms, refused_for_good
from appliance.cli.profile_files import received_values
from appliance.cli.search_commands import new_request_number
from appliance.client import ApplianceRefused, Client, SearchTerms
from appliance.codecs import pruem_mapping
from appliance.codecs.pruem_message import (
    BLOCKS_MAX,
    DataBlock,
    Direction,
    PruemMessage,
    RequestType,
    Side,
)
from appliance.domain.clock import SystemClock
from appliance.domain.errors import FieldViolation, ProfileMalformed, RequestInvalid
from appliance.v1 import codes_pb2


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
    client: Client,
    asked: PruemMessage,
    terms: Terms,
    done: Callable[[], None],
    left_out: Counter[str],
) -> list[PruemMessage]:
    """Search for every block and return the answer, in several messages where one is too small.

    ``done`` is called after each block; ``left_out`` counts, by name, the loci of matches that the
    messages have no place for. Raises ApplianceRefused where the appliance cannot answer
    now, and RequestInvalid where another Party answers than the one that was asked.
    """
    requesting = asked.header.requesting
    now = SystemClock().now().replace(microsecond=0)
    numbers = Numbers(new_request_number(), now, requesting.destination, left_out)
    if asked.blocks[0].request_type is RequestType.MASS:
        answers = dna_mass_answering.compared(
            client, requesting.request_id, asked.blocks, terms, numbers, done
        )
    else:
        # A request in an individual case has one block.
        answers = [_searched(client, asked, asked.blocks[0], terms, numbers)]
        done()
    if numbers.requested_party != requesting.destination:
        rule = f"{requesting.destination} is asked, {numbers.requested_party} holds this appliance"
        raise RequestInvalid([FieldViolation("header.requesting.destination_isocode", rule)])
    side = Side(
        requesting.destination, requesting.source, numbers.answer_number, numbers.answered_at
    )
    return [pruem_mapping.answer(asked, blocks, side) for blocks in _messages(answers)]


def _messages(answers: Iterable[Sequence[DataBlock]]) -> Iterator[list[DataBlock]]:
    """Yield the blocks of each message; the blocks that answer one block stay together."""
    message: list[DataBlock] = []
    for blocks in answers:
        if len(message) + len(blocks) > BLOCKS_MAX:
            yield message
            message = []
        message.extend(blocks)
    yield message


def _searched(
    client: Client, asked: PruemMessage, block: DataBlock, terms: Terms, numbers: Numbers
) -> list[DataBlock]:
    """Return the blocks that answer one block; a refusal under the rules becomes an error."""
    search_terms = SearchTerms(
        asked.header.requesting.request_id,
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
        if not refused_for_good(refusal):
            raise
        return [pruem_mapping.error_block(block, f"{refusal.reason}: {refusal.message}")]
    header = found.header
    if header.state == codes_pb2.ANSWER_STATE_QUEUED:
        raise ApplianceRefused("UNAVAILABLE", "UNAVAILABLE", "the request waits for its turn")
    numbers.answer_number = header.answer_number
    numbers.answered_at = header.answered_at.ToDatetime(UTC).replace(microsecond=0)
    numbers.requested_party = header.requested_party
    matches = [numbers.matched(each) for each in found.results[0].matches]
    return pruem_mapping.result_blocks(block, matches)
