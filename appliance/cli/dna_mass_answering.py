"""A Prüm XML request under Article 4, run as a mass comparison of the requesting Party."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC

from appliance.cli.answer_parts import Numbers, Terms, refused_for_good
from appliance.cli.profile_files import received_values
from appliance.client import ApplianceRefused, Client, MassItem, MassTerms
from appliance.codecs import pruem_mapping
from appliance.codecs.pruem_message import DataBlock
from appliance.domain.errors import ProfileMalformed
from appliance.domain.search import DnaMatch
from appliance.v1 import mass_comparison_pb2 as pb


def compared(
    client: Client,
    job_number: str,
    blocks: Sequence[DataBlock],
    terms: Terms,
    numbers: Numbers,
    done: Callable[[], None],
) -> list[list[DataBlock]]:
    """Return for each block of a request the blocks that answer it.

    The job goes by the number of the request, so that the same request again finds the same job.
    Raises ApplianceRefused where the appliance cannot answer now.
    """
    errors: dict[str, str] = {}
    items = _items(blocks, errors)
    found: dict[str, list[DnaMatch]] = defaultdict(list)
    mass_terms = MassTerms(
        job_number, terms.purpose, terms.officer, terms.ordering_officer, terms.legal_basis
    )
    try:
        job = client.mass_comparison.open(mass_terms)
        if job.state == pb.MASS_JOB_STATE_OPEN:
            _send(client, job, items, errors)
        for each in client.mass_comparison.matches(job_number):
            found[each.reference_number].append(numbers.matched(each.match))
            numbers.answer_number = each.header.answer_number
            numbers.answered_at = each.header.answered_at.ToDatetime(UTC).replace(microsecond=0)
            numbers.requested_party = each.header.requested_party
        job = client.mass_comparison.job(job_number)
    except ApplianceRefused as refusal:
        if not refused_for_good(refusal):
            raise
        text = f"{refusal.reason}: {refusal.message}"
        return [[pruem_mapping.error_block(block, text)] for block in blocks]
    ended = f"{job.failure_reason or 'CANCELLED'}: {job.failure_message}"
    answers = []
    for block in blocks:
        error = errors.get(block.profile_ident)
        if error is None and job.state != pb.MASS_JOB_STATE_FINISHED:
            error = ended
        if error is None:
            answers.append(pruem_mapping.result_blocks(block, found[block.profile_ident]))
        else:
            answers.append([pruem_mapping.error_block(block, error)])
        done()
    return answers


def _items(blocks: Sequence[DataBlock], errors: dict[str, str]) -> list[MassItem]:
    """Return the profiles to compare; why one cannot be is noted by its reference number."""
    items = []
    for block in blocks:
        try:
            probe = pruem_mapping.probe(block)
        except ProfileMalformed as refusal:
            errors[block.profile_ident] = f"{refusal.reason}: {refusal.message}"
        else:
            items.append(MassItem(probe.reference_number, received_values(probe.profile)))
    return items


def _send(
    client: Client, job: pb.MassJob, items: Sequence[MassItem], errors: dict[str, str]
) -> None:
    batches = job.batches
    for batch in client.mass_comparison.send(job.job_number, items, job.batches):
        batches = batch.batch_number
        for refused in batch.refused:
            errors[refused.reference_number] = f"{refused.reason}: {refused.message}"
    client.mass_comparison.start(job.job_number, batches)
