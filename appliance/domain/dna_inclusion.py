"""Which DNA profiles may take part in the exchange at all: the inclusion rules.

Source: Decision 2008/616/JHA, Annex, chapter 1 (at least six fully designated loci; persons with
six of the seven loci of the European Standard Set), whose numbers a rule profile may change.
Amelogenin never counts. Mixed profiles are refused where the values are read.
"""

from __future__ import annotations

from appliance.domain import loci
from appliance.domain.dna import DnaProfile
from appliance.domain.dna_rule import LOCUS_GROUPS, DnaRuleProfile
from appliance.domain.errors import ProfileMalformed, QualityInsufficient
from appliance.domain.search import DnaProbe


def full_loci(profile: DnaProfile) -> tuple[str, ...]:
    """Return the names of the loci with two designated alleles, amelogenin left out."""
    codes = profile.codes
    return tuple(
        locus.name
        for locus in loci.LOCI
        if locus.counted
        and codes[2 * locus.slot] not in (loci.ABSENT, loci.WILDCARD)
        and codes[2 * locus.slot + 1] != loci.WILDCARD
    )


def shortfall(profile: DnaProfile, rule: DnaRuleProfile, *, person: bool) -> str:
    """Say why a profile of a ``person`` or of a trace may not be exchanged; empty if it may.

    Thread-safe; about 5 µs.
    """
    full = full_loci(profile)
    if not any(profile.codes):
        return "the profile is empty"
    counted = len(set(full).intersection(rule.compared_loci()))
    if counted < rule.min_full_loci:
        return f"{counted} loci are fully designated, {rule.label} needs {rule.min_full_loci}"
    if person and not rule.admits_person(full):
        wanted = " or ".join(f"{least} of {group}" for group, least in rule.reference_min_of)
        return f"the profile of a person needs {wanted} fully designated ({rule.label})"
    return ""


def measured(profile: DnaProfile, rule: DnaRuleProfile) -> dict[str, int]:
    """Return how many loci are fully designated, of those compared and of each set asked for.

    Numbers alone, by which a refusal can be judged again once the profile is erased.
    """
    full = set(full_loci(profile))
    counts = {"compared_full_loci": len(full.intersection(rule.compared_loci()))}
    for group, _ in rule.reference_min_of:
        counts[f"full_loci_of_{group}"] = len(full.intersection(LOCUS_GROUPS[group]))
    return counts


def require_included(
    profile: DnaProfile, rule: DnaRuleProfile, *, person: bool, line: int = 0
) -> None:
    """Raise ProfileMalformed if a profile may not be exchanged; ``line`` is named (0: none)."""
    if lacking := shortfall(profile, rule, person=person):
        raise ProfileMalformed(lacking, line=line)


def require_suitable(probe: DnaProbe, rule: DnaRuleProfile, *, person: bool) -> None:
    """Raise QualityInsufficient if a probe may not be exchanged (IA Art. 11(1)).

    ``person`` says that it is a reference profile. Thread-safe; about 5 µs.
    """
    if lacking := shortfall(probe.profile, rule, person=person):
        figures = measured(probe.profile, rule)
        raise QualityInsufficient(
            f"{probe.reference_number}: {lacking}",
            metadata={"rule_profile": rule.label, "min_full_loci": str(rule.min_full_loci)}
            | {name: str(count) for name, count in figures.items()},
        )
