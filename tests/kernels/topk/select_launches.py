"""The launches of select.cu, in order, on the fibres of a host module."""

from __future__ import annotations

import numpy as np

from kernels.host.build import HostModule
from kernels.topk.gpu import decode

THREADS = 256
TILE_ROWS = 1024
DIGITS = 256
CUT_WORDS = 4


def select(
    module: HostModule, scores: np.ndarray, k: int, excluded: np.ndarray, blocks: int = 3
) -> list[np.ndarray]:
    """Return the selected rows of each column, scores being int32 [columns, rows]."""
    columns, rows = scores.shape
    block = (THREADS,)
    cuts = np.zeros((columns, CUT_WORDS), np.uint32)
    cuts[:, 1] = k
    flags = excluded.astype(np.uint8)
    histograms = np.zeros((columns, DIGITS), np.uint32)
    for shift in (24, 16, 8, 0):
        column = (scores, flags, np.int32(rows), cuts, np.int32(shift), histograms)
        module.launch("select_histogram", (blocks, columns), block, *column)
        module.launch("select_cut", (columns,), block, histograms, np.int32(shift), cuts)
    assert not histograms.any()
    tiles = max(1, -(-rows // TILE_ROWS))
    counts = np.zeros((columns, tiles), np.uint64)
    module.launch(
        "select_count", (tiles, columns), block, scores, flags, np.int32(rows), cuts, counts
    )
    module.launch("select_offsets", (columns,), block, counts, np.int32(tiles), cuts)
    # A place too few or too many would show: the room is exactly what the answer needs.
    room = max(1, min(k, int((flags == 0).sum())))
    keys = np.zeros((columns, room), np.uint64)
    module.launch(
        "select_write",
        (tiles, columns),
        block,
        *(scores, flags, np.int32(rows), cuts, counts, np.int32(room), keys),
    )
    found = np.zeros((columns, room), np.uint64)
    grid = (-(-room // THREADS), columns)
    module.launch("select_rank", grid, block, keys, cuts, np.int32(room), found)
    selected = decode(found, cuts)
    for column, one in zip(scores, selected, strict=True):
        assert column[one.rows].tolist() == one.scores.tolist()
    return [one.rows for one in selected]
