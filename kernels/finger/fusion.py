"""One score from both stages, in integers: the number that ranks candidates.

Stage 2 decides; stage 1 moves its score by a factor, because it sees the neighbourhoods of all
minutiae while stage 2 sees the pairs of one motion. On templates of three public extractors the
product had fewer errors than either stage where minutiae are noisy and no more where they are not;
a sum let stage 1 raise candidates that stage 2 had refuted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STAGE1_DOUBLES = 400
"""Stage-1 score that doubles the stage-2 score. Impostors seldom reach it."""

HYPOTHESIS_BASE = 8192
"""Lowest score of a candidate with a motion. A stage-1 score stays below it: at most 64 minutiae
each add less than 128."""


def final(stage1: NDArray[np.int32], stage2: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the score of each candidate, int32 [k], from its score >= 0 in both stages, int32 [k].

    A candidate without a motion (stage 2 is 0) keeps its stage-1 score and so its order among its
    like, below every candidate with one. Rises with both scores. Pure: safe from any thread.
    """
    first, second = stage1.astype(np.int64), stage2.astype(np.int64)
    product = second * (first + STAGE1_DOUBLES) // STAGE1_DOUBLES
    motion = np.minimum(HYPOTHESIS_BASE + product, np.iinfo(np.int32).max)
    fused = np.where(second > 0, motion, np.minimum(first, HYPOTHESIS_BASE - 1))
    return fused.astype(np.int32)
