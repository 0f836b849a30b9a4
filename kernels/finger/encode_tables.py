"""Integer tables of the polar soft histogram: after them the encoder knows no real numbers.

The tables are rounded from float64. No entry lies within 1e-9 of a rounding boundary (a test
shows it), a million times the error of any mathematical library, so every machine gets the same
integers; ``DIGEST`` names them and what becomes of their sums, and the shipped projection refuses
any others.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

from kernels.finger import stage1_parameters as parameters

TURN = 256
"""Angle units of one turn, as in the packed minutia."""

OFFSET_SHIFT = 2
"""Offsets are rounded from 1/8 px to 1/2 px before they are looked up."""

OFFSET_MAX = parameters.NEIGHBOUR_RADIUS_PX * 2
"""Largest offset on either axis in 1/2 px that can still be a neighbour's."""

OFFSET_SIDE = 2 * OFFSET_MAX + 1

FAR = parameters.NEIGHBOUR_RADIUS_PX
"""Radius index of everything that is no neighbour; its row of the polar table is zero."""


def _bearings(rise: NDArray[np.int64], run: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the bearing of offsets in 1/256 turn, unrounded."""
    return np.arctan2(rise.astype(np.float64), run.astype(np.float64)) * (TURN / (2 * math.pi))


def _places() -> NDArray[np.int32]:
    """Return radius * 256 + bearing of every offset (row: y, column: x) in 1/2 px."""
    axis = np.arange(-OFFSET_MAX, OFFSET_MAX + 1, dtype=np.int64)
    rise, run = axis[:, None], axis[None, :]
    squares = rise * rise + run * run
    # IEEE square roots are correctly rounded, so the floor is the integer square root.
    radii = (np.floor(np.sqrt(squares)).astype(np.int64) + 1) // 2
    bearings = np.round(_bearings(rise, run)).astype(np.int64) % TURN
    return (np.minimum(radii, FAR) * TURN + bearings).astype(np.int32)


def _wrapped(angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return angles in radians brought into -pi..pi."""
    return (angles + math.pi) % (2 * math.pi) - math.pi


def _polar_values() -> NDArray[np.float64]:
    """Return ring times sector weight, float64 [radius px, bearing, cell], before rounding."""
    radii = np.arange(FAR, dtype=np.float64)
    centres = np.array(parameters.RING_RADII_PX, np.float64)
    widths = np.array(parameters.RING_WIDTHS_PX, np.float64)
    rings = np.exp(-0.5 * ((radii[:, None] - centres) / widths) ** 2)
    # Ten pixels of warp are a wide angle near the centre and a narrow one far from it.
    spread = np.sqrt((10 / np.maximum(radii, 8)) ** 2 + 0.12**2)
    spread = np.maximum(spread, 0.9 * math.pi / parameters.SECTORS)
    bearings = np.arange(TURN) * (2 * math.pi / TURN)
    middles = np.arange(parameters.SECTORS) * (2 * math.pi / parameters.SECTORS)
    apart = _wrapped(bearings[:, None] - middles)
    sectors = np.exp(-0.5 * (apart[None] / spread[:, None, None]) ** 2)
    cells = rings[:, None, :, None] * sectors[:, :, None, :]
    return cells.reshape(FAR, TURN, parameters.CELLS) * parameters.POLAR_LEVELS


def _direction_values() -> NDArray[np.float64]:
    """Return the weight of a relative direction, float64 [1/256 turn, bin], before rounding."""
    turns = np.arange(TURN) * (2 * math.pi / TURN)
    middles = np.arange(parameters.DIRECTIONS) * (2 * math.pi / parameters.DIRECTIONS)
    apart = _wrapped(turns[:, None] - middles) / parameters.DIRECTION_WIDTH_RAD
    return np.exp(-0.5 * apart**2) * parameters.DIRECTION_LEVELS


def _polar() -> NDArray[np.uint8]:
    """Return the rounded polar table with its zero row for everything far away."""
    table = np.zeros(((FAR + 1) * TURN, parameters.CELLS), np.uint8)
    table[: FAR * TURN] = np.round(_polar_values()).reshape(FAR * TURN, parameters.CELLS)
    return table


def _direction_bits() -> NDArray[np.uint8]:
    """Return bit k of a direction: is it within a quarter turn of k/48 turn minus half a turn?"""
    # In units of 1/768 turn all terms are integers.
    turns = 3 * np.arange(TURN)[:, None]
    centres = 16 * np.arange(parameters.DIRECTION_BITS)[None, :] - 384
    apart = (turns - centres + 384) % 768 - 384
    return np.asarray(np.abs(apart) <= 192, np.uint8)


PLACE: NDArray[np.int32] = _places()
"""radius px * 256 + bearing, int32 [OFFSET_SIDE, OFFSET_SIDE], row y, column x, 1/2 px."""

POLAR: NDArray[np.uint8] = _polar()
"""Cell weights 0..127 of a neighbour, uint8 [(FAR + 1) * 256, CELLS], row radius * 256 + bearing
relative to the minutia's direction, cell ring * SECTORS + sector."""

DIRECTION: NDArray[np.uint8] = np.round(_direction_values()).astype(np.uint8)
"""Direction weights 0..63, uint8 [256, DIRECTIONS], row relative direction in 1/256 turn."""

DIRECTION_BITS: NDArray[np.uint8] = _direction_bits()
"""Half-circle thermometer of a direction, uint8 [256, DIRECTION_BITS] of 0 and 1."""

DIGEST = hashlib.sha256(
    b"".join(t.tobytes() for t in (PLACE.astype("<i4"), POLAR, DIRECTION, DIRECTION_BITS))
    + bytes((parameters.FEATURE_SHIFT, parameters.FEATURE_BASE, parameters.FEATURE_MAX))
).hexdigest()
