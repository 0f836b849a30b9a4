"""Candidates side by side: the columns that the vectorised steps of stage 2 work on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels import limits
from kernels.finger.layout import Codes
from kernels.finger.stage2_arithmetic import Integers
from kernels.finger.stage2_print import HULL_X, HULL_Y, Print

FAR = 1 << 20
"""Coordinate of a filler minutia: out of reach of any motion, and exact in float32."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Prints padded to a common count.

    ``x``, ``y``, ``angle``, ``kind``, ``rank`` [B, m], ``codes`` [CODE_WORDS, B, m], ``counts``
    [B], ``reach`` [B, HULL_DIRECTIONS] (how far each print extends along each side's normal), and
    both coordinates again as float32 for the distance gate.
    """

    x: Integers
    y: Integers
    angle: Integers
    kind: Integers
    rank: Integers
    codes: Codes
    counts: Integers
    reach: Integers
    x_float: NDArray[np.float32]
    y_float: NDArray[np.float32]

    @property
    def width(self) -> int:
        """Columns of the widest print."""
        return int(self.x.shape[1])


def reach_of(print_: Print) -> Integers:
    """Return how far a print extends along each normal, int64 [HULL_DIRECTIONS]."""
    extents: Integers = (np.outer(HULL_X, print_.x) + np.outer(HULL_Y, print_.y)).max(axis=1)
    return extents


def batch_of(prints: Sequence[Print]) -> Batch:
    """Return the batch of prints, none of them empty."""
    counts = np.array([len(print_) for print_ in prints], np.int64)
    shape = (len(prints), int(np.max(counts)))
    x, y = np.full(shape, FAR, np.int64), np.full(shape, FAR, np.int64)
    angle, kind, rank = (np.zeros(shape, np.int64) for _ in range(3))
    codes = np.zeros((limits.CODE_WORDS, *shape), np.uint64)
    for number, print_ in enumerate(prints):
        filled = slice(len(print_))
        x[number, filled], y[number, filled] = print_.x, print_.y
        angle[number, filled] = print_.angle
        kind[number, filled], rank[number, filled] = print_.kind, print_.rank
        codes[:, number, filled] = print_.codes
    reach = np.stack([reach_of(print_) for print_ in prints])
    floats = x.astype(np.float32), y.astype(np.float32)
    return Batch(x, y, angle, kind, rank, codes, counts, reach, *floats)
