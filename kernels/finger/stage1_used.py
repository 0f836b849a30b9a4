"""How many of a template's best minutiae stage 1 looks at: a pure function of the packed bytes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.finger import stage1_parameters as parameters
from kernels.finger.layout import FingerGallery, Minutiae


def used_count(minutiae: Minutiae) -> int:
    """Return how many minutiae, MINUTIA [n] in quality order, stage 1 looks at: a prefix."""
    return min(len(minutiae), parameters.USED_MAX)


def used_counts(gallery: FingerGallery) -> NDArray[np.int64]:
    """Return ``used_count`` of every template, int64 [templates]."""
    return np.minimum(np.diff(gallery.starts), parameters.USED_MAX)
