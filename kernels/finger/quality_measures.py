"""What the quality of a template is judged by: whole numbers of the template alone.

Minutiae at one and the same place count once, so that copies make no print better.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kernels.finger.layout import Minutiae, quality_order

UNITS_PER_PX = 8
UNITS_PER_MM2 = 24_800
"""Squares of 1/8 px at 500 ppi in a square millimetre."""

NEIGHBOURHOOD = 100 * UNITS_PER_PX
NEIGHBOURS_MIN = 5
"""A minutia with so many others so near has a neighbourhood that tells it from others."""

FLOW_NEIGHBOURS = 4
HALF_TURN = 128
SOUND_MIN = 30
_FAR = np.iinfo(np.int64).max

Integers = NDArray[np.int64]


def measures(minutiae: Minutiae) -> dict[str, int]:
    """Return the measures of MINUTIA [n], in any order, by name.

    ``count`` of distinct places; ``area`` of their convex hull in mm²; ``spread``, the deviation in
    px along their narrower axis; ``surrounded``, how many have a neighbourhood; ``flow``, how well
    neighbours agree in the direction of their ridges, 0..100, by chance 50; ``spacing``, the median
    distance of nearest neighbours in px; ``sound``, the share of qualities of at least SOUND_MIN,
    or not reported, 0..100. Pure; of the best 255 minutiae.
    """
    best = quality_order(minutiae)
    places = best["x"].astype(np.int64) << 16 | best["y"]
    best = best[np.sort(np.unique(places, return_index=True)[1])]
    count = len(best)
    x, y = best["x"].astype(np.int64), best["y"].astype(np.int64)
    squared = (x[:, np.newaxis] - x) ** 2 + (y[:, np.newaxis] - y) ** 2
    np.fill_diagonal(squared, _FAR)
    near = squared <= NEIGHBOURHOOD**2
    nearest = squared.min(axis=1, initial=_FAR) if count > 1 else np.zeros(0, np.int64)
    sound = (best["quality"] >= SOUND_MIN) | (best["quality"] == 0)
    return {
        "count": count,
        "area": _twice_hull_area(x, y) // (2 * UNITS_PER_MM2),
        "spread": _narrow_deviation(x, y) // UNITS_PER_PX,
        "surrounded": int((near.sum(axis=1) >= NEIGHBOURS_MIN).sum()),
        "flow": _flow(best["angle"].astype(np.int64), squared),
        "spacing": math.isqrt(int(np.sort(nearest)[len(nearest) // 2])) // UNITS_PER_PX
        if count > 1
        else 0,
        "sound": 100 * int(sound.sum()) // max(count, 1),
    }


def _twice_hull_area(x: Integers, y: Integers) -> int:
    """Return twice the area of the convex hull, by the monotone chain of Andrew (1979)."""
    points = sorted(zip(x.tolist(), y.tolist(), strict=True))
    hull: list[tuple[int, int]] = []
    for chain in (points, points[::-1]):
        side: list[tuple[int, int]] = []
        for point in chain:
            while len(side) > 1 and _turn(side[-2], side[-1], point) <= 0:
                side.pop()
            side.append(point)
        hull += side[:-1]
    following = hull[1:] + hull[:1]
    return abs(sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(hull, following, strict=True)))


def _turn(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    """Return a positive number where a, b, c turn to the left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _narrow_deviation(x: Integers, y: Integers) -> int:
    """Return the standard deviation along the narrower principal axis, rounded down."""
    count = len(x)
    if count < 2:
        return 0
    # Times the count, so that deviations from the mean stay whole; Python's integers have no end.
    across, up = (count * x - x.sum()).tolist(), (count * y - y.sum()).tolist()
    xx, yy = sum(each * each for each in across), sum(each * each for each in up)
    xy = sum(a * b for a, b in zip(across, up, strict=True))
    wider = math.isqrt((xx - yy) ** 2 + 4 * xy * xy)
    return math.isqrt(max(0, xx + yy - wider) // (2 * count**3))


def _flow(angle: Integers, squared: Integers) -> int:
    """Return 100 less the mean turn between neighbours' ridges in hundredths of a right angle."""
    count = len(angle)
    if count < 2:
        return 0
    nearest = np.argsort(squared, axis=1, kind="stable")[:, : min(FLOW_NEIGHBOURS, count - 1)]
    apart = (angle[nearest] - angle[:, np.newaxis]) % HALF_TURN
    turned = np.minimum(apart, HALF_TURN - apart)
    return 100 - 100 * int(turned.sum()) // (int(turned.size) * HALF_TURN // 2)
