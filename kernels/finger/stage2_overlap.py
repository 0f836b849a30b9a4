"""How many minutiae could have been paired: those that lie inside the other print's area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels.finger.stage2_arithmetic import Integers
from kernels.finger.stage2_assignment import Posed
from kernels.finger.stage2_batch import Batch, reach_of
from kernels.finger.stage2_motion import Motions
from kernels.finger.stage2_print import HULL_X, HULL_Y, Print


@dataclass(frozen=True, slots=True)
class Overlap:
    """Which minutiae lie inside the other print's polygon: ``mine`` [H, n], ``theirs`` [H, m]."""

    mine: NDArray[np.bool_]
    theirs: NDArray[np.bool_]


def overlap(probe: Print, batch: Batch, motions: Motions, warped: Posed) -> Overlap:
    """Return the minutiae of both prints inside the other's polygon."""
    mine = _inside(warped.x, warped.y, batch.reach[motions.candidate])
    # Filler lies beyond every polygon after any motion, so it needs no mask.
    theirs = _inside(*motions.revert(batch), reach_of(probe)[np.newaxis])
    return Overlap(mine, theirs)


def _inside(x: Integers, y: Integers, reach: Integers) -> NDArray[np.bool_]:
    """Tell which points [H, k] no side of a polygon [H, HULL_DIRECTIONS] shuts out, bool."""
    inside = np.ones(x.shape, bool)
    for side, (normal_x, normal_y) in enumerate(zip(HULL_X, HULL_Y, strict=True)):
        inside &= normal_x * x + normal_y * y <= reach[:, side, np.newaxis]
    return inside
