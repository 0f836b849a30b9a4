"""How many minutiae could have been paired: those that lie inside the other print's area."""

from __future__ import annotations

import numpy as np

from kernels.finger.stage2_arithmetic import Integers
from kernels.finger.stage2_assignment import Posed
from kernels.finger.stage2_batch import Batch, reach_of
from kernels.finger.stage2_motion import Motions
from kernels.finger.stage2_print import HULL_X, HULL_Y, Print


def overlap(probe: Print, batch: Batch, motions: Motions, warped: Posed) -> Integers:
    """Return the number of minutiae of both prints inside the other's polygon, [H]."""
    mine = _inside(warped.x, warped.y, batch.reach[motions.candidate])
    # Filler lies beyond every polygon after any motion, so it needs no mask.
    theirs = _inside(*motions.revert(batch), reach_of(probe)[np.newaxis])
    count: Integers = mine.sum(axis=1) + theirs.sum(axis=1)
    return count


def _inside(x: Integers, y: Integers, reach: Integers) -> Integers:
    """Tell which points [H, k] no side of a polygon [H, HULL_DIRECTIONS] shuts out, bool."""
    inside = np.ones(x.shape, bool)
    for side, (normal_x, normal_y) in enumerate(zip(HULL_X, HULL_Y, strict=True)):
        inside &= normal_x * x + normal_y * y <= reach[:, side, np.newaxis]
    return inside
