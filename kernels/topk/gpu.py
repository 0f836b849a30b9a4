"""The best rows of score columns on a device, by the launches of ``select.cu``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels import limits
from kernels.device import SELECT, Device, DeviceArray
from kernels.scratch import Scratch

THREADS = 256
TILE_ROWS = 1_024
DIGITS = 256
DIGIT_SHIFTS = (24, 16, 8, 0)

ROWS_MAX = 1 << 30
"""Rows of a column: the kernels number them in an int."""

CUT_WORDS = 4
REMAINING = 1
SELECTED = 3
"""Words of a column's cut: what is asked of it, and how many rows were selected."""

BLOCKS_PER_MULTIPROCESSOR = 4

_ROW_MASK = np.uint64(0xFFFFFFFF)
_SCORE_SHIFT = np.uint64(32)
_SIGN_BIT = np.uint32(0x80000000)


@dataclass(frozen=True, slots=True)
class Selected:
    """The best rows (int64) of a column with their scores (int32), best first, then by row."""

    rows: NDArray[np.int64]
    scores: NDArray[np.int32]


def launch(
    device: Device,
    scratch: Scratch,
    scores: DeviceArray,
    rows: int,
    excluded: DeviceArray,
    depths: Sequence[int],
) -> tuple[DeviceArray, DeviceArray]:
    """Queue a selection from int32 [columns, rows]; the two arrays returned are for ``decode``.

    ``depths`` says how many rows of each column are wanted, 0..TOPK_MAX; ``excluded`` is uint8
    [rows], not 0 for rows that are never selected. ValueError outside of the limits.
    """
    if not 0 < rows <= ROWS_MAX:
        raise ValueError(f"a column has {rows} rows, expected 1..{ROWS_MAX}")
    if not depths or not 0 <= min(depths) <= max(depths) <= limits.TOPK_MAX:
        raise ValueError(f"depths are {list(depths)}, expected 0..{limits.TOPK_MAX}")
    columns, block = len(depths), (THREADS,)
    tiles = -(-rows // TILE_ROWS)
    busy = min(tiles, BLOCKS_PER_MULTIPROCESSOR * device.facts.multiprocessors)
    room = max(1, min(max(depths), rows))
    asked = np.zeros((columns, CUT_WORDS), np.uint32)
    asked[:, REMAINING] = depths
    cuts = scratch.upload(asked)
    histograms = scratch.zeros((columns, DIGITS), np.uint32)
    counts = scratch.allocate((columns, tiles), np.uint64)
    keys = scratch.allocate((columns, room), np.uint64)
    # Places past the last selected row are never written; zeros keep rubbish out of a download.
    found = scratch.zeros((columns, room), np.uint64)

    def queue(kernel: str, grid: tuple[int, ...], *arguments: DeviceArray | np.generic) -> None:
        device.launch(SELECT, kernel, grid, block, *arguments)

    column = (scores, excluded, np.int32(rows), cuts)
    for shift in DIGIT_SHIFTS:
        queue("select_histogram", (busy, columns), *column, np.int32(shift), histograms)
        queue("select_cut", (columns,), histograms, np.int32(shift), cuts)
    queue("select_count", (tiles, columns), *column, counts)
    queue("select_offsets", (columns,), counts, np.int32(tiles), cuts)
    queue("select_write", (tiles, columns), *column, counts, np.int32(room), keys)
    queue("select_rank", (-(-room // THREADS), columns), keys, cuts, np.int32(room), found)
    return found, cuts


def decode(found: NDArray[np.uint64], cuts: NDArray[np.uint32]) -> list[Selected]:
    """Return what was selected of each column, from uint64 [columns, room] and its cuts."""
    selected = []
    for keys, cut in zip(found, cuts, strict=True):
        own = keys[: int(cut[SELECTED])]
        rows = (_ROW_MASK - (own & _ROW_MASK)).astype(np.int64)
        scores = ((own >> _SCORE_SHIFT).astype(np.uint32) ^ _SIGN_BIT).view(np.int32)
        selected.append(Selected(rows, scores))
    return selected


def scratch_bytes(columns: int, rows: int, depth: int) -> int:
    """Return the bytes that a selection takes beside the scores, at most."""
    tiles = -(-rows // TILE_ROWS)
    room = max(1, min(depth, rows))
    return columns * (CUT_WORDS * 4 + DIGITS * 4 + (tiles + 2 * room) * 8)
