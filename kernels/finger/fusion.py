"""One score from both stages, in integers: the number that ranks candidates.

Where stage 2 found a motion its learned score stands, which has weighed the score of stage 1
already. Where it found none, the score of stage 1 orders candidates below all others.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HYPOTHESIS_BASE = 8192
"""Every candidate with a motion scores above this. A stage-1 score stays below it: at most 64
minutiae each add less than 128."""


def final(stage1: NDArray[np.int32], stage2: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the score of each candidate, int32 [k], from its score >= 0 in both stages, int32 [k].

    Rises with the score of stage 2; without one, with that of stage 1. Pure: safe from any thread.
    """
    motion = HYPOTHESIS_BASE + stage2.astype(np.int64)
    motion = np.minimum(motion, np.iinfo(np.int32).max)
    fused = np.where(stage2 > 0, motion, np.minimum(stage1, HYPOTHESIS_BASE - 1))
    return fused.astype(np.int32)
