"""What an expert reads in the terminal: figures in words, and foreign texts as they are."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.table import Table

from appliance.cli import answer_tables, output
from appliance.v1 import dactyloscopic_pb2, dna_pb2

MARKUP = "[/red][link=x]A[/link] :warning:"


def shown(*tables: Table, width: int = 140) -> str:
    """Return what the commands' console shows, as plain text."""
    console = Console(
        file=io.StringIO(),
        width=width,
        highlight=False,
        markup=output.console._markup,
        emoji=output.console._emoji,
    )
    for table in tables:
        console.print(table)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


def finger(*candidates: dactyloscopic_pb2.FingerCandidate) -> dactyloscopic_pb2.FingerResult:
    return dactyloscopic_pb2.FingerResult(
        reference_number="latent-1", matched=bool(candidates), candidates=candidates
    )


def candidate(
    number: str, score_hundredths: int, rank: int = 1, *, pairs: int = 0, flagged: bool = False
) -> dactyloscopic_pb2.FingerCandidate:
    made = dactyloscopic_pb2.FingerCandidate(
        reference_number=number, rank=rank, score_hundredths=score_hundredths, flagged=flagged
    )
    for index in range(pairs):
        made.pairs.add(probe_index=index, candidate_index=index)
    return made


@pytest.mark.parametrize(
    ("hundredths", "words"),
    [
        (0, "1 in 1"),
        (1000, "1 in 10"),
        (4000, "1 in 10,000"),
        (6000, "1 in 1,000,000"),
        (12_000, "1 in 1.0·10^12"),
    ],
)
def test_a_score_is_told_as_how_rarely_different_fingers_reach_it(
    hundredths: int, words: str
) -> None:
    assert answer_tables.meaning(hundredths) == words


@pytest.mark.parametrize(
    ("hundredths", "gallery", "words"),
    [(4000, 10_000, "1"), (4000, 1_000_000, "1e+02"), (6000, 1000, "0.001"), (0, 7, "7")],
)
def test_a_score_is_told_as_how_many_of_this_gallery_reach_it_by_chance(
    hundredths: int, gallery: int, words: str
) -> None:
    assert answer_tables.by_chance(hundredths, gallery) == words


def test_candidates_are_rows_with_rank_meaning_and_pairs() -> None:
    found = finger(candidate("A-1", 4000, pairs=17), candidate("B-2", 2050, 2, flagged=True))
    first, second = (
        line.split("│")[1:-1]
        for line in shown(answer_tables.finger_result(found, 1000)).splitlines()
        if "│" in line
    )
    assert [each.strip() for each in first] == ["1", "A-1", "40.00", "1 in 10,000", "0.1", "17"]
    assert [each.strip() for each in second[:3]] == ["2", "B-2 (contested)", "20.50"]


def test_no_match_is_said() -> None:
    assert "no match" in shown(answer_tables.finger_result(finger(), 1000))
    nothing = dna_pb2.DnaResult(reference_number="stain", matched=False)
    said = shown(*answer_tables.dna_result(nothing))
    assert "Probe stain" in said
    assert "no match" in said


def match(number: str, quality: int) -> dna_pb2.DnaMatch:
    made = dna_pb2.DnaMatch(
        reference_number=number, quality=quality, matching_loci=7, compared_loci=8
    )
    made.loci.add(
        locus="TH01",
        probe=["6", "9.3"],
        candidate=["6", "*"],
        relation=dna_pb2.LOCUS_RELATION_WILDCARD,
    )
    made.loci.add(locus="FGA", probe=["22", "24"], relation=dna_pb2.LOCUS_RELATION_ONLY_PROBE)
    return made


def test_each_dna_match_is_a_table_of_its_loci() -> None:
    result = dna_pb2.DnaResult(
        reference_number="stain", matched=True, matches=[match("D-1", 2), match("D-2", 4)]
    )
    tables = list(answer_tables.dna_result(result))
    assert len(tables) == 2
    said = shown(tables[0])
    title = "Probe stain: D-1, quality 2 (match with wildcards), 7 of 8 loci match"
    assert " ".join(said.split()).startswith(title)
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in said.splitlines()]
    assert ["TH01", "6, 9.3", "6, *", "wildcard"] in rows
    assert ["FGA", "22, 24", "", "only probe"] in rows


@pytest.mark.parametrize("relation", dna_pb2.LocusRelation.values())
def test_every_relation_of_the_contract_has_words_and_a_colour(relation: int) -> None:
    name = answer_tables.relation_name(relation)
    assert name == name.lower()
    assert "_" not in name
    assert relation == 0 or relation in answer_tables._COLOURS


def test_every_quality_class_has_words() -> None:
    assert sorted(answer_tables.QUALITY_WORDS) == [1, 2, 3, 4]


def test_a_reference_number_that_looks_like_markup_is_printed_as_it_is() -> None:
    found = finger(candidate(MARKUP, 4000))
    found.reference_number = MARKUP
    assert shown(answer_tables.finger_result(found, 1000)).count(MARKUP) == 2
    result = dna_pb2.DnaResult(reference_number="s", matched=True, matches=[match(MARKUP, 1)])
    assert MARKUP in shown(*answer_tables.dna_result(result))
