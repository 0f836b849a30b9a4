"""Selection by a cut score: one partition of the column, then a sort of the few survivors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels import limits


def select(scores: NDArray[np.int32], k: int, excluded: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the rows of the ``k`` highest scores, equal scores by rising row.

    ``scores`` is int32 [n], ``excluded`` bool [n]; an excluded row is never returned, every other
    row is eligible whatever its score. The answer has min(k, eligible) rows. ValueError if ``k`` is
    not 0..TOPK_MAX or the lengths differ. Linear in n; pure: safe from any thread.
    """
    if not 0 <= k <= limits.TOPK_MAX:
        raise ValueError(f"k is {k}, expected 0..{limits.TOPK_MAX}")
    if scores.shape != excluded.shape:
        raise ValueError(f"scores have shape {scores.shape}, excluded {excluded.shape}")
    rows = np.flatnonzero(~excluded)
    values = scores[rows]
    if 0 < k < len(rows):
        cut = np.partition(values, len(rows) - k)[len(rows) - k]
        above = np.flatnonzero(values > cut)
        # Fewer than k rows lie above the cut; the lowest rows that lie on it fill the rest.
        level = np.flatnonzero(values == cut)[: k - len(above)]
        kept = np.sort(np.concatenate([above, level]))
        rows, values = rows[kept], values[kept]
    # Rows are rising here, so a stable sort leaves equal scores by row; int64 negates any int32.
    order = np.argsort(-values.astype(np.int64), kind="stable")
    return rows[order[:k]].astype(np.int64, copy=False)
