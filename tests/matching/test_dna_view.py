"""The table of loci: every relation in words, and the sex marker that warns but never counts."""

from __future__ import annotations

import pytest

from appliance.domain import loci
from appliance.matching import dna_view
from appliance.matching.dna_view import AMELOGENIN_CONFLICT
from kernels.dna.rule import Rule
from tests.matching.made_profiles import STAIN, codes

Alleles = tuple[str, ...]


def row_of(locus: str, probe: Alleles, candidate: Alleles) -> tuple[Alleles, Alleles, str]:
    """Return one row of the table of two profiles that are otherwise equal."""
    seen = dna_view.view(codes(**{locus: probe}), codes(**{locus: candidate}), Rule())
    (row,) = [each for each in seen.loci if each.locus == locus]
    return row.probe, row.candidate, row.relation


@pytest.mark.parametrize(
    ("probe", "candidate", "relation"),
    [
        (("22", "24"), ("22", "24"), "equal"),
        (("24", "22"), ("22", "24"), "equal"),
        (("22", "24"), ("22", "*"), "wildcard"),
        (("22", "*"), ("22", "*"), "wildcard"),
        (("22", "24"), ("22", "24.1"), "micro_variant"),
        (("22", "24"), ("22", "25"), "mismatch"),
        (("22", "24"), ("22", "24.2"), "mismatch"),
        (("21", "*"), ("22", "24"), "mismatch"),
    ],
)
def test_every_relation_has_its_word_from_either_side(
    probe: Alleles, candidate: Alleles, relation: str
) -> None:
    assert row_of("FGA", probe, candidate)[2] == relation
    assert row_of("FGA", candidate, probe)[2] == relation


def test_a_locus_that_one_side_lacks_is_told_with_the_values_of_the_other() -> None:
    assert row_of("SE33", ("20", "21.2"), ()) == (("20", "21.2"), (), "only_probe")
    assert row_of("SE33", (), ("20", "21.2")) == ((), ("20", "21.2"), "only_candidate")


def test_loci_that_both_lack_are_left_out_and_the_others_keep_the_order_of_the_standard() -> None:
    seen = dna_view.view(codes(), codes(SE33=("20", "21")), Rule())
    order = [locus.name for locus in loci.LOCI]
    assert [row.locus for row in seen.loci] == sorted([*STAIN, "SE33"], key=order.index)
    assert seen.figures.compared_loci == len(STAIN)
    assert seen.warnings == ()


@pytest.mark.parametrize(
    ("probe", "candidate", "relation"),
    [
        (("X", "Y"), ("X", "Y"), "equal"),
        (("X", "X"), ("X", "*"), "wildcard"),
        (("X", "Y"), ("X", "*"), "wildcard"),
        (("X", "X"), ("X", "Y"), "mismatch"),
        (("Y", "*"), ("X", "X"), "mismatch"),
    ],
)
def test_amelogenin_is_shown_and_warned_of_where_it_differs_and_never_counted(
    probe: Alleles, candidate: Alleles, relation: str
) -> None:
    for one, other in ((probe, candidate), (candidate, probe)):
        seen = dna_view.view(codes(AMELOGENIN=one), codes(AMELOGENIN=other), Rule())
        assert seen.loci[-1].locus == "AMELOGENIN"
        assert seen.loci[-1].relation == relation
        assert seen.warnings == ((AMELOGENIN_CONFLICT,) if relation == "mismatch" else ())
        assert seen.figures.quality == 1
        assert seen.figures.compared_loci == len(STAIN)
        assert seen.figures.mismatching_alleles == 0


def test_amelogenin_on_one_side_alone_is_no_conflict() -> None:
    seen = dna_view.view(codes(AMELOGENIN=("X", "Y")), codes(), Rule())
    assert (seen.loci[-1].relation, seen.warnings) == ("only_probe", ())


def test_without_tolerance_a_micro_variant_is_a_mismatch() -> None:
    rule = Rule(microvariant_tolerance=False)
    seen = dna_view.view(codes(), codes(FGA=("22", "24.1")), rule)
    assert [row.relation for row in seen.loci if row.locus == "FGA"] == ["mismatch"]
    assert seen.figures.quality == 4
