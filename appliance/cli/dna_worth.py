"""``appliance dna worth`` and ``appliance dna expected``: what chance does, without a service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from appliance.cli.dna_words import number
from appliance.cli.output import progress_bar
from appliance.codecs import allele_frequencies, dna_csv
from appliance.matching import encoder
from appliance.matching.dna_frequencies import frequencies_of
from appliance.matching.dna_pairs import ExpectedMatches, expected_matches
from appliance.matching.dna_worth import DnaWeigher
from kernels.dna.rule import Rule

ONE_OFF = 1
ROWS_SHOWN_MAX = 1_000
NO_FLOOR = 1e-12
"""Whole files are reckoned with the shares as published: no profile is given that could be rare."""


def weigher(
    path: Path, population: str, source: str, theta: float, minimum_frequency: float
) -> DnaWeigher:
    """Return what weighs profiles by a table; raises FrequencyTableInvalid."""
    table = allele_frequencies.load(path, population, source)
    return DnaWeigher(table, theta, minimum_frequency)


def profile_worths(
    path: Path, id_column: str | None, chosen: DnaWeigher, file_size: int
) -> list[dict[str, object]]:
    """Return for each profile of a CSV file all that a match with its like would be worth.

    Raises the named errors of the CSV codec.
    """
    weighing = chosen.search(Rule(), file_size)
    told: list[dict[str, object]] = []
    with path.open("rb") as stream, progress_bar("weighing", None) as bar:
        for row in dna_csv.read(stream, id_column):
            codes = encoder.dna_array(encoder.pack_dna(row.profile))
            (chance,) = weighing.chances(codes, codes[None])
            (near,) = weighing.probability(codes[None], [ONE_OFF])
            worth = weighing.worth(codes, codes, chance)
            told.append(
                {
                    "reference_number": row.reference_number,
                    **asdict(worth),
                    "one_off_match_probability": near,
                    "one_off_expected_adventitious": file_size * near,
                }
            )
            bar.advance()
    return told


def worths_table(rows: list[dict[str, object]], chosen: DnaWeigher, file_size: int) -> Table:
    """Return the figures of profiles for a terminal, ROWS_SHOWN_MAX of them at most."""
    title = (
        f"False matches by chance in a file of {file_size:,} "
        f"({chosen.table.name}, common ancestry {chosen.theta:g})"
    )
    table = Table(title=title, title_justify="left")
    table.add_column("Profile", overflow="fold")
    for head in ("Loci", "One person in", "Full", "To one off", "Sibling ratio"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in rows[:ROWS_SHOWN_MAX]:
        told = (
            row["likelihood_ratio"],
            row["expected_adventitious"],
            row["one_off_expected_adventitious"],
            row["sibling_likelihood_ratio"],
        )
        texts = (number(each) for each in told if isinstance(each, float))
        table.add_row(str(row["reference_number"]), str(row["loci_used"]), *texts)
    return table


def expected_rows(
    path: Path, population: str, source: str, stains: int, persons: int, theta: float
) -> tuple[str, list[ExpectedMatches]]:
    """Return the name of the population and a row for each locus set."""
    table = allele_frequencies.load(path, population, source)
    known = frequencies_of(table, NO_FLOOR)
    return table.name, expected_matches(known, stains, persons, theta)


EXPECTED_CAPTION = (
    "Full: all alleles equal. Off: one differs. One pair in so many does; behind it, how many to "
    "expect in these files."
)


def expected_table(title: str, rows: Iterable[ExpectedMatches]) -> Table:
    """Return the expected false matches for a terminal."""
    table = Table(title=title, title_justify="left", caption=EXPECTED_CAPTION)
    table.add_column("Loci", justify="right", no_wrap=True)
    table.add_column("Set", no_wrap=True)
    # Short, so that no column is squeezed out of a terminal of eighty columns.
    for head in ("Full: 1 in", "Off: 1 in", "Full", "One off"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            str(row.loci),
            row.locus_set,
            number(1 / row.full),
            "no match" if row.one_off is None else number(1 / row.one_off),
            number(row.full_expected),
            "" if row.one_off_expected is None else number(row.one_off_expected),
        )
    return table
