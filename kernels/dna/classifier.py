"""The rule for many pairs at once: equal to ``reference.compare`` in every figure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from kernels.dna.layout import ABSENT, WILDCARD
from kernels.dna.reference import NO_MATCH, LocusRelation
from kernels.dna.rule import Rule

# A differing allele costs DIFFERS, and FAR on top unless it is a micro-variant. The least sum of
# two such costs is the pairing with fewest differing alleles, then with fewest far ones.
DIFFERS = 4
FAR = 1
DIFFERS_SHIFT = 2
FAR_MASK = DIFFERS - 1

BYTES_AT_ONCE = 1 << 14

Figure = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Figures:
    """Of each pair what ``reference.Comparison`` says of one; uint8 arrays of one shape."""

    quality: Figure
    compared: Figure
    full: Figure
    matched: Figure
    mismatching: Figure

    def arrays(self) -> tuple[Figure, ...]:
        """Return the figures in the order of their declaration."""
        return self.quality, self.compared, self.full, self.matched, self.mismatching


def classify(left: Figure, right: Figure, rule: Rule) -> Figures:
    """Classify profiles uint8 [slots, 2, ...] against others of a shape that broadcasts with it.

    Slots and alleles come first so that each step runs along contiguous bytes. Pure.
    """
    shape = np.broadcast_shapes(left.shape[2:], right.shape[2:])
    compared, full, matched, differing = (np.zeros(shape, np.uint8) for _ in range(4))
    any_wild, any_far = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    slots = list(rule.slots())
    # Many pairs fill the cache with one locus; for a few the calls themselves would be the cost.
    together = max(1, BYTES_AT_ONCE // max(1, math.prod(shape)))
    for start in range(0, len(slots), together):
        group = slots[start : start + together]
        (a, b), (x, y) = (np.moveaxis(side[group], 1, 0) for side in (left, right))
        if not a.any() or not x.any():
            continue
        typed = (a != ABSENT) & (x != ABSENT)
        cost = np.minimum(
            _cost(a, x, rule) + _cost(b, y, rule), _cost(a, y, rule) + _cost(b, x, rule)
        )
        cost *= typed
        agrees = typed & (cost == 0)
        wild = typed & ((b == WILDCARD) | (y == WILDCARD))
        compared += _sum(typed)
        matched += _sum(agrees)
        full += _sum(agrees if rule.wildcard_counts_as_full else agrees & ~wild)
        differing += _sum(cost >> DIFFERS_SHIFT)
        any_wild |= _any(wild)
        any_far |= _any((cost & FAR_MASK) != 0)
    quality = np.full(shape, LocusRelation.EQUAL, np.uint8)
    # From mild to severe: the worst relation found names the match.
    quality[any_wild] = LocusRelation.WILDCARD
    quality[differing > 0] = LocusRelation.MICRO_VARIANT
    quality[any_far] = LocusRelation.MISMATCH
    quality[(full < rule.min_full_loci) | (differing > rule.mismatch_max)] = NO_MATCH
    return Figures(quality, compared, full, matched, differing)


def _sum(counts: NDArray[np.bool_] | Figure) -> Figure:
    """Return the sum over loci; at most 32 loci of at most 2 alleles never fill a byte."""
    if len(counts) == 1:
        return cast(Figure, counts[0])
    return cast(Figure, counts.sum(axis=0, dtype=np.uint8))


def _any(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return where one of the loci has the flag."""
    return cast(NDArray[np.bool_], flags[0] if len(flags) == 1 else flags.any(axis=0))


def _cost(x: Figure, y: Figure, rule: Rule) -> Figure:
    """Return the cost of taking allele x for allele y: 0, DIFFERS or DIFFERS + FAR."""
    differs = (x != y) & (x != WILDCARD) & (y != WILDCARD)
    # Codes of present alleles are 1..254, so the byte y - x + 1 is 0..2 just for steps of -1..1.
    step = y - x + np.uint8(1)
    far = step > 2 if rule.microvariant_tolerance else differs
    cost: Figure = differs * np.uint8(DIFFERS)
    cost += differs & far
    return cost
