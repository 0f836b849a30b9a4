"""DNA matches on the report page: loci with what differs marked, and the worth in plain words."""

from __future__ import annotations

from appliance.cli import dna_words, report_page
from appliance.cli.report_page import Cell, Values
from appliance.v1 import dna_pb2

_HEADS = ("Locus", "Probe", "Candidate", "Relation")


def result_parts(told: str, result: dna_pb2.DnaResult) -> list[str]:
    """Return the markup of one probe's matches; ``told`` says what the probe is."""
    parts = []
    for match in result.matches:
        rows = []
        for view in match.loci:
            mine, theirs = dna_words.differing(view)
            name = dna_pb2.LocusRelation.Name(view.relation)
            rows.append(
                (
                    view.locus,
                    Values(tuple(view.probe), mine),
                    Values(tuple(view.candidate), theirs),
                    Cell(
                        dna_words.RELATION_WORDS[view.relation],
                        name.removeprefix("LOCUS_RELATION_").lower(),
                    ),
                )
            )
        parts += [
            report_page.heading(dna_words.title(result.reference_number, match)),
            report_page.note(told),
            report_page.table(_HEADS, rows),
            *(report_page.note(line, "worth") for line in dna_words.worth_lines(match)),
            *(report_page.note(line, "warning") for line in dna_words.warning_lines(match)),
        ]
    if not result.matched:
        parts += [report_page.heading(f"{result.reference_number}: no match")]
    return parts
