"""Which minutiae lie on each other after a motion, for many hypotheses at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernels.finger import stage2_arithmetic as arithmetic
from kernels.finger.stage2_arithmetic import INDEX_MAX, INDEX_SHIFT, Integers
from kernels.finger.stage2_batch import Batch


@dataclass(frozen=True, slots=True)
class Posed:
    """Probes moved onto candidates: ``candidate`` [H] is the row of the batch that each of the H
    hypotheses concerns, ``x``, ``y``, ``angle`` [H, n] the moved minutiae.
    """

    candidate: Integers
    x: Integers
    y: Integers
    angle: Integers


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs of all hypotheses in one list, by rising hypothesis and probe minutia."""

    hypothesis: Integers
    i: Integers
    j: Integers
    weight: Integers
    squared: Integers


def nearby(posed: Posed, batch: Batch, tolerance_squared: Integers, angle: int) -> Matches:
    """Return every pair of positive weight; ``tolerance_squared`` broadcasts to [H, n]."""
    limit = np.broadcast_to(tolerance_squared, posed.x.shape).astype(np.float32)
    # The gate is exact: up to the tolerance all values are integers below 2**24, and rounding
    # never brings a larger sum below it.
    across = (
        posed.x.astype(np.float32)[:, :, np.newaxis] - batch.x_float[posed.candidate, np.newaxis]
    )
    upward = (
        posed.y.astype(np.float32)[:, :, np.newaxis] - batch.y_float[posed.candidate, np.newaxis]
    )
    np.multiply(across, across, out=across)
    np.multiply(upward, upward, out=upward)
    np.add(across, upward, out=across)
    found = np.flatnonzero(across < limit[:, :, np.newaxis])
    point, j = np.divmod(found, batch.width)
    squared = across.ravel()[found].astype(np.int64)
    hypothesis = point // posed.x.shape[1]
    turned = np.abs(
        arithmetic.wrap(batch.angle[posed.candidate[hypothesis], j] - posed.angle.ravel()[point])
    )
    kept = np.flatnonzero(turned < angle)
    point, squared, turned = point[kept], squared[kept], turned[kept]
    tolerance = np.broadcast_to(tolerance_squared, posed.x.shape)[
        hypothesis[kept], point % posed.x.shape[1]
    ]
    near = arithmetic.closeness(squared, tolerance) * arithmetic.closeness(turned**2, angle**2)
    weight = near >> arithmetic.WEIGHT_SHIFT
    return Matches(hypothesis[kept], point % posed.x.shape[1], j[kept], weight, squared)


def assign(posed: Posed, batch: Batch, tolerance_squared: Integers, angle: int) -> Matches:
    """Return the pairs that are each other's best, the lower index on a tie."""
    found = nearby(posed, batch, tolerance_squared, angle)
    hypotheses, minutiae = posed.x.shape
    row = found.hypothesis * minutiae + found.i
    column = found.hypothesis * batch.width + found.j
    row_key = found.weight << INDEX_SHIFT | INDEX_MAX - found.j
    column_key = found.weight << INDEX_SHIFT | INDEX_MAX - found.i
    best_of_row = np.zeros(hypotheses * minutiae, np.int64)
    best_of_column = np.zeros(hypotheses * batch.width, np.int64)
    np.maximum.at(best_of_row, row, row_key)
    np.maximum.at(best_of_column, column, column_key)
    mutual = (best_of_row[row] == row_key) & (best_of_column[column] == column_key)
    kept = np.flatnonzero(mutual & (found.weight > 0))
    return Matches(
        found.hypothesis[kept],
        found.i[kept],
        found.j[kept],
        found.weight[kept],
        found.squared[kept],
    )


def total_of(matches: Matches, values: Integers, hypotheses: int) -> Integers:
    """Return the sum of ``values`` [pairs] over each hypothesis, [H]."""
    totals = np.zeros(hypotheses, np.int64)
    np.add.at(totals, matches.hypothesis, values)
    return totals
