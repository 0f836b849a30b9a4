"""From the rule profile of an exchange to the rule that the kernels follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from appliance.config.profile_pack import ProfilePack
from appliance.domain import dna_rule, loci
from appliance.domain.dna_rule import DnaRuleProfile
from kernels.dna.rule import Rule

RuleOf = Callable[[str], DnaRuleProfile]
"""The rule profile in force with a requesting Party, by its code."""

_SLOTS = {locus.name: locus.slot for locus in loci.LOCI}


@cache
def kernel_rule(profile: DnaRuleProfile) -> Rule:
    """Return the kernels' rule of a profile. Thread-safe."""
    return Rule(
        min_full_loci=profile.min_full_loci,
        mismatch_max=profile.mismatch_max,
        microvariant_tolerance=profile.microvariant_tolerance,
        counted=sum(1 << _SLOTS[locus] for locus in set(profile.compared_loci())),
        wildcard_counts_as_full=profile.wildcard_counts_as_full,
    )


def of_pack(pack: ProfilePack) -> RuleOf:
    """Return the rule of the pack, one for every Party: that of the Agreement with its numbers."""
    shipped = dna_rule.PCC_SEE
    agreed = replace(
        shipped,
        min_full_loci=pack.dna_min_full_loci,
        mismatch_max=pack.dna_mismatch_max,
        microvariant_tolerance=pack.dna_microvariant_tolerance,
    )
    # Other numbers under the shipped name and version would say what is not so.
    chosen = shipped if agreed == shipped else replace(agreed, name="PACK")
    return lambda party: chosen
