"""A DNA comparison as an expert reads it: values locus by locus, and what was counted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from appliance.domain import loci
from appliance.domain.search import LocusView
from kernels.dna.reference import Comparison, LocusRelation, compare
from kernels.dna.rule import AMELOGENIN_SLOT, Rule

_RELATIONS = {
    LocusRelation.EQUAL: "equal",
    LocusRelation.WILDCARD: "wildcard",
    LocusRelation.MICRO_VARIANT: "micro_variant",
    LocusRelation.MISMATCH: "mismatch",
}

Values = tuple[str, str] | tuple[()]

AMELOGENIN_CONFLICT = "AMELOGENIN differs; it is not counted"


@dataclass(frozen=True, slots=True)
class ProfileComparison:
    """The kernel's figures with the table of loci and what an expert is warned of."""

    figures: Comparison
    loci: tuple[LocusView, ...]
    warnings: tuple[str, ...]


def _values(slot: int, pair: NDArray[np.uint8]) -> Values:
    if pair[0] == 0:
        return ()
    locus = loci.LOCI[slot]
    return loci.value_of(locus, int(pair[0])), loci.value_of(locus, int(pair[1]))


def view(probe: NDArray[np.uint8], candidate: NDArray[np.uint8], rule: Rule) -> ProfileComparison:
    """Compare uint8 [slots, 2] profiles and lay the result out locus by locus.

    Loci absent on both sides are left out; amelogenin is shown and never counted.
    """
    figures = compare(probe, candidate, rule)
    rows: list[LocusView] = []
    warnings: list[str] = []
    for locus in loci.LOCI:
        left = _values(locus.slot, probe[locus.slot])
        right = _values(locus.slot, candidate[locus.slot])
        if not left and not right:
            continue
        found = (figures if locus.counted else _sex(probe, candidate, rule)).loci[locus.slot]
        if found is LocusRelation.MISMATCH and not locus.counted:
            warnings.append(AMELOGENIN_CONFLICT)
        rows.append(LocusView(locus.name, left, right, _relation(left, found)))
    return ProfileComparison(figures, tuple(rows), tuple(warnings))


def _sex(probe: NDArray[np.uint8], candidate: NDArray[np.uint8], rule: Rule) -> Comparison:
    """Compare amelogenin alone: X and Y are two codes apart, so they are never micro-variants."""
    return compare(probe, candidate, replace(rule, counted=1 << AMELOGENIN_SLOT))


def _relation(left: Values, found: LocusRelation | None) -> str:
    """Return the relation in words; ``found`` is None where one side has no values."""
    if found is None:
        return "only_probe" if left else "only_candidate"
    return _RELATIONS[found]
