"""Allele frequencies laid out by slot and code, with a floor under those that are rare or unseen.

Source of the floor: National Research Council, The Evaluation of Forensic DNA Evidence (1996),
"NRC II", chapter 5: an allele seen in fewer than five copies is taken for one seen five times, so
that its share is at least 5/2N in a sample of N people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels import limits
from kernels.dna.layout import ABSENT, WILDCARD

CODES = 256
COPIES_MIN = 5

Shares = NDArray[np.float64]


class FrequencyError(ValueError):
    """Shares that describe no population."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Shares of one population; immutable, safe to read from any thread.

    ``shares`` is float64 [slots, 256]: the share of each allele code as the table has it, scaled to
    sum to one at each locus; 0 where it was never seen. ``least`` is float64 [slots], the floor.
    ``known`` says of which slots the table speaks.
    """

    shares: Shares
    least: Shares
    known: NDArray[np.bool_]

    def floored(self) -> Shares:
        """Return float64 [slots, 256] with no share below the floor, for use on given profiles."""
        return np.minimum(np.maximum(self.shares, self.least[:, None]), 1.0)


def build(shares: Mapping[int, Mapping[int, float]], least: Mapping[int, float]) -> Frequencies:
    """Lay out slot -> code -> share and slot -> floor.

    FrequencyError for a slot, code, share (0..1) or floor (above 0, at most 1: nobody is
    impossible) out of range, and for a locus without alleles.
    """
    table = np.zeros((limits.DNA_SLOTS_MAX, CODES))
    floor = np.zeros(limits.DNA_SLOTS_MAX)
    known = np.zeros(limits.DNA_SLOTS_MAX, np.bool_)
    for slot, alleles in shares.items():
        if not 0 <= slot < limits.DNA_SLOTS_MAX:
            raise FrequencyError(f"slot {slot} does not exist")
        for code, share in alleles.items():
            if not ABSENT < code < WILDCARD or not 0 <= share <= 1:
                raise FrequencyError(f"slot {slot}: share {share} of code {code}")
            table[slot, code] = share
        if not table[slot].any() or not 0 < least[slot] <= 1:
            raise FrequencyError(f"slot {slot}: no alleles, or a floor of {least[slot]}")
        table[slot] /= table[slot].sum()
        floor[slot] = least[slot]
        known[slot] = True
    for array in (table, floor, known):
        array.setflags(write=False)
    return Frequencies(table, floor, known)


def least_share(individuals: int) -> float:
    """Return the floor 5/2N for a sample of N people (N ≥ 1), at most 1."""
    return min(1.0, COPIES_MIN / (2 * individuals))
