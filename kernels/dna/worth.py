"""The probability that an unrelated person's profile matches a given one, with common ancestry θ.

An allele that was seen m times among n is seen next with probability (mθ + (1 − θ)p) / (1 + (n −
1)θ) (Balding & Nichols, Forensic Science International 64 (1994)). Drawing a second person after
the alleles of the first gives equations 4.10 of NRC II (1996) for a whole genotype:

    a,a   (2θ + (1 − θ)p)(3θ + (1 − θ)p) / ((1 + θ)(1 + 2θ))
    a,b   2(θ + (1 − θ)p)(θ + (1 − θ)q) / ((1 + θ)(1 + 2θ))

The same two draws, all of them outside the alleles of the first, give the probability that both
alleles differ; what lies between is one allele that differs. Of a locus with a wildcard one allele
was seen, so one precedes the draws. A locus without frequencies says nothing: it counts as equal.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.dna.frequencies import Frequencies, Shares
from kernels.dna.layout import ABSENT, WILDCARD, Profiles

PROFILES_AT_ONCE = 4_096
"""Profiles worked on together, so that scratch memory stays at some 10 MiB."""


def evidence(probe: Profiles, stored: Profiles) -> Profiles:
    """Return what both of two profiles show, uint8 [..., slots, 2]; they broadcast.

    A locus absent on one side is absent. Where one side has a wildcard its pair is taken, for the
    other side's second allele was compared with nothing; two wildcards beside different alleles
    leave no allele. Otherwise the stored pair is taken.
    """
    probe, stored = np.broadcast_arrays(probe, stored)
    probe_wild, stored_wild = probe[..., 1] == WILDCARD, stored[..., 1] == WILDCARD
    shown = np.where((probe_wild & ~stored_wild)[..., None], probe, stored)
    differing = probe_wild & stored_wild & (probe[..., 0] != stored[..., 0])
    shown[differing] = WILDCARD
    shown[(probe[..., 0] == ABSENT) | (stored[..., 0] == ABSENT)] = ABSENT
    return shown


def match_probability(
    shown: Profiles,
    differing_max: NDArray[np.int64],
    counted: NDArray[np.bool_],
    frequencies: Frequencies,
    theta: float,
) -> Shares:
    """Return float64 [n]: that a random person differs from each profile in so few alleles.

    ``shown`` is uint8 [n, slots, 2], ``differing_max`` int64 [n] of 0 or more, ``counted`` bool
    [slots] says which loci take part, ``theta`` lies in 0..1. Over independent loci; a locus that
    is absent or without frequencies counts as equal. About 10 µs a profile in bulk. Pure.
    """
    found = np.empty(len(shown))
    # Each profile goes through the same steps in whatever company, so that equal ones stay equal.
    for most in np.unique(differing_max).tolist():
        rows = np.flatnonzero(differing_max == most)
        for start in range(0, len(rows), PROFILES_AT_ONCE):
            piece = rows[start : start + PROFILES_AT_ONCE]
            found[piece] = _at_most(most, shown[piece], counted, frequencies, theta)
    return found


def _at_most(
    most: int,
    shown: Profiles,
    counted: NDArray[np.bool_],
    frequencies: Frequencies,
    theta: float,
) -> Shares:
    equal, one_off, both_off = _by_locus(shown, counted, frequencies, theta)
    # chance[d]: that exactly d alleles differ over the loci so far.
    chance = np.zeros((most + 1, len(shown)))
    chance[0] = 1.0
    for slot in np.flatnonzero(counted & frequencies.known):
        before = chance
        chance = before * equal[:, slot]
        chance[1:] += before[:-1] * one_off[:, slot]
        chance[2:] += before[:-2] * both_off[:, slot]
    total = chance[0]
    for more in chance[1:]:
        total = total + more
    told: Shares = np.minimum(total, 1.0)
    return told


def loci_used(
    shown: Profiles, counted: NDArray[np.bool_], frequencies: Frequencies
) -> NDArray[np.int64]:
    """Return int64 [n]: the loci of each profile that have frequencies and show an allele."""
    seen = (shown[..., 0] != ABSENT) & (shown[..., 0] != WILDCARD)
    used: NDArray[np.int64] = (seen & counted & frequencies.known).sum(axis=-1)
    return used


def _by_locus(
    shown: Profiles, counted: NDArray[np.bool_], frequencies: Frequencies, theta: float
) -> tuple[Shares, Shares, Shares]:
    """Return float64 [n, slots] each: that no, one or both alleles of a random person differ."""
    first, second = shown[..., 0], shown[..., 1]
    shares = frequencies.floored()
    slots = np.arange(shown.shape[1])
    rest = 1 - theta
    p, q = rest * shares[slots, first], rest * shares[slots, second]
    scale = (1 + theta) * (1 + 2 * theta)
    # Floors may lift two rare alleles beyond what is left for all others.
    others = np.maximum(rest - p - q, 0.0)
    without = np.maximum(rest - p, 0.0)
    same, wild = first == second, second == WILDCARD
    equal = np.select(
        [wild, same],
        [
            1 - without * (theta + without) / (1 + theta),
            (2 * theta + p) * (3 * theta + p) / scale,
        ],
        2 * (theta + p) * (theta + q) / scale,
    )
    both_off = np.select(
        [wild, same],
        [np.zeros_like(p), without * (theta + without) / scale],
        others * (theta + others) / scale,
    )
    silent = ~(counted & frequencies.known) | (first == ABSENT) | (first == WILDCARD)
    equal = np.minimum(np.where(silent, 1.0, equal), 1.0)
    both_off = np.where(silent, 0.0, both_off)
    return equal, np.maximum(1 - equal - both_off, 0.0), both_off
