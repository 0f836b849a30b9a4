"""The answer to a search as one page for the expert who verifies it."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.cli import (
    answer_tables,
    dna_report,
    dna_words,
    expert_words,
    report_page,
    subject_pictures,
)
from appliance.cli.report_page import ReportPage
from appliance.codecs import finger_record
from appliance.v1 import answers_pb2, dactyloscopic_pb2, dna_pb2

_FINGER_HEADS = ("Rank", "Reference number", *answer_tables.CANDIDATE_FIGURES)

Result = dactyloscopic_pb2.FingerResult | dna_pb2.DnaResult


def finger_page(answer: dactyloscopic_pb2.DactyloscopicAnswer, probes: Mapping[str, bytes]) -> str:
    """Return the page of a finger search; ``probes`` are the records searched with, by number."""
    page = _page(answer.header)
    for result in answer.results:
        page.section(f"Probe {result.reference_number}")
        page.add(report_page.table(_FINGER_HEADS, _finger_rows(result, answer)))
        for part in _pictures(result, probes[result.reference_number]):
            page.add(part)
        _add_how(page, answer.header, result)
    return page.render()


def dna_page(answer: dna_pb2.DnaAnswer) -> str:
    """Return the page of a DNA search."""
    page = _page(answer.header)
    page.add(report_page.note(dna_words.rule(answer.provenance.rule_profile)))
    for result in answer.results:
        page.section(f"Probe {result.reference_number}")
        for part in dna_report.result_parts("Compared locus by locus.", result):
            page.add(part)
        _add_how(page, answer.header, result)
    return page.render()


def _page(header: answers_pb2.AnswerHeader) -> ReportPage:
    return ReportPage(
        f"Answer {header.answer_number}",
        f"To request {header.request_number} of {header.requesting_party}, by "
        f"{header.requested_party}. {expert_words.RULE}",
    )


def _finger_rows(
    result: dactyloscopic_pb2.FingerResult, answer: dactyloscopic_pb2.DactyloscopicAnswer
) -> list[tuple[str, ...]]:
    if not result.matched:
        return [("", "no match: a no-hit", *answer_tables.NO_FIGURES)]
    size = answer.provenance.gallery_size
    return [
        (
            str(each.rank),
            each.reference_number + (" (contested)" if each.flagged else ""),
            *answer_tables.figures(each, size),
        )
        for each in result.candidates
    ]


def _pictures(result: dactyloscopic_pb2.FingerResult, probe: bytes) -> list[str]:
    """Return of each candidate what is wrong with its sequence, and its fingers drawn."""
    mine = finger_record.decode_views(probe)
    parts = []
    for each in result.candidates:
        parts += [report_page.note(f"{each.reference_number}: {told}") for told in each.warnings]
        parts += subject_pictures.of_candidate(mine, each, result.reference_number)
    return parts


def _add_how(page: ReportPage, header: answers_pb2.AnswerHeader, result: Result) -> None:
    """Tell the expert how to record what each match is."""
    matches = (
        result.candidates if isinstance(result, dactyloscopic_pb2.FingerResult) else result.matches
    )
    if not matches:
        return
    page.add(report_page.note("Once compared, record each as a hit, or as no-hit in its place:"))
    for match in matches:
        how = expert_words.how_to_record(
            header.request_number, result.reference_number, match.collection, match.reference_number
        )
        page.add(report_page.command(how))
