"""The elastic step of a batch: each minutia goes where the pairs of the others predict it."""

from __future__ import annotations

import numpy as np

from kernels.finger import stage2_arithmetic as arithmetic
from kernels.finger import stage2_parameters as parameters
from kernels.finger.stage2_arithmetic import KERNEL, UNIT, Integers
from kernels.finger.stage2_assignment import Matches, Posed, assign
from kernels.finger.stage2_batch import Batch


def warp(rigid: Posed, batch: Batch, matches: Matches) -> tuple[Posed, Matches]:
    """Return the warped probes and their pairs after the elastic fits."""
    warped = rigid
    schedule = zip(parameters.ELASTIC_TOLERANCES, parameters.ELASTIC_ANGLES, strict=True)
    for tolerance, angle in schedule:
        warped = _predict(rigid, batch, matches)
        matches = assign(warped, batch, np.array(tolerance**2), angle)
    return warped, matches


def _predict(rigid: Posed, batch: Batch, matches: Matches) -> Posed:
    """Return where the pairs of the other minutiae put each minutia (moving least squares)."""
    which, i = matches.hypothesis, matches.i
    place = rigid.candidate[which]
    there_x, there_y = rigid.x[which, i], rigid.y[which, i]
    u = (batch.x[place, matches.j] - there_x)[:, np.newaxis]
    v = (batch.y[place, matches.j] - there_y)[:, np.newaxis]
    turned = arithmetic.wrap(batch.angle[place, matches.j] - rigid.angle[which, i])[:, np.newaxis]
    x = there_x[:, np.newaxis] - rigid.x[which]
    y = there_y[:, np.newaxis] - rigid.y[which]
    squared = x * x + y * y
    near = _nearness(squared, matches)

    def summed(values: Integers) -> Integers:
        return _sum_rows(near * values, which, len(rigid.candidate))

    total = _sum_rows(near, which, len(rigid.candidate)) + parameters.PRIOR_WEIGHT
    sum_x, sum_y, sum_u, sum_v = summed(x), summed(y), summed(u), summed(v)
    inertia = summed(squared + parameters.ELASTIC_DIRECTION_WEIGHT) + parameters.PRIOR_INERTIA
    inertia -= (sum_x * sum_x + sum_y * sum_y) // total
    turn = summed(x * v - y * u + arithmetic.DIRECTION_PULL * turned)
    turn -= (sum_x * sum_v - sum_y * sum_u) // total
    small = (turn << arithmetic.UNIT_SHIFT) // inertia
    small = np.clip(small, -parameters.WARP_TURN_MAX, parameters.WARP_TURN_MAX)
    whole = total << arithmetic.UNIT_SHIFT
    return Posed(
        rigid.candidate,
        rigid.x + arithmetic.divide(sum_u * UNIT + small * sum_y, whole),
        rigid.y + arithmetic.divide(sum_v * UNIT - small * sum_x, whole),
        rigid.angle + arithmetic.divide(small * arithmetic.TURN_PER_RADIAN, np.array(UNIT)),
    )


def _nearness(squared: Integers, matches: Matches) -> Integers:
    """Return the weight of every pair in the fit of every minutia, [pairs, n]; 0 in its own."""
    step = np.minimum(squared >> arithmetic.KERNEL_STEP_SHIFT, arithmetic.KERNEL_ENTRIES)
    near: Integers = matches.weight[:, np.newaxis] * KERNEL[step] >> arithmetic.WEIGHT_SHIFT
    near[np.arange(len(matches.i)), matches.i] = 0
    return near


def _sum_rows(values: Integers, which: Integers, hypotheses: int) -> Integers:
    """Return the sum of the rows [pairs, n] of each hypothesis, [H, n]; ``which`` rises."""
    totals = np.zeros((hypotheses, values.shape[1]), np.int64)
    if len(which):
        first = np.flatnonzero(np.diff(which, prepend=-1))
        totals[which[first]] = np.add.reduceat(values, first, axis=0)
    return totals
