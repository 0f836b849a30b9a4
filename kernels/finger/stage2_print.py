"""A print as stage 2 sees it: its best minutiae as plain integer columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels import limits
from kernels.finger import stage2_parameters as parameters
from kernels.finger.layout import Codes, FingerGallery, Minutiae, unpack
from kernels.finger.stage2_arithmetic import COS, SIN, TURN, Integers

_WORD_MASKS: NDArray[np.uint64] = np.array(
    [
        parameters.SIMILAR_BITS_MASK >> (64 * word) & 0xFFFF_FFFF_FFFF_FFFF
        for word in range(limits.CODE_WORDS)
    ],
    np.uint64,
)

_STEP = TURN // parameters.HULL_DIRECTIONS
HULL_X: Integers = COS[::_STEP].copy()
HULL_Y: Integers = SIN[::_STEP].copy()
"""Normals of the sides of the polygon that stands for a print's area, 1/16384."""


@dataclass(frozen=True, slots=True)
class Print:
    """The first STAGE2_MINUTIAE_MAX minutiae of a template, in packed order.

    ``x``, ``y`` 0..65535 in 1/8 px, ``angle`` 0..1020 in 1/1024 turn, ``kind`` as packed, ``rank``
    0..256 of the quality within the print, ``codes`` uint64 [CODE_WORDS, n] without the direction
    bits.
    """

    x: Integers
    y: Integers
    angle: Integers
    kind: Integers
    rank: Integers
    codes: Codes

    def __len__(self) -> int:
        return len(self.x)


def quality_rank(quality: NDArray[np.uint8]) -> Integers:
    """Return 0..256 for each quality [n]: the share of the print's minutiae below it, equal ones
    by half. What a quality of 60 means differs between extractors, its place in the print less.
    """
    rising = np.sort(quality)
    below = np.searchsorted(rising, quality, "left")
    through = np.searchsorted(rising, quality, "right")
    ranks: Integers = (below + through) * 128 // max(len(quality), 1)
    return ranks


def _of(minutiae: Minutiae, codes: Codes) -> Print:
    """Return the print of MINUTIA [n] and uint64 [CODE_WORDS, n]."""
    kept = slice(limits.STAGE2_MINUTIAE_MAX)
    best = minutiae[kept]
    return Print(
        best["x"].astype(np.int64),
        best["y"].astype(np.int64),
        best["angle"].astype(np.int64) * (TURN // 256),
        best["kind"].astype(np.int64),
        quality_rank(best["quality"]),
        codes[:, kept] & _WORD_MASKS[:, np.newaxis],
    )


def of_blob(blob: bytes) -> Print:
    """Return the print of a packed template; LayoutError if it is none."""
    minutiae, codes = unpack(blob)
    return _of(minutiae, codes.T)


def of_row(gallery: FingerGallery, row: int) -> Print:
    """Return the print of one template of a gallery."""
    columns = gallery.rows(row)
    return _of(gallery.minutiae[columns], gallery.codes[:, columns])
