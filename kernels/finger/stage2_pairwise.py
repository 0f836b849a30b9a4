"""Whether the pairs of one motion agree with each other, pair by pair, whatever the motion."""

from __future__ import annotations

import numpy as np

from kernels.finger import stage2_arithmetic as arithmetic
from kernels.finger import stage2_parameters as parameters
from kernels.finger.stage2_arithmetic import Integers
from kernels.finger.stage2_assignment import Matches
from kernels.finger.stage2_batch import Batch
from kernels.finger.stage2_print import Print


def agreement(
    probe: Print, batch: Batch, place: Integers, matches: Matches
) -> tuple[Integers, Integers]:
    """Return for every pair how well its neighbours agree with it, 0..1024 each, summed, and how
    many neighbours it has; ``place`` is the batch's row of each pair's candidate.

    Neighbours are other pairs of the motion not far away on the probe. They agree where distance,
    direction as seen from the pair, and own direction are the same on both prints.
    """
    one, other = _couples(matches)
    px, py = probe.x[matches.i], probe.y[matches.i]
    ux, uy = px[other] - px[one], py[other] - py[one]
    squared = ux * ux + uy * uy
    near = np.flatnonzero(squared <= parameters.COUPLE_RADIUS**2)
    one, other, ux, uy, squared = one[near], other[near], ux[near], uy[near], squared[near]
    qx, qy = batch.x[place, matches.j], batch.y[place, matches.j]
    vx, vy = qx[other] - qx[one], qy[other] - qy[one]
    turned = batch.angle[place, matches.j] - probe.angle[matches.i]
    # The square root of an integer below 2**52 is never rounded up to the next integer.
    length = np.sqrt(squared).astype(np.int64)
    longer = np.sqrt(vx * vx + vy * vy).astype(np.int64) - length
    seen = arithmetic.direction_of(ux * vx + uy * vy, ux * vy - uy * vx) - turned[one]
    worth = arithmetic.coupling(
        longer, length, arithmetic.wrap(seen), arithmetic.wrap(turned[other] - turned[one])
    )
    pairs = len(matches.i)
    total, count = np.zeros(pairs, np.int64), np.zeros(pairs, np.int64)
    np.add.at(total, one, worth)
    np.add.at(count, one, 1)
    return total, count


def _couples(matches: Matches) -> tuple[Integers, Integers]:
    """Return all ordered couples of different pairs of one hypothesis, as places in the list."""
    first = np.searchsorted(matches.hypothesis, matches.hypothesis, "left")
    size = np.searchsorted(matches.hypothesis, matches.hypothesis, "right") - first
    one = np.repeat(np.arange(len(size)), size)
    within = np.arange(len(one)) - np.repeat(np.cumsum(size) - size, size)
    other = np.repeat(first, size) + within
    different = one != other
    return one[different], other[different]
