"""Overwrites the small blocks that numpy keeps for its next arrays, so that no probe stays there.

numpy gives blocks of less than BLOCK_BYTES_MAX back to itself, a few of each size for each thread,
and not to the C library, which would overwrite them (Art. 13(3)). Taking them all, filled with
zeros, and giving them back leaves nothing of what they held.
"""

from __future__ import annotations

import numpy as np

from appliance.domain.codes import Category

BLOCK_BYTES_MAX = 1_024
BLOCKS_OF_A_SIZE = 8
"""One more than numpy keeps."""

_LARGEST = {Category.DACTYLOSCOPIC: BLOCK_BYTES_MAX, Category.DNA: 128}
"""What copies of a probe need: columns of up to 255 minutiae, or pairs of codes by slot."""


def overwrite(category: Category) -> None:
    """Overwrite the blocks that a search of the category may have used in this thread; < 10 ms."""
    kept = [
        np.zeros(size, np.uint8)
        for size in range(1, _LARGEST[category] + 1)
        for _ in range(BLOCKS_OF_A_SIZE)
    ]
    del kept
