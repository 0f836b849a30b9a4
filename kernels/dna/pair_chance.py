"""How often two unrelated people of a population match by chance: the figures of a whole file.

For a locus with allele shares p and S_k = Σ p^k, both genotypes are equal with probability
2·S2² − S4, and exactly one allele differs with 4·S2 − 4·S2² − 4·S3 + 4·S4. With common ancestry θ
the four alleles are drawn as in Balding & Nichols, Forensic Science International 64 (1994), and
the sums are those of Weir, Journal of Forensic Sciences 49 (2004), "matching and partially matching
DNA profiles", which are the plain ones at θ = 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kernels.dna.frequencies import Frequencies


@dataclass(frozen=True, slots=True)
class PairChance:
    """Probabilities for one pair of people: ``full`` all alleles equal, ``one_off`` one differs."""

    full: float
    one_off: float


def locus_chance(frequencies: Frequencies, slot: int, theta: float) -> PairChance:
    """Return the probabilities at one locus; ``theta`` 0..1. Pure."""
    shares = frequencies.shares[slot]
    s2, s3, s4 = (float((shares**power).sum()) for power in (2, 3, 4))
    rest = 1 - theta
    scale = (1 + theta) * (1 + 2 * theta)
    full = (
        6 * theta**3
        + theta**2 * rest * (2 + 9 * s2)
        + 2 * theta * rest**2 * (2 * s2 + s3)
        + rest**3 * (2 * s2**2 - s4)
    )
    one_off = (
        8 * theta**2 * rest * (1 - s2)
        + 4 * theta * rest**2 * (1 - s3)
        + 4 * rest**3 * (s2 - s2**2 - s3 + s4)
    )
    return PairChance(full / scale, one_off / scale)


def pair_chance(frequencies: Frequencies, slots: Sequence[int], theta: float = 0.0) -> PairChance:
    """Return the probabilities over independent loci, all of them compared. Pure."""
    full, one_off = 1.0, 0.0
    for slot in slots:
        here = locus_chance(frequencies, slot, theta)
        full, one_off = full * here.full, one_off * here.full + full * here.one_off
    return PairChance(full, one_off)
