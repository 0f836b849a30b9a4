"""Whether a probe is suitable for an automated comparison (Implementing Agreement, Art. 11(1))."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.dna_inclusion import full_loci
from appliance.domain.errors import QualityInsufficient
from appliance.domain.search import FingerProbe, Probe


@dataclass(frozen=True, slots=True)
class QualityRule:
    """Least content of a probe, from the profile pack."""

    minutiae_min: int
    full_loci_min: int


def check(probe: Probe, rule: QualityRule) -> None:
    """Raise QualityInsufficient with the figure and the least one if the probe is unsuitable."""
    if isinstance(probe, FingerProbe):
        found = len(probe.template.minutiae)
        if found < rule.minutiae_min:
            raise QualityInsufficient(
                f"{probe.reference_number}: {found} minutiae, at least {rule.minutiae_min} "
                "are needed for an automated comparison",
                metadata={"minutiae": str(found), "minutiae_min": str(rule.minutiae_min)},
            )
        return
    full = len(full_loci(probe.profile))
    if full < rule.full_loci_min:
        raise QualityInsufficient(
            f"{probe.reference_number}: {full} fully designated loci, at least "
            f"{rule.full_loci_min} are needed",
            metadata={"full_loci": str(full), "full_loci_min": str(rule.full_loci_min)},
        )
