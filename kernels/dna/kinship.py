"""How much likelier two profiles are for relatives than for unrelated people, as information.

Relatives share 0, 1 or 2 alleles by descent: full siblings with probability 1/4, 1/2 and 1/4,
parent and child always 1. What is not shared is drawn as for strangers, with common ancestry θ
(Balding & Nichols 1994; NRC II (1996), chapter 4). Without mutation: a parent and a child that
share no allele at a locus have a ratio of 0.

At each locus only the alleles that stand in either profile are told apart; all others are one. That
is exact, for the draws depend on an allele's share and on how often it was seen alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels.dna.frequencies import Frequencies
from kernels.dna.layout import ABSENT, WILDCARD, Profiles

Genotype = tuple[int, int]

SIBLINGS_SHARE = (0.25, 0.5, 0.25)
"""Probabilities that full siblings share 0, 1 and 2 alleles by descent."""

OTHER = 0
"""Stands for every allele that neither profile shows."""


@dataclass(frozen=True, slots=True)
class KinshipRatios:
    """Likelihood ratios against unrelated people of the same population."""

    siblings: float
    parent_child: float


def kinship_ratios(
    a: Profiles,
    b: Profiles,
    counted: NDArray[np.bool_],
    frequencies: Frequencies,
    theta: float,
) -> KinshipRatios:
    """Return the ratios for two profiles uint8 [slots, 2] over the loci that both have.

    Loci without frequencies are left out; ``counted`` bool [slots] says which take part; ``theta``
    lies in 0..1. Symmetric in the profiles. About 20 µs a locus. Pure.
    """
    siblings, parent_child = 1.0, 1.0
    shares = frequencies.floored()
    for slot in np.flatnonzero(counted & frequencies.known):
        (a1, a2), (b1, b2) = a[slot].tolist(), b[slot].tolist()
        if ABSENT in (a1, b1):
            continue
        named = {code for code in (a1, a2, b1, b2) if code != WILDCARD}
        alleles = {code: float(shares[slot, code]) for code in named}
        alleles[OTHER] = max(0.0, 1 - sum(alleles.values()))
        none, one, both = _joint((a1, a2), (b1, b2), alleles, theta)
        siblings *= SIBLINGS_SHARE[0] + (SIBLINGS_SHARE[1] * one + SIBLINGS_SHARE[2] * both) / none
        parent_child *= one / none
    return KinshipRatios(siblings, parent_child)


def _joint(
    a: Genotype, b: Genotype, alleles: Mapping[int, float], theta: float
) -> tuple[float, float, float]:
    """Return the probability of both genotypes where 0, 1 or 2 alleles are shared by descent."""
    totals = [0.0, 0.0, 0.0]
    theirs = _read(b, alleles)
    for mine in _read(a, alleles):
        drawn = _draws((), mine, alleles, theta)
        for other in theirs:
            totals[0] += drawn * _draws(mine, other, alleles, theta)
            totals[1] += drawn * _one_shared(mine, other, alleles, theta)
            totals[2] += drawn * (mine == other)
    return totals[0], totals[1], totals[2]


def _read(pair: Genotype, alleles: Mapping[int, float]) -> list[Genotype]:
    """Return every genotype, ascending, that a pair with or without wildcards may stand for."""
    if WILDCARD not in pair:
        return [pair]
    known = [code for code in pair if code != WILDCARD]
    open_places = itertools.product(alleles, repeat=len(pair) - len(known))
    return sorted({_ordered((*known, *filled)) for filled in open_places})


def _ordered(pair: tuple[int, ...]) -> Genotype:
    low, high = sorted(pair)
    return low, high


def _next(seen: Genotype | tuple[()], allele: int, share: float, theta: float) -> float:
    """Return the probability that the next allele is this one after those that were seen."""
    if not seen:
        return share
    return (seen.count(allele) * theta + (1 - theta) * share) / (1 + (len(seen) - 1) * theta)


def _draws(
    seen: Genotype | tuple[()], pair: Genotype, alleles: Mapping[int, float], theta: float
) -> float:
    """Return the probability that the next two alleles, in either order, are this pair."""
    first, second = pair
    begun = _next(seen, first, alleles[first], theta)
    so_far = (*seen, first)
    repeats = so_far.count(second)
    ended = (repeats * theta + (1 - theta) * alleles[second]) / (1 + (len(so_far) - 1) * theta)
    return begun * ended * (1 if first == second else 2)


def _one_shared(
    mine: Genotype, other: Genotype, alleles: Mapping[int, float], theta: float
) -> float:
    """Return the probability of ``other`` if one allele of ``mine``, either one, was passed on."""
    total = 0.0
    for passed in mine:
        if passed in other:
            drawn = other[1] if other[0] == passed else other[0]
            total += 0.5 * _next(mine, drawn, alleles[drawn], theta)
    return total
