"""Every tunable of fingerprint stage 1, with the reason for its value; no logic but two tables.

The values were chosen on public FVC and Neurotechnology templates of three extractors and belong
to one model: a change of any constant above ``THRESHOLD_BASE`` needs a new projection.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

RING_RADII_PX = (15, 32, 50, 70, 95)
RING_WIDTHS_PX = (8, 9, 10, 12, 14)
SECTORS = 12
DIRECTIONS = 6
DIRECTION_WIDTH_RAD = 0.45
"""Soft histogram of a neighbourhood: rings to 95 px lose less to the print's border than wider
ones, and finer bins gained nothing."""

NEIGHBOUR_RADIUS_PX = 130
"""A neighbour at this distance adds nothing any more to the widest ring."""

CELLS = len(RING_RADII_PX) * SECTORS
FEATURES = CELLS * DIRECTIONS

POLAR_LEVELS = 127
DIRECTION_LEVELS = 63
WEIGHT_ONE = 16
WEIGHT_MIN = 5
WEIGHT_MAX = 26
"""Fixed-point units. A histogram cell is at most USED_MAX * 26 * 127 * 63 < 2**24, therefore a
float32 matrix product of these integers is exact in any order of summation."""

FEATURE_SHIFT = 3
FEATURE_BASE = 16
FEATURE_MAX = 255
"""A cell is the integer root of its sum shifted right by FEATURE_SHIFT plus FEATURE_BASE squared,
less FEATURE_BASE, so that four full neighbours in one cell saturate the byte. A bare root would
make much of the faint tail that a neighbour two cells away leaves."""

PROJECTED_BITS = 207
DIRECTION_BITS = 48
PARITY_BIT = PROJECTED_BITS + DIRECTION_BITS
"""Bits 0..206 projected signs, 207..254 direction, 255 makes the number of set bits even, which a
kernel that works with half popcounts needs."""

USED_ALWAYS = 40
USED_MAX = 64
USED_QUALITY_PERCENT = 80
"""Which minutiae serve as neighbours and take part in the score: the best 40, and up to 64 of
those with at least 80 % of the mean quality of the best 40. With a plain 40, a plain 64 and this
rule, on pooled FVC sets under model 1: equal error rate in % of the neural extractor 2.0, 1.8, 1.9,
of FingerJetFX 5.7, 6.3, 5.8, of mindtct 7.2, 8.3, 7.1; false non-matches at a false-match rate of
0.1 % of the neural extractor 7.7, 6.5, 6.8. A sure extractor's large prints need more than 40, a
doubtful one's false minutiae stand at the end and must stay out."""

THRESHOLD_BASE = 82
THRESHOLD_SLOPE = 6
THRESHOLD_COUNT_MIN = 4
THRESHOLD_UNIT = 16
"""The hinge threshold falls with the size of both prints, because the smallest of many chance
distances is smaller: T(n, m) = 82 - 6 log2(n / 32) - 6 log2(m / 32)."""


def _threshold_half(count: int) -> int:
    """Return one print's share of the threshold in 1/16: exact at powers of two, no ties else."""
    octaves = math.log2(max(count, THRESHOLD_COUNT_MIN)) - 5
    return THRESHOLD_BASE * THRESHOLD_UNIT // 2 - round(THRESHOLD_SLOPE * THRESHOLD_UNIT * octaves)


THRESHOLD_HALVES: NDArray[np.int32] = np.array(
    [_threshold_half(count) for count in range(USED_MAX + 1)], np.int32
)
"""Share of a print with ``n`` used minutiae; T(n, m) = (H[n] + H[m] + 8) >> 4."""


def threshold(probe_used: int, candidate_used: int) -> int:
    """Return T(n, m), the Hamming distance from which a minutia adds nothing to the score."""
    halves = THRESHOLD_HALVES[probe_used] + THRESHOLD_HALVES[candidate_used]
    return int(halves + THRESHOLD_UNIT // 2) // THRESHOLD_UNIT
