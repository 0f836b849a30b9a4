"""The shipped rule profiles, what they admit, and what no rule profile may say."""

from __future__ import annotations

from typing import Any

import pytest

from appliance.domain import dna_rule, loci
from appliance.domain.dna_rule import DnaRuleProfile
from appliance.domain.errors import ConfigurationInvalid


def test_the_shipped_profiles_have_names_and_versions_of_their_own() -> None:
    assert [profile.label for profile in dna_rule.SHIPPED] == [
        "PRUEM-2008/1",
        "PCC-SEE/1",
        "PRUEM-II/1",
        "CODIS-HIGH/1",
        "CODIS-MODERATE/1",
        "CODIS-LOW/1",
    ]


def test_the_rule_of_2008_asks_for_six_full_loci_and_allows_one_differing_allele() -> None:
    rule = dna_rule.PRUEM_2008
    assert (rule.min_full_loci, rule.mismatch_max) == (6, 1)
    assert rule.microvariant_tolerance
    assert not rule.wildcard_counts_as_full


def test_amelogenin_is_never_compared() -> None:
    compared = dna_rule.PRUEM_2008.compared_loci()
    assert len(loci.LOCI) - 1 == len(compared)
    assert "AMELOGENIN" not in compared
    with pytest.raises(ConfigurationInvalid, match="loci: 'AMELOGENIN'"):
        DnaRuleProfile("X", "1", loci=(*loci.ISSOL, "AMELOGENIN"))


@pytest.mark.requirement("I6.1")
@pytest.mark.parametrize(
    ("rule", "full_loci", "admitted"),
    [
        (dna_rule.PRUEM_2008, loci.ISSOL[:6], True),
        (dna_rule.PRUEM_2008, (*loci.ISSOL[:5], "D1S1656", "D2S441"), False),
        (dna_rule.PCC_SEE, (*loci.ISSOL[:4], "D1S1656", "D2S441"), True),
        (dna_rule.PCC_SEE, (*loci.ISSOL[:5], "SE33", "TPOX"), False),
        (dna_rule.CODIS_HIGH, dna_rule.LOCUS_GROUPS["CODIS_20"], True),
        (dna_rule.CODIS_HIGH, dna_rule.LOCUS_GROUPS["CODIS_20"][1:], False),
    ],
)
def test_a_person_is_admitted_by_the_loci_of_the_set(
    rule: DnaRuleProfile, full_loci: tuple[str, ...], admitted: bool
) -> None:
    assert admitted == rule.admits_person(full_loci)


def test_any_of_several_inclusion_rules_suffices() -> None:
    rule = DnaRuleProfile("X", "1", reference_min_of=(("ISSOL", 6), ("COUNTED", 12)))
    assert rule.admits_person(loci.ISSOL[:6])
    assert rule.admits_person(rule.compared_loci()[-12:])
    assert not rule.admits_person(rule.compared_loci()[-11:])
    assert DnaRuleProfile("X", "1").admits_person(rule.compared_loci()[-6:])


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"version": "1/2"},
        {"min_full_loci": 0},
        {"min_full_loci": 32},
        {"mismatch_max": -1},
        {"mismatch_max": 3},
        {"double_wildcard": "maybe"},
        {"stringency": "extreme"},
        {"loci": ("no locus",)},
        {"loci": ("vWA", "TH01")},
        {"reference_min_of": (("no set", 6),)},
        {"reference_min_of": (("ISSOL", 8),)},
    ],
    ids=str,
)
def test_a_rule_profile_out_of_range_is_refused_with_its_field(changes: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationInvalid, match=next(iter(changes))):
        DnaRuleProfile(**({"name": "X", "version": "1"} | changes))
