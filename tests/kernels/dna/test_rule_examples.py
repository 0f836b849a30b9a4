"""Worked examples of the Prüm rule, each decided by the reference, the search and the table.

Written values stand for codes by their slot: 4 bases a repeat, but 5 at PENTA_E and 3 at D22S1045.
"""

from typing import Any

import numpy as np
import pytest

from kernels.dna import cpu
from kernels.dna.layout import PROFILE_SHAPE, WILDCARD, assemble
from kernels.dna.reference import Comparison, LocusRelation, compare
from kernels.dna.rule import AMELOGENIN_SLOT, Rule, RuleError

TH01, FGA, PENTA_E, D22S1045 = 1, 3, 7, 8
UNITS = {PENTA_E: 5, D22S1045: 3}

SEVEN = {0: "16,17", TH01: "6,9.3", 2: "29,30", FGA: "22,24", 4: "13,13", 5: "15,16", 6: "12,15"}


def _code(slot: int, value: str) -> int:
    if value == "*":
        return WILDCARD
    whole, _, variant = value.partition(".")
    return UNITS.get(slot, 4) * int(whole) + int(variant or 0)


def _profile(values: dict[int, str]) -> np.ndarray:
    profile = np.zeros(PROFILE_SHAPE, np.uint8)
    for slot, pair in values.items():
        profile[slot] = sorted(_code(slot, value) for value in pair.split(","))
    return profile


def _decide(left: dict[int, str], right: dict[int, str], rule: Rule | None = None) -> Comparison:
    """Compare by the reference, and hold the search, both ways round, to its quality."""
    rule = rule or Rule()
    a, b = _profile(left), _profile(right)
    comparison = compare(a, b, rule)
    for query, other in ((a, b), (b, a)):
        found = cpu.search(query, assemble(other[None]), rule)
        expected = [comparison.quality] if comparison.quality else []
        assert expected == found.qualities.tolist()
    return comparison


def test_seven_equal_loci_are_a_full_match() -> None:
    found = _decide(SEVEN, SEVEN)
    assert (found.quality, found.full_loci, found.compared_loci) == (1, 7, 7)


def test_a_wildcard_beside_six_full_loci_is_class_2() -> None:
    found = _decide(SEVEN, SEVEN | {FGA: "22,*"})
    assert (found.quality, found.full_loci, found.matched_loci) == (2, 6, 7)
    assert found.loci[FGA] is LocusRelation.WILDCARD
    assert found.wildcard_loci == 1


def test_two_wildcard_loci_of_seven_leave_five_full_loci_and_no_match() -> None:
    found = _decide(SEVEN, SEVEN | {FGA: "22,*", 0: "16,*"})
    assert (found.quality, found.full_loci, found.mismatching_alleles) == (0, 5, 0)


def test_a_micro_variant_of_a_tetranucleotide_is_class_3() -> None:
    found = _decide(SEVEN, SEVEN | {TH01: "6,10"})
    assert (found.quality, found.full_loci, found.mismatching_alleles) == (3, 6, 1)
    assert found.loci[TH01] is LocusRelation.MICRO_VARIANT


def test_homozygote_against_heterozygote_is_one_differing_allele_and_class_4() -> None:
    found = _decide(SEVEN | {FGA: "12,12"}, SEVEN | {FGA: "12,14"})
    assert (found.quality, found.full_loci, found.mismatching_alleles) == (4, 6, 1)


def test_two_differing_alleles_of_one_locus_are_no_match() -> None:
    found = _decide(SEVEN | {FGA: "12,13"}, SEVEN | {FGA: "14,15"})
    assert (found.quality, found.full_loci, found.mismatching_alleles) == (0, 6, 2)


def test_six_loci_equal_match_and_one_differing_allele_among_six_does_not() -> None:
    six = {slot: pair for slot, pair in SEVEN.items() if slot != 0}
    assert _decide(six, SEVEN).quality == 1
    found = _decide(six | {FGA: "22,23"}, SEVEN)
    assert (found.quality, found.full_loci, found.compared_loci) == (0, 5, 6)


def test_two_micro_variants_are_no_match() -> None:
    found = _decide(SEVEN | {PENTA_E: "11.4,13"}, SEVEN | {TH01: "6,10", PENTA_E: "12,13"})
    assert (found.quality, found.full_loci, found.mismatching_alleles) == (0, 6, 2)


def test_two_mismatches_are_no_match_however_many_loci_agree() -> None:
    many = SEVEN | dict.fromkeys(range(9, 24), "12,14")
    found = _decide(many, many | {0: "16,19", FGA: "20,24"})
    assert (found.quality, found.full_loci, found.mismatching_alleles) == (0, 20, 2)


