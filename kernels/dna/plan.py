"""Which planes a query reads, and in which order: the plan of a search."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.dna.planes import ABSENT, WILDCARD, Planes
from kernels.dna.rule import Rule, Stringency


class Kind(IntEnum):
    """How the planes A, B and T (twice) of a locus say who differs from the query.

    Profiles outside of the first plane have at least one allele that differs and counts, those
    outside of the second have two.
    """

    HETEROZYGOUS = 0  # A & B, A | B
    HOMOZYGOUS = 1  # A & T, A
    ONE_SIDE = 2  # A & B | (A | B) & T, A | B: a homozygous profile may have but one partner
    SHARED = 3  # A | B, A | B: one partner is enough


class Step(NamedTuple):
    """One locus of a query: rows of the planes A, B and T, and how they are read."""

    first: int
    second: int
    twice: int
    kind: int


# How a locus is read where the query has two alleles, and where it has one twice.
_KINDS = {
    Stringency.EVERY_ALLELE: (Kind.HETEROZYGOUS, Kind.HOMOZYGOUS),
    Stringency.ONE_SIDE: (Kind.ONE_SIDE, Kind.SHARED),
    Stringency.ONE_ALLELE: (Kind.SHARED, Kind.SHARED),
}


def plan(query: NDArray[np.uint8], planes: Planes, rule: Rule) -> list[Step]:
    """Return the steps for uint8 [slots, 2], those that rule out most first.

    A query without enough designated loci to match anything has no step. The leading loci of the
    planes come before the others where the query is designated there.
    """
    ranked: list[tuple[int, int, Step]] = []
    usable = 0
    pairs = query.tolist()
    heterozygous, homozygous = _KINDS[rule.stringency]
    for slot in rule.slots():
        first, second = pairs[slot]
        if first == ABSENT or (first == WILDCARD and not rule.double_wildcard_compared):
            continue
        is_designated = second != WILDCARD
        is_twice = is_designated and first == second
        rows = planes.alleles[slot]
        kind = homozygous if is_twice else heterozygous
        step = Step(rows[first], rows[second], planes.twice[slot], kind)
        is_leading = is_designated and slot in planes.leading
        place = planes.leading.index(slot) if is_leading else len(planes.leading)
        # The fewer profiles have one of the alleles, the more the locus rules out.
        held = planes.ones[step.first] + (0 if is_twice else planes.ones[step.second])
        ranked.append((place, held, step))
        usable += is_designated or rule.wildcard_counts_as_full
    if usable < rule.min_full_loci:
        return []
    return [step for _, _, step in sorted(ranked)]
