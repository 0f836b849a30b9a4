"""Whether a probe that is erased was suitable, by the figures kept of its refusal.

A refusal keeps how many minutiae or fully designated loci were found, or the quality of the print,
never its content (Art. 13(3), IA Art. 11(1)); they are judged by the thresholds of the pack that
was in force.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from appliance.config.profile_pack import ProfilePack
from appliance.domain.admissibility import Finding, PastSearch, Rule
from appliance.domain.codes import SearchType
from appliance.domain.errors import QualityInsufficient
from appliance.exchange import findings

_ERASED = "the probes were erased (Art. 13(3)), and no figures of them are kept"


def finding(search: PastSearch, pack: ProfilePack) -> Finding:
    """Return what is found of the quality of the probe that a refusal is about."""
    measured = {name: int(text) for name, text in search.measured if text.isdecimal()}
    judged = list(_judged(search, pack, measured))
    if not judged:
        return findings.unknown(Rule.QUALITY, _ERASED)
    for text, suffices in judged:
        if not suffices:
            return findings.broken(Rule.QUALITY, QualityInsufficient.reason, text)
    return findings.kept(Rule.QUALITY, "; ".join(text for text, _ in judged))


def _judged(
    search: PastSearch, pack: ProfilePack, measured: Mapping[str, int]
) -> Iterator[tuple[str, bool]]:
    """Yield each figure beside its threshold, and whether it suffices."""
    if "minutiae" in measured:
        yield _beside("minutiae", measured["minutiae"], pack.minutiae_min)
    if "quality" in measured:
        least = pack.quality_min.get(search.request.search_type, 0)
        yield _beside("points of quality", measured["quality"], least)
    if "full_loci" in measured:
        yield _beside("fully designated loci", measured["full_loci"], pack.full_loci_min)
    if "compared_full_loci" not in measured or search.party not in pack.parties:
        return
    rule = pack.dna_rule_of(search.party)
    named = f"fully designated loci of those compared under {rule.label}"
    yield _beside(named, measured["compared_full_loci"], rule.min_full_loci)
    if search.request.search_type is not SearchType.DNA_REFERENCE or not rule.reference_min_of:
        return
    groups = [
        _beside(f"of {group}", measured[f"full_loci_of_{group}"], least)
        for group, least in rule.reference_min_of
        if f"full_loci_of_{group}" in measured
    ]
    if len(groups) == len(rule.reference_min_of):
        yield " or ".join(text for text, _ in groups), any(enough for _, enough in groups)


def _beside(what: str, found: int, least: int) -> tuple[str, bool]:
    return f"{found} {what}, at least {least} were needed", found >= least