@pytest.mark.parametrize(
    ("slot", "one", "other"),
    [
        (PENTA_E, "11.4,14", "12,14"),
        (PENTA_E, "11.3,14", "11.4,14"),
        (D22S1045, "15.2,17", "16,17"),
        (D22S1045, "15,17", "15.1,17"),
        (TH01, "9.3,11", "10,11"),
        (TH01, "9.2,11", "9.1,11"),
    ],
)
def test_micro_variants_follow_the_length_of_the_repeat(slot: int, one: str, other: str) -> None:
    loci = SEVEN | {2: "29,30", 9: "10,11"}
    assert _decide(loci | {slot: one}, loci | {slot: other}).quality == 3


@pytest.mark.parametrize(
    ("slot", "one", "other"),
    [(PENTA_E, "11.3,14", "12,14"), (D22S1045, "15.1,17", "16,17"), (TH01, "9.2,11", "10,11")],
)
def test_two_bases_apart_is_a_mismatch(slot: int, one: str, other: str) -> None:
    loci = SEVEN | {9: "10,11"}
    assert _decide(loci | {slot: one}, loci | {slot: other}).quality == 4


def test_amelogenin_is_never_counted() -> None:
    found = _decide(SEVEN | {AMELOGENIN_SLOT: "1,1"}, SEVEN | {AMELOGENIN_SLOT: "1,2"})
    assert (found.quality, found.compared_loci, found.loci[AMELOGENIN_SLOT]) == (1, 7, None)
    six = {slot: pair for slot, pair in SEVEN.items() if slot > 1} | {AMELOGENIN_SLOT: "1,2"}
    assert _decide(six, six).quality == 0


@pytest.mark.parametrize("other", ["12,14", "9,12", "12,12", "12,*"])
def test_a_wildcard_takes_either_place(other: str) -> None:
    found = _decide(SEVEN | {9: "12,*"}, SEVEN | {9: other})
    assert (found.quality, found.loci[9]) == (2, LocusRelation.WILDCARD)


def test_wildcards_on_both_sides_cover_two_different_alleles() -> None:
    assert _decide(SEVEN | {9: "12,*"}, SEVEN | {9: "14,*"}).quality == 2


def test_a_wildcard_and_a_differing_allele_in_one_locus_are_one_mismatch() -> None:
    found = _decide(SEVEN | {9: "12,*"}, SEVEN | {9: "13,14"})
    assert (found.quality, found.mismatching_alleles, found.wildcard_loci) == (4, 1, 1)
    assert found.loci[9] is LocusRelation.MISMATCH
    assert found.matched_loci == 7


def test_the_milder_of_two_pairings_with_one_differing_allele_counts() -> None:
    found = _decide(SEVEN | {9: "12,*"}, SEVEN | {9: "11.3,17"})
    assert (found.quality, found.loci[9]) == (3, LocusRelation.MICRO_VARIANT)


def test_the_worst_locus_names_the_match() -> None:
    assert _decide(SEVEN | {9: "12,*"}, SEVEN | {9: "12,13", 8: "1,2"}).quality == 2
    wild = SEVEN | {9: "12,*", 10: "11,12"}
    assert _decide(wild, wild | {10: "11,12.1"}).quality == 3
    assert _decide(wild, wild | {10: "11,15"}).quality == 4


def test_settings_change_the_decision() -> None:
    micro = SEVEN | {TH01: "6,10"}
    assert _decide(SEVEN, micro, Rule(microvariant_tolerance=False)).quality == 4
    assert _decide(SEVEN, micro, Rule(mismatch_max=0)).quality == 0
    assert _decide(SEVEN, SEVEN, Rule(min_full_loci=8)).quality == 0
    two_off = SEVEN | {0: "20,21"}
    assert _decide(SEVEN, two_off, Rule(mismatch_max=2)).quality == 4
    wild = SEVEN | {FGA: "22,*", 0: "16,*"}
    assert _decide(SEVEN, wild, Rule(wildcard_counts_as_full=True)).quality == 2
    uncounted = Rule(counted=~(1 << FGA) & 0x7FFFFFFF)
    assert _decide(SEVEN, SEVEN | {FGA: "30,31"}, uncounted).quality == 1


@pytest.mark.parametrize(
    "settings",
    [{"min_full_loci": 0}, {"min_full_loci": 33}, {"mismatch_max": -1}, {"counted": 1 << 32}],
)
def test_a_rule_out_of_range_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(RuleError, match=next(iter(settings))):
        Rule(**settings)
