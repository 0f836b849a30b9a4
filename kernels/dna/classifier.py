"""The rule for many pairs at once: equal to ``reference.compare`` in every figure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from kernels.dna.planes import ABSENT, WILDCARD
from kernels.dna.reference import NO_MATCH, LocusRelation
from kernels.dna.rule import Rule, Stringency

# A differing allele costs DIFFERS, and FAR on top unless it is a micro-variant. The least sum of
# two such costs is the pairing with fewest differing alleles, then with fewest far ones.
DIFFERS = 4
FAR = 1
DIFFERS_SHIFT = 2
FAR_MASK = DIFFERS - 1

BYTES_AT_ONCE = 1 << 14

Figure = NDArray[np.uint8]
Flags = NDArray[np.bool_]


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
    """Classify profiles uint8 [loci, 2, ...] against others of a shape that broadcasts with it.

    Every locus given counts, whatever the rule's set of slots. Loci and alleles come first so that
    each step runs along contiguous bytes. Pure.
    """
    shape = np.broadcast_shapes(left.shape[2:], right.shape[2:])
    compared, full, matched, differing, beyond = (np.zeros(shape, np.uint8) for _ in range(5))
    any_wild, any_far = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    # Many pairs fill the cache with one locus; for a few the calls themselves would be the cost.
    together = max(1, BYTES_AT_ONCE // max(1, math.prod(shape)))
    for start in range(0, len(left), together):
        (a, b), (x, y) = (
            np.moveaxis(side[start : start + together], 1, 0) for side in (left, right)
        )
        if not a.any() or not x.any():
            continue
        typed = _is_compared(a, rule) & _is_compared(x, rule)
        cost = np.minimum(
            _cost(a, x, rule) + _cost(b, y, rule), _cost(a, y, rule) + _cost(b, x, rule)
        )
        cost *= typed
        differs = cost >> DIFFERS_SHIFT
        agrees = typed & _agrees(a == b, x == y, differs, rule.stringency)
        wild = typed & ((b == WILDCARD) | (y == WILDCARD))
        compared += _sum(typed)
        matched += _sum(agrees)
        full += _sum(agrees if rule.wildcard_counts_as_full else agrees & ~wild)
        differing += _sum(differs)
        beyond += _sum(differs * ~agrees)
        any_wild |= _any(wild)
        any_far |= _any((cost & FAR_MASK) != 0)
    quality = np.full(shape, LocusRelation.EQUAL, np.uint8)
    # From mild to severe: the worst relation found names the match.
    quality[any_wild] = LocusRelation.WILDCARD
    quality[differing > 0] = LocusRelation.MICRO_VARIANT
    quality[any_far] = LocusRelation.MISMATCH
    quality[(full < rule.min_full_loci) | (beyond > rule.mismatch_max)] = NO_MATCH
    return Figures(quality, compared, full, matched, differing)


def _is_compared(first: Figure, rule: Rule) -> Flags:
    """Return where a locus is typed; its first code is a wildcard only if both are."""
    typed: Flags = first != ABSENT
    if not rule.double_wildcard_compared:
        typed &= first != WILDCARD
    return typed


def _agrees(
    left_twice: Flags, right_twice: Flags, differs: Figure, stringency: Stringency
) -> Flags:
    """Return where genotypes of which ``differs`` alleles differ agree.

    All alleles of one side are among those of the other if none differs, or if one does and a side
    is homozygous: its allele has then found its partner, or a wildcard is free to be it.
    """
    agrees: Flags = differs <= (1 if stringency is Stringency.ONE_ALLELE else 0)
    if stringency is Stringency.ONE_SIDE:
        agrees |= (differs == 1) & (left_twice | right_twice)
    return agrees


def _sum(counts: Flags | Figure) -> Figure:
    """Return the sum over loci; at most 32 loci of at most 2 alleles never fill a byte."""
    if len(counts) == 1:
        return cast(Figure, counts[0])
    return cast(Figure, counts.sum(axis=0, dtype=np.uint8))


def _any(flags: Flags) -> Flags:
    """Return where one of the loci has the flag."""
    return cast(Flags, flags[0] if len(flags) == 1 else flags.any(axis=0))


def _cost(x: Figure, y: Figure, rule: Rule) -> Figure:
    """Return the cost of taking allele x for allele y: 0, DIFFERS or DIFFERS + FAR."""
    differs = (x != y) & (x != WILDCARD) & (y != WILDCARD)
    # Codes of present alleles are 1..254, so the byte y - x + 1 is 0..2 just for steps of -1..1.
    step = y - x + np.uint8(1)
    far = step > 2 if rule.microvariant_tolerance else differs
    cost: Figure = differs * np.uint8(DIFFERS)
    cost += differs & far
    return cost
