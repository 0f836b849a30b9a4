"""Fixed-point arithmetic of stage 2: integers only, so every backend gets the same score.

Lengths are 1/8 px, angles 1/1024 turn, sines and cosines 1/16384, pair weights 1/256, kernel values
1/1024. Divisions and right shifts round down, for negative numbers too. Every function takes Python
integers and int64 arrays alike unless it says otherwise. The tables are rounded from values that
are nowhere near a tie, so any mathematics library builds the same ones.
"""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kernels.finger import stage2_parameters as parameters

Integers = NDArray[np.int64]
Number = TypeVar("Number", int, Integers)

TURN = 1024
UNIT_SHIFT = 14
UNIT = 1 << UNIT_SHIFT
WEIGHT_SHIFT = 8
WEIGHT_ONE = 1 << WEIGHT_SHIFT
INDEX_SHIFT = 7
INDEX_MAX = (1 << INDEX_SHIFT) - 1
"""Bits of a minutia's index in a packed key: STAGE2_MINUTIAE_MAX is 128."""
KERNEL_ONE = 1024
KERNEL_STEP_SHIFT = 13
KERNEL_ENTRIES = 256

COS: Integers = np.array(
    [round(UNIT * math.cos(2 * math.pi * step / TURN)) for step in range(TURN)], np.int64
)
SIN: Integers = np.array(
    [round(UNIT * math.sin(2 * math.pi * step / TURN)) for step in range(TURN)], np.int64
)

_RATIOS = 1024
ARCTAN: Integers = np.array(
    [round(math.atan(ratio / _RATIOS) * TURN / (2 * math.pi)) for ratio in range(_RATIOS + 1)],
    np.int64,
)
"""Angle, 0..128, of the slope ratio / 1024."""

KERNEL: Integers = np.array(
    [
        round(
            KERNEL_ONE * math.exp(-(step << KERNEL_STEP_SHIFT) / (2 * parameters.KERNEL_SIGMA**2))
        )
        for step in range(KERNEL_ENTRIES)
    ]
    + [0],
    np.int64,
)
"""Gaussian of a squared distance in steps of 8192; 0 beyond the last step."""

TURN_PER_RADIAN = 163
"""1024 / (2 pi)."""

DIRECTION_PULL = round(parameters.ELASTIC_DIRECTION_WEIGHT * 2 * math.pi / TURN)
"""Weight of one angle unit in the fit of a small turn."""


def wrap(angle: Number) -> Number:
    """Return the angle as -512..511."""
    return ((angle + TURN // 2) & (TURN - 1)) - TURN // 2


def rotate(x: Number, y: Number, cos: Number, sin: Number) -> tuple[Number, Number]:
    """Return the point turned about the origin, rounded to the nearest unit."""
    half = UNIT // 2
    return (
        (x * cos - y * sin + half) >> UNIT_SHIFT,
        (x * sin + y * cos + half) >> UNIT_SHIFT,
    )


def divide(numerator: Number, denominator: Number) -> Number:
    """Return the quotient rounded to the nearest integer, half upwards; denominator > 0."""
    return (2 * numerator + denominator) // (2 * denominator)


def closeness(squared: Number, tolerance_squared: Number) -> Number:
    """Return 256 at no difference, falling with its square to 0 at the tolerance."""
    return ((tolerance_squared - squared) << WEIGHT_SHIFT) // tolerance_squared


def firmness(weight: Number) -> Number:
    """Return 0..256: what a pair of that weight proves. Its square, because chance pairs lie
    anywhere within the tolerance while genuine ones lie near its centre.
    """
    return weight * weight >> WEIGHT_SHIFT


def published(firm: Number, alike: Number, overlap: Number) -> Number:
    """Return the score before its floor of 1.

    ``firm`` is the sum of the pairs' firmness, ``alike`` the sum of firmness times similarity
    (0..100), ``overlap`` the minutiae of both prints inside the other one's area. Product over
    overlap: it rewards many good pairs and charges what could have matched and did not.
    """
    norm = 100 * (overlap + 2 * parameters.OVERLAP_PRIOR) << 2 * WEIGHT_SHIFT
    return 2 * parameters.SCORE_SCALE * firm * alike // norm


def direction_of(x: Integers, y: Integers) -> Integers:
    """Return the angle, 0..1023, of each vector; 0 for the null vector. Arrays only.

    Components below 2**52 in size. Accurate to one unit.
    """
    wide, high = np.abs(x), np.abs(y)
    longer = np.maximum(np.maximum(wide, high), 1)
    ratio = (np.minimum(wide, high) * _RATIOS + longer // 2) // longer
    angle = ARCTAN[ratio]
    angle = np.where(high > wide, TURN // 4 - angle, angle)
    angle = np.where(x < 0, TURN // 2 - angle, angle)
    whole: Integers = np.where(y < 0, -angle, angle) & (TURN - 1)
    return whole


LOG_ONE = 256
_LOG: Integers = np.array(
    [round(LOG_ONE * math.log2(1 + step / LOG_ONE)) for step in range(LOG_ONE)], np.int64
)

DECAY_ONE = 1024
_DECAY_STEPS = 64
_DECAY_LAST = 8 * _DECAY_STEPS
_DECAY: Integers = np.array(
    [round(DECAY_ONE * math.exp(-step / _DECAY_STEPS)) for step in range(_DECAY_LAST)] + [0],
    np.int64,
)


def logarithm(values: Integers) -> Integers:
    """Return log2 of integers 1..2**52 in 1/256, cut to eight digits after the leading one."""
    # The exponent of an integer below 2**53 is exact.
    octave = np.frexp(values.astype(np.float64))[1].astype(np.int64) - 1
    digits = np.where(octave > 8, values >> np.maximum(octave - 8, 0), values << 8 >> octave)
    whole: Integers = octave * LOG_ONE + _LOG[digits & (LOG_ONE - 1)]
    return whole


def decay(exponent: Integers) -> Integers:
    """Return exp(-exponent / 64) in 1/1024 for integers >= 0; 0 from an exponent of 8 on."""
    decayed: Integers = _DECAY[np.minimum(exponent, _DECAY_LAST)]
    return decayed


def sureness(squared: Integers, turned: Integers) -> Integers:
    """Return 0..1024: how surely a pair is no chance, from its squared residual and its turn."""
    return decay((squared >> 5) + (turned * turned * 55 >> 10))


def coupling(longer: Integers, length: Integers, seen: Integers, turned: Integers) -> Integers:
    """Return 0..1024: how well two pairs agree.

    ``longer`` is how much longer their distance is on the candidate than its ``length`` on the
    probe, ``seen`` and ``turned`` by how much the direction in which one sees the other and the
    other's own direction differ, both against its own.
    """
    spread = parameters.COUPLE_TOLERANCE + length // parameters.COUPLE_GROWTH_DIVISOR
    return decay(32 * longer * longer // (spread * spread) + (20 * (seen**2 + turned**2) >> 10))
