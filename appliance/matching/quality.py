"""Whether a probe is suitable for an automated comparison (Implementing Agreement, Art. 11(1))."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.dna_inclusion import full_loci
from appliance.domain.errors import QualityInsufficient
from appliance.domain.finger import FingerTemplate
from appliance.domain.search import FingerProbe, Probe
from appliance.matching import encoder
from kernels.finger import quality


@dataclass(frozen=True, slots=True)
class QualityRule:
    """Least content of a probe, from the profile pack; ``quality_min`` 0..100, 0 asks for none."""

    minutiae_min: int
    full_loci_min: int
    quality_min: int = 0


def of_template(template: FingerTemplate) -> int:
    """Return the quality, 0..100: of a hundred searches whose mate is in the gallery, so many find
    it. Estimated from the template alone, by the model that is shipped. Thread-safe.
    """
    return quality.shipped().of(encoder.minutiae_array(template))


def check(probe: Probe, rule: QualityRule) -> int | None:
    """Return the quality of a print, None of a profile, which has no such figure.

    Raises QualityInsufficient with the figure and the least one if the probe is unsuitable.
    """
    if isinstance(probe, FingerProbe):
        return _check_finger(probe, rule)
    full = len(full_loci(probe.profile))
    if full < rule.full_loci_min:
        raise QualityInsufficient(
            f"{probe.reference_number}: {full} fully designated loci, at least "
            f"{rule.full_loci_min} are needed",
            metadata={"full_loci": str(full), "full_loci_min": str(rule.full_loci_min)},
        )
    return None


def _check_finger(probe: FingerProbe, rule: QualityRule) -> int:
    """Return the best quality of the views; where none is suitable, that of most minutiae says why.

    Raises QualityInsufficient.
    """
    found: list[int] = []
    refusals: list[QualityInsufficient] = []
    for view in sorted(probe.views, key=lambda view: -len(view.minutiae)):
        try:
            found.append(_check_view(probe.reference_number, view, rule))
        except QualityInsufficient as refusal:
            refusals.append(refusal)
    if not found:
        raise refusals[0]
    return max(found)


def _check_view(reference_number: str, view: FingerTemplate, rule: QualityRule) -> int:
    found = len(view.minutiae)
    if found < rule.minutiae_min:
        raise QualityInsufficient(
            f"{reference_number}: {found} minutiae, at least {rule.minutiae_min} "
            "are needed for an automated comparison",
            metadata={"minutiae": str(found), "minutiae_min": str(rule.minutiae_min)},
        )
    grade = of_template(view)
    if grade < rule.quality_min:
        raise QualityInsufficient(
            f"{reference_number}: quality {grade} of 100, at least {rule.quality_min} is "
            "needed for an automated comparison of this type",
            metadata={
                "quality": str(grade),
                "quality_min": str(rule.quality_min),
                "quality_model": quality.shipped().version,
            },
        )
    return grade
