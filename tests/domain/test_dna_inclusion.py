"""Which profiles may be exchanged follows the rule in force; amelogenin never counts."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from appliance.codecs.dna_canonical import canonical_profile
from appliance.domain.dna import DnaProfile
from appliance.domain.dna_inclusion import full_loci, require_included
from appliance.domain.dna_rule import CODIS_HIGH, PCC_SEE, PRUEM_2008, DnaRuleProfile
from appliance.domain.errors import ProfileMalformed

OLD_SET = ("vWA", "TH01", "D21S11", "FGA", "D8S1179", "D3S1358", "D18S51")
NEW_SET = ("D1S1656", "D2S441", "D10S1248", "D12S391", "D22S1045")
OTHERS = ("TPOX", "CSF1PO", "D13S317", "D7S820", "D5S818", "D16S539")


def _profile(*names: str, **values: tuple[str, ...]) -> DnaProfile:
    given: Mapping[str, tuple[str, ...]] = {**dict.fromkeys(names, ("12", "13")), **values}
    return canonical_profile(list(given.items()))


def test_a_locus_is_full_when_both_alleles_are_designated() -> None:
    profile = _profile("vWA", TH01=("6",), FGA=("22", "*"), D3S1358=("", ""), AMEL=("X", "Y"))
    assert full_loci(profile) == ("vWA", "TH01")


CASES: dict[str, tuple[DnaProfile, DnaRuleProfile, bool, str]] = {
    "person with six of seven": (_profile(*OLD_SET[:6]), PRUEM_2008, True, ""),
    "person with six of twelve": (_profile(*OLD_SET[:3], *NEW_SET[:3]), PCC_SEE, True, ""),
    "six of twelve where six of seven are asked": (
        _profile(*OLD_SET[:5], *NEW_SET[:3]),
        PRUEM_2008,
        True,
        "6 of ISSOL",
    ),
    "a trace with any six": (_profile(*OTHERS), PRUEM_2008, False, ""),
    "a person with any six": (_profile(*OTHERS), PRUEM_2008, True, "6 of ISSOL"),
    "five": (_profile(*OLD_SET[:5]), PCC_SEE, False, "5 loci are fully designated"),
    "five and the sex": (
        _profile(*OLD_SET[:5], AMEL=("X", "X")),
        PCC_SEE,
        False,
        "5 loci are fully designated",
    ),
    "five and a wildcard": (
        _profile(*OLD_SET[:5], SE33=("14", "*")),
        PCC_SEE,
        False,
        "5 loci are fully designated",
    ),
    "seven where eight are asked": (_profile(*OLD_SET), CODIS_HIGH, False, "needs 8"),
    "wildcards alone": (_profile(TH01=("*", "OL")), PCC_SEE, False, "empty"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_profile_is_included_as_its_kind_and_the_rule_say(name: str) -> None:
    profile, rule, person, refused = CASES[name]
    if not refused:
        require_included(profile, rule, person=person)
        return
    with pytest.raises(ProfileMalformed, match="line 9") as refusal:
        require_included(profile, rule, person=person, line=9)
    assert refused in refusal.value.rule
