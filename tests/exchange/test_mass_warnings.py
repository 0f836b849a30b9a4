"""What the canonical form of a supplied profile warns of stands with each of its matches."""

from __future__ import annotations

from pathlib import Path

from appliance.codecs.dna_canonical import canonical_profile
from appliance.domain import loci
from appliance.exchange.mass_intake import WARNINGS_MAX, judged
from appliance.matching import encoder
from tests.exchange.mass_world import CONSENTING, NUMBER, MassWorld, offered, receive, terms
from tests.exchange.world import DNA
from tests.matching.made_profiles import STAIN


def test_a_match_warns_of_the_profile_that_was_supplied(tmp_path: Path) -> None:
    mass = MassWorld(tmp_path)
    mass.desk.open(DNA, terms())
    plain = [offered(each) for each in range(20)]
    odd = [
        offered(each, values=tuple({**STAIN, "SE33": ("21", str(40 + each))}.items()))
        for each in range(20, 40)
    ]
    receive(mass, *plain, *odd)
    mass.desk.begin(DNA, NUMBER, 1)
    mass.finished()
    found = mass.matches()
    mass.close()
    odd_numbers = {each.reference_number for each in odd}
    warned = {each.reference_number for each in found if each.match.warnings}
    assert warned == {each.reference_number for each in found} & odd_numbers
    assert warned != set()
    for each in found:
        own = f"{40 + int(each.reference_number[2:])} is outside the range seen so far"
        told = (f"probe: SE33: {own}",) if each.reference_number in odd_numbers else ()
        assert told == each.match.warnings


def test_the_warnings_of_a_profile_are_bounded() -> None:
    names = [locus.name for locus in loci.LOCI if locus.counted]
    values = tuple((name, ("12.0", "OL")) for name in names)
    wild = offered(1, values=(*values[6:], *((name, ("12", "13.0")) for name in names[:6])))
    assert len(canonical_profile(wild.values).warnings) > WARNINGS_MAX
    (kept,) = judged([wild], CONSENTING.dna_rule_of("MK"), encoder).accepted
    assert len(kept.warnings) == WARNINGS_MAX
