"""What is missing of a motion's pairs: minutiae without a partner where the other print shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels.finger import stage2_arithmetic as arithmetic
from kernels.finger import stage2_parameters as parameters
from kernels.finger.stage2_arithmetic import DECAY_ONE, KERNEL, Integers
from kernels.finger.stage2_assignment import Matches, Posed
from kernels.finger.stage2_batch import Batch
from kernels.finger.stage2_overlap import Overlap


@dataclass(frozen=True, slots=True)
class Missing:
    """Of one print's minutiae [H, k]: which could have been paired and were not, and how strongly
    each speaks against the motion, 0..1024.
    """

    alone: NDArray[np.bool_]
    against: Integers


def missing(
    posed: Posed, batch: Batch, matches: Matches, inside: Overlap
) -> tuple[Missing, Missing]:
    """Return what is missing on the probe [H, n] and on the candidate [H, m].

    A minutia that pairs surround should have been paired too, so it counts by their support; one
    that nearly met a minutia of the other print is no proof, so it counts little.
    """
    nearest_mine, nearest_theirs = _nearest(posed, batch)
    mine = posed.x, posed.y
    theirs = batch.x[posed.candidate], batch.y[posed.candidate]
    return (
        _missing(mine, matches, matches.i, inside.mine, nearest_mine),
        _missing(theirs, matches, matches.j, inside.theirs, nearest_theirs),
    )


def _nearest(posed: Posed, batch: Batch) -> tuple[Integers, Integers]:
    """Return the squared distance to the nearest minutia of the other print, [H, n] and [H, m]."""
    # Exact where it matters: beyond 2**24 a float rounds, but stays beyond, and is cut off.
    across = (
        posed.x.astype(np.float32)[:, :, np.newaxis] - batch.x_float[posed.candidate, np.newaxis]
    )
    upward = (
        posed.y.astype(np.float32)[:, :, np.newaxis] - batch.y_float[posed.candidate, np.newaxis]
    )
    np.multiply(across, across, out=across)
    np.multiply(upward, upward, out=upward)
    np.add(across, upward, out=across)
    far = np.float32(1 << 24)
    return (
        np.minimum(across.min(axis=2), far).astype(np.int64),
        np.minimum(across.min(axis=1), far).astype(np.int64),
    )


def _missing(
    places: tuple[Integers, Integers],
    matches: Matches,
    taken: Integers,
    inside: NDArray[np.bool_],
    nearest: Integers,
) -> Missing:
    """Return what is missing among the minutiae at ``places`` [H, k] of one print, of which each
    pair has ``taken`` one.
    """
    which = matches.hypothesis
    alone = inside.copy()
    alone[which, taken] = False
    x, y = (each[which] - each[which, taken][:, np.newaxis] for each in places)
    step = np.minimum((x * x + y * y) >> arithmetic.KERNEL_STEP_SHIFT, arithmetic.KERNEL_ENTRIES)
    near = matches.weight[:, np.newaxis] * KERNEL[step] >> arithmetic.WEIGHT_SHIFT
    support = np.zeros(alone.shape, np.int64)
    if len(which):
        first = np.flatnonzero(np.diff(which, prepend=-1))
        support[which[first]] = np.add.reduceat(near, first, axis=0)
    surrounded = (support << 10) // (support + parameters.SURROUNDED_HALF)
    astray = DECAY_ONE - arithmetic.decay(nearest // parameters.NEAR_MISS)
    return Missing(alone, np.where(alone, surrounded * astray >> 10, 0))
