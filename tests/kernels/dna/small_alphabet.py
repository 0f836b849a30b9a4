"""Profiles over so few alleles that every class of match and every kind of locus occurs often."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.dna.layout import ABSENT, PROFILE_SHAPE, WILDCARD

LOCI = 9
ABSENT_SHARE = 0.1


def draw(
    profiles: int, seed: int, codes: tuple[int, ...] = (48, 49, 52, WILDCARD)
) -> NDArray[np.uint8]:
    """Draw uint8 [profiles, slots, 2]: three of four loci alike in nearly all, the rest at random.

    The random loci take their alleles from ``codes``, and some loci are left out.
    """
    random = np.random.default_rng(seed)
    drawn = np.zeros((profiles, *PROFILE_SHAPE), np.uint8)
    pairs = random.choice(np.array(codes, np.uint8), (profiles, LOCI, 2))
    pairs.sort(axis=2)
    drawn[:, :LOCI] = pairs
    usual = random.random((profiles, LOCI)) < 0.75
    drawn[:, :LOCI][usual] = codes[0], codes[2]
    drawn[:, :LOCI][random.random((profiles, LOCI)) < ABSENT_SHARE] = ABSENT
    # Amelogenin disagrees at random: it must never change an answer.
    drawn[:, -1] = random.choice(np.array([[1, 1], [1, 2]], np.uint8), profiles)
    return drawn
