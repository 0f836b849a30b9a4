"""Prints made up for the tests of stage 2: unrelated ones, and disturbed copies of each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels import limits
from kernels.finger.layout import MINUTIA, Codes, Minutiae, pack

Columns = tuple[Minutiae, Codes]


def unrelated(rng: np.random.Generator, count: int, extent: int = 2400) -> Columns:
    """Return ``count`` minutiae anywhere below ``extent`` with codes of no relation."""
    minutiae = np.zeros(count, MINUTIA)
    minutiae["x"] = rng.integers(0, extent, count)
    minutiae["y"] = rng.integers(0, extent, count)
    minutiae["angle"] = rng.integers(0, 256, count)
    codes = rng.integers(0, 2**64, (count, limits.CODE_WORDS), dtype=np.uint64)
    return minutiae, codes


def disturbed(rng: np.random.Generator, print_: Columns, count: int) -> Columns:
    """Return ``count`` minutiae: those of the print, a little moved and with an eighth of their
    bits flipped, then unrelated ones.
    """
    minutiae, codes = unrelated(rng, count)
    kept = min(count, len(print_[0]))
    for axis, shift in (("x", 80), ("y", 30)):
        moved = print_[0][axis][:kept].astype(np.int64) + rng.integers(-50, 50, kept) + shift
        minutiae[axis][:kept] = np.clip(moved, 0, limits.COORDINATE_MAX)
    minutiae["angle"][:kept] = print_[0]["angle"][:kept] + rng.integers(0, 12, kept).astype(
        np.uint8
    )
    flips = np.bitwise_and.reduce(
        rng.integers(0, 2**64, (3, kept, limits.CODE_WORDS), dtype=np.uint64), axis=0
    )
    codes[:kept] = print_[1][:kept] ^ flips
    return minutiae, codes


def turned(print_: Columns, rotation: float, dx: float, dy: float) -> Columns:
    """Return the print turned about (2000, 2000) by ``rotation`` turns, then shifted."""
    minutiae, codes = print_[0].copy(), print_[1]
    x = print_[0]["x"].astype(np.float64) - 2000
    y = print_[0]["y"].astype(np.float64) - 2000
    cos, sin = np.cos(2 * np.pi * rotation), np.sin(2 * np.pi * rotation)
    minutiae["x"] = np.rint(x * cos - y * sin + 2000 + dx)
    minutiae["y"] = np.rint(x * sin + y * cos + 2000 + dy)
    angle = np.rint(print_[0]["angle"] + 256 * rotation).astype(np.int64)
    minutiae["angle"] = (angle & 255).astype(np.uint8)
    return minutiae, codes


def blob(print_: Columns) -> bytes:
    """Return the packed template."""
    return pack(*print_)


def spread(rng: np.random.Generator, count: int) -> Columns:
    """Return ``count`` minutiae around (2000, 2000), no two nearer than 10 px."""
    places: list[NDArray[np.float64]] = []
    while len(places) < count:
        place = rng.uniform(800, 3200, 2)
        if all(np.hypot(*(place - other)) > 80 for other in places):
            places.append(place)
    minutiae, codes = unrelated(rng, count)
    minutiae["x"], minutiae["y"] = np.rint(np.array(places)).T
    return minutiae, codes
