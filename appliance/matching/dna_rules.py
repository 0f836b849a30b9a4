"""From the rule profile of an exchange to the rule that the kernels follow."""

from __future__ import annotations

from functools import cache

from appliance.domain import dna_rule, loci
from appliance.domain.dna_rule import DnaRuleProfile
from kernels.dna.rule import Rule, Stringency

_STRINGENCIES = {
    dna_rule.PRUEM: Stringency.EVERY_ALLELE,
    dna_rule.HIGH: Stringency.EVERY_ALLELE,
    dna_rule.MODERATE: Stringency.ONE_SIDE,
    dna_rule.LOW: Stringency.ONE_ALLELE,
}
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
        double_wildcard_compared=profile.double_wildcard == dna_rule.COMPARE,
        stringency=_STRINGENCIES[profile.stringency],
    )
