"""Ridge orientation of generated fingers: the zero-pole model, many fingers at once.

Sherlock and Monro (1993): the orientation at z is half the sum of the arguments seen from the
cores less half the sum of those seen from the deltas. Arches use a bump of the ridge flow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LOOP_SHARE = 0.62
WHORL_SHARE = 0.30
"""Shares of the pattern classes, about those of the human population; the rest are arches."""

CORES_MAX = 2
ARCH_WIDTH_PX = 360.0

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OrientationField:
    """Fields of many fingers: complex poles [fingers, CORES_MAX] in px, centre of the print at 0.

    ``active`` is 0 or 1 per pole, ``bump`` the steepness of an arch (0 for other patterns).
    """

    cores: NDArray[np.complex128]
    deltas: NDArray[np.complex128]
    active: Reals
    bump: Reals

    def at(self, x: Reals, y: Reals) -> Reals:
        """Return the orientation in radians (modulo pi) at points, float64 [fingers, points]."""
        z = x + 1j * y
        cores = np.angle(z[:, :, None] - self.cores[:, None, :])
        deltas = np.angle(z[:, :, None] - self.deltas[:, None, :])
        poles = 0.5 * ((cores - deltas) * self.active[:, None, :]).sum(axis=2)
        rising = np.cos(np.pi * np.clip(x / ARCH_WIDTH_PX, -0.5, 0.5))
        slope = self.bump[:, None] * rising * np.sin(np.pi * x / ARCH_WIDTH_PX)
        return np.asarray(poles - np.arctan(slope))


def draw(rng: np.random.Generator, fingers: int) -> OrientationField:
    """Return the fields of ``fingers`` random fingers."""
    kind = rng.random(fingers)
    loop = kind < LOOP_SHARE
    whorl = (kind >= LOOP_SHARE) & (kind < LOOP_SHARE + WHORL_SHARE)
    jitter = rng.normal(0, 12, (4, CORES_MAX, fingers))
    side = np.where(rng.random(fingers) < 0.5, -1.0, 1.0)
    gap = rng.uniform(20, 60, fingers)
    cores = np.empty((fingers, CORES_MAX), np.complex128)
    deltas = np.empty((fingers, CORES_MAX), np.complex128)
    cores[:, 0] = jitter[0, 0] + 1j * (25 + np.where(whorl, gap / 2, 0) + jitter[1, 0])
    cores[:, 1] = jitter[0, 1] + 1j * (25 - gap / 2 + jitter[1, 1])
    reach = rng.uniform(80, 150, (CORES_MAX, fingers))
    deltas[:, 0] = side * reach[0] + jitter[2, 0] + 1j * (jitter[3, 0] - 110)
    deltas[:, 1] = -side * reach[1] + jitter[2, 1] + 1j * (jitter[3, 1] - 110)
    active = np.stack([loop | whorl, whorl], axis=1).astype(np.float64)
    bump = np.where(loop | whorl, 0.0, rng.uniform(0.6, 2.0, fingers))
    return OrientationField(cores, deltas, active, bump * math.pi / 2)
