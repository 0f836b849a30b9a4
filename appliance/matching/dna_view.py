"""A DNA comparison as an expert reads it: values locus by locus, and what was counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.domain import loci
from appliance.domain.loci import Locus
from appliance.domain.search import LocusView
from kernels.dna.reference import Comparison, LocusRelation, compare, compare_locus
from kernels.dna.rule import AMELOGENIN_SLOT, Rule

_RELATIONS = {
    LocusRelation.EQUAL: "equal",
    LocusRelation.WILDCARD: "wildcard",
    LocusRelation.MICRO_VARIANT: "micro_variant",
    LocusRelation.MISMATCH: "mismatch",
}

Values = tuple[str, str] | tuple[()]

_AMELOGENIN = loci.LOCI[AMELOGENIN_SLOT].name
AMELOGENIN_CONFLICT = "AMELOGENIN differs; it is not counted"


@dataclass(frozen=True, slots=True)
class ProfileComparison:
    """The kernel's figures with the table of loci and what an expert is warned of."""

    figures: Comparison
    loci: tuple[LocusView, ...]
    warnings: tuple[str, ...]


def _values(locus: Locus, pair: tuple[int, int]) -> Values:
    if pair[0] == 0:
        return ()
    return loci.value_of(locus, pair[0]), loci.value_of(locus, pair[1])


def view(probe: NDArray[np.uint8], candidate: NDArray[np.uint8], rule: Rule) -> ProfileComparison:
    """Compare uint8 [slots, 2] profiles and lay the result out locus by locus.

    Loci absent on both sides are left out; amelogenin is shown and never counted.
    """
    rows = [
        row
        for locus, left, right in zip(loci.LOCI, probe.tolist(), candidate.tolist(), strict=True)
        if (row := locus_view(locus, tuple(left), tuple(right), rule)) is not None
    ]
    return ProfileComparison(
        compare(probe, candidate, rule),
        tuple(rows),
        tuple(warning for row in rows for warning in warnings_of(row)),
    )


def locus_view(
    locus: Locus, left: tuple[int, int], right: tuple[int, int], rule: Rule
) -> LocusView | None:
    """Return one row of the table from the codes of both sides, None if both are absent."""
    mine, theirs = _values(locus, left), _values(locus, right)
    if mine and theirs:
        relation = _RELATIONS[compare_locus(left, right, rule)[1]]
    elif mine or theirs:
        relation = "only_probe" if mine else "only_candidate"
    else:
        return None
    return LocusView(locus.name, mine, theirs, relation)


def warnings_of(row: LocusView) -> tuple[str, ...]:
    """Return what an expert should be warned of in a row of the table."""
    if row.relation == "mismatch" and row.locus == _AMELOGENIN:
        return (AMELOGENIN_CONFLICT,)
    return ()
