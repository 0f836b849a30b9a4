"""How many of a template's best minutiae stage 1 looks at: a pure function of the packed bytes.

The best USED_ALWAYS; after them those whose quality comes near to the mean of the best, at most
USED_MAX in all. An extractor that is sure of many minutiae has them all used, one that reports
doubtful ones has them left out, and where no qualities are given all up to USED_MAX are used.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.finger import stage1_parameters as parameters
from kernels.finger.layout import FingerGallery, Minutiae


def used_count(minutiae: Minutiae) -> int:
    """Return how many minutiae, MINUTIA [n] in quality order, stage 1 looks at: a prefix."""
    always = parameters.USED_ALWAYS
    if len(minutiae) <= always:
        return len(minutiae)
    quality = minutiae["quality"][: parameters.USED_MAX].astype(np.int64)
    bar = parameters.USED_QUALITY_PERCENT * quality[:always].sum()
    # Qualities fall along the template, so those over the bar are a run.
    return int(always + np.count_nonzero(quality[always:] * (100 * always) >= bar))


def used_counts(gallery: FingerGallery) -> NDArray[np.int64]:
    """Return ``used_count`` of every template, int64 [templates]."""
    always = parameters.USED_ALWAYS
    counts = np.diff(gallery.starts)
    large = np.flatnonzero(counts > always)
    slots = np.arange(parameters.USED_MAX)
    present = slots < counts[large, None]
    columns = np.where(present, gallery.starts[large, None] + slots, 0)
    quality = gallery.minutiae["quality"].take(columns).astype(np.int64)
    bar = parameters.USED_QUALITY_PERCENT * quality[:, :always].sum(axis=1, keepdims=True)
    passed = (quality * (100 * always) >= bar) & present
    counts[large] = always + np.count_nonzero(passed[:, always:], axis=1)
    return counts
