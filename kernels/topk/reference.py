"""Selection as one sorts a list: the rule that every backend must equal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels import limits


def select(scores: NDArray[np.int32], k: int, excluded: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the rows of the ``k`` highest scores, equal scores by rising row.

    ``scores`` is int32 [n], ``excluded`` bool [n]; an excluded row is never returned, every other
    row is eligible whatever its score. The answer has min(k, eligible) rows. ValueError if ``k`` is
    not 0..TOPK_MAX or the lengths differ. Pure: safe from any thread.
    """
    if not 0 <= k <= limits.TOPK_MAX:
        raise ValueError(f"k is {k}, expected 0..{limits.TOPK_MAX}")
    if scores.shape != excluded.shape:
        raise ValueError(f"scores have shape {scores.shape}, excluded {excluded.shape}")
    eligible = [row for row in range(len(scores)) if not excluded[row]]
    eligible.sort(key=lambda row: (-int(scores[row]), row))
    return np.array(eligible[:k], np.int64)
