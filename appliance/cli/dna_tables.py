"""DNA matches in a terminal: a table of loci for each, what differs marked, and its worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from appliance.cli import dna_words
from appliance.v1 import dna_pb2

DIFFERS = "≠"
"""Stands before a value that differs, so that it shows without colours."""

COLOURS: dict[int, str] = {
    dna_pb2.LOCUS_RELATION_EQUAL: "green",
    dna_pb2.LOCUS_RELATION_WILDCARD: "yellow",
    dna_pb2.LOCUS_RELATION_MICRO_VARIANT: "yellow",
    dna_pb2.LOCUS_RELATION_MISMATCH: "red",
    dna_pb2.LOCUS_RELATION_ONLY_PROBE: "bright_black",
    dna_pb2.LOCUS_RELATION_ONLY_CANDIDATE: "bright_black",
}


def dna_result(result: dna_pb2.DnaResult) -> Iterator[Table | Text]:
    """Yield one probe's matches, each with its loci and then its worth in words."""
    if not result.matched:
        table = Table(title=f"Probe {result.reference_number}", title_justify="left")
        table.add_row("no match")
        yield table
    for match in result.matches:
        title = f"Probe {dna_words.title(result.reference_number, match)}"
        table = Table("Locus", "Probe", "Candidate", "Relation", title=title, title_justify="left")
        for view in match.loci:
            mine, theirs = dna_words.differing(view)
            table.add_row(
                view.locus,
                _values(view.probe, mine),
                _values(view.candidate, theirs),
                dna_words.RELATION_WORDS[view.relation],
                style=COLOURS.get(view.relation),
            )
        yield table
        for line in dna_words.worth_lines(match):
            yield Text(line)
        for line in dna_words.warning_lines(match):
            yield Text(line, style="bold red")


def _values(values: Sequence[str], differs: Sequence[bool]) -> Text:
    told = Text()
    for place, (value, marked) in enumerate(zip(values, differs, strict=True)):
        told.append(", " if place else "")
        told.append(f"{DIFFERS}{value}" if marked else value, style="bold" if marked else None)
    return told
