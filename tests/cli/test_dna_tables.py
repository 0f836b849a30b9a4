"""What an expert reads of a DNA match, in the terminal and on the report page."""

from __future__ import annotations

import pytest

from appliance.cli import dna_report, dna_tables, dna_words, report_page
from appliance.v1 import dna_pb2
from tests.cli.test_answer_tables import MARKUP, shown
from tests.cli.test_report_page import read


def worth(expected: float, searched: int = 1_000_000) -> dna_pb2.MatchWorth:
    return dna_pb2.MatchWorth(
        random_match_probability=expected / searched,
        likelihood_ratio=searched / expected,
        expected_adventitious=expected,
        searched_profiles=searched,
        loci_used=7,
        population="STRidER: Europe",
        table_version="ab" * 32,
        theta=0.01,
        sibling_likelihood_ratio=12_300.0,
        parent_child_likelihood_ratio=0.0,
    )


def match(number: str, quality: int, told: dna_pb2.MatchWorth | None = None) -> dna_pb2.DnaMatch:
    made = dna_pb2.DnaMatch(
        reference_number=number, quality=quality, matching_loci=7, compared_loci=8, worth=told
    )
    for locus, probe, candidate, relation in (
        ("TH01", ("6", "9.3"), ("6", "*"), dna_pb2.LOCUS_RELATION_WILDCARD),
        ("FGA", ("22", "24"), (), dna_pb2.LOCUS_RELATION_ONLY_PROBE),
        ("vWA", ("14", "16"), ("16", "17"), dna_pb2.LOCUS_RELATION_MISMATCH),
        ("D21S11", ("29", "30"), ("29", "30.1"), dna_pb2.LOCUS_RELATION_MICRO_VARIANT),
    ):
        made.loci.add(locus=locus, probe=probe, candidate=candidate, relation=relation)
    return made


def result(*matches: dna_pb2.DnaMatch) -> dna_pb2.DnaResult:
    return dna_pb2.DnaResult(reference_number="stain", matched=bool(matches), matches=matches)


def test_no_match_is_said() -> None:
    said = shown(*dna_tables.dna_result(result()))
    assert "Probe stain" in said
    assert "no match" in said
    assert "stain: no match" in "".join(dna_report.result_parts("a stain", result()))


def test_each_match_is_a_table_of_its_loci_with_what_differs_marked() -> None:
    said = shown(*dna_tables.dna_result(result(match("D-1", 4), match("D-2", 4))))
    title = "Probe stain: D-1, quality 4 (one mismatch), 7 of 8 loci match"
    assert " ".join(said.split()).startswith(title)
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in said.splitlines()]
    assert rows.count(["TH01", "6, 9.3", "6, *", "wildcard"]) == 2
    assert ["FGA", "22, 24", "", "only probe"] in rows
    assert ["vWA", "≠14, 16", "16, ≠17", "mismatch"] in rows
    assert ["D21S11", "29, ≠30", "29, ≠30.1", "micro-variant"] in rows


def test_the_report_page_shows_the_same_with_marks() -> None:
    page = read("".join(dna_report.result_parts("a stain", result(match("D-1", 4, worth(0.062))))))
    assert page.texts["mark"] == ["14", "17", "30", "30.1"]
    assert "mismatch" in page.classes
    assert "micro_variant" in page.classes
    assert "D-1, quality 4 (one mismatch)" in page.texts["h3"][0]
    sentences = " ".join(page.texts["p"])
    assert "expect 0.062 false matches by chance in a file of 1,000,000." in sentences
    assert "Caution" in sentences


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (0.00096, "expect 0.00096 false matches by chance in a file of 1,000,000."),
        (8.5e-5, "expect 8.50·10^-5 false matches by chance"),
        (0.31, "expect 0.31 false matches by chance"),
        (6150.0, "expect 6,150 false matches by chance"),
    ],
)
def test_the_worth_is_told_in_plain_words(expected: float, words: str) -> None:
    said = " ".join(shown(*dna_tables.dna_result(result(match("D-1", 1, worth(expected))))).split())
    assert words in said
    assert "7 of 8 compared loci weighed; STRidER: Europe, common ancestry 0.01" in said
    assert "12,300 times as likely from full siblings" in said
    assert "and 0 times from parent and child" in said


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (0.01, None),
        (0.0101, "one such search in 99 finds a match like this by chance"),
        (0.062, "one such search in 16 finds a match like this by chance"),
        (1.0, "chance alone puts 1 such matches into this file"),
        (615.0, "chance alone puts 615 such matches into this file"),
    ],
)
def test_more_than_a_hundredth_of_a_false_match_is_warned_of(
    expected: float, words: str | None
) -> None:
    lines = dna_words.warning_lines(match("D-1", 4, worth(expected)))
    assert [line for line in lines if "Caution" in line] == (
        [f"Caution: about {words}. Type more loci before relying on it."] if words else []
    )


def test_without_a_table_it_is_said_that_nothing_is_known() -> None:
    said = shown(*dna_tables.dna_result(result(match("D-1", 4))))
    assert dna_words.NO_WORTH in said
    assert "Caution" not in said


def test_the_warnings_of_a_match_are_printed() -> None:
    warned = match("D-1", 1)
    warned.warnings.append("AMELOGENIN differs; it is not counted")
    assert "AMELOGENIN differs; it is not counted." in shown(*dna_tables.dna_result(result(warned)))


@pytest.mark.parametrize(
    ("probe", "candidate", "marks"),
    [
        (("12", "14"), ("12", "14"), ((False, False), (False, False))),
        (("12", "12"), ("12", "14"), ((False, True), (False, True))),
        (("12", "14"), ("9", "12"), ((False, True), (True, False))),
        (("12", "14"), ("13", "15"), ((True, True), (True, True))),
        (("12", "*"), ("9", "12"), ((False, False), (False, False))),
        (("12", "*"), ("13", "14"), ((True, False), (True, False))),
        ((), ("13", "14"), ((), (False, False))),
    ],
)
def test_the_values_without_a_partner_differ(
    probe: tuple[str, ...], candidate: tuple[str, ...], marks: tuple[tuple[bool, ...], ...]
) -> None:
    assert marks == dna_words.differing(dna_pb2.LocusView(probe=probe, candidate=candidate))


def test_every_relation_and_quality_of_the_contract_has_words() -> None:
    assert sorted(dna_words.RELATION_WORDS) == sorted(dna_pb2.LocusRelation.values())
    assert sorted(dna_tables.COLOURS) == sorted(dna_pb2.LocusRelation.values())[1:]
    assert sorted(dna_words.QUALITY_WORDS) == [1, 2, 3, 4]


def test_texts_that_look_like_markup_are_shown_as_they_are() -> None:
    hostile = match(MARKUP, 1)
    hostile.loci.add(locus="<b>", probe=["<i>", "1"], candidate=["<u>", "1"])
    assert MARKUP in shown(*dna_tables.dna_result(result(hostile)))
    page = read("".join(dna_report.result_parts("told", result(hostile))))
    assert "<i>" in page.texts["mark"]
    assert {"b", "i", "u"}.isdisjoint(page.seen)


def test_a_cell_of_values_marks_only_what_is_marked() -> None:
    cell = report_page.Values(("1", "2"), (False, True))
    assert "<td>1, <mark>2</mark></td>" in report_page.table(("A",), [(cell,)])
