"""Error rates of a matcher from its genuine and impostor scores; one threshold over everything.

Terms as in ISO/IEC 19795-1: false match rate (FMR) and false non-match rate (FNMR) of a threshold
``t`` are the shares of impostor scores ``>= t`` and of genuine scores ``< t``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """Rates in percent; ``fmr100`` is the FNMR where at most one impostor in 100 matches."""

    eer: float
    fmr100: float
    fmr1000: float
    zerofmr: float
    genuine: int
    impostor: int


def _false_non_matches(genuine: Scores, impostor: Scores, false_matches_max: int) -> float:
    """Return the FNMR (0..1) at the lowest threshold with at most that many false matches."""
    falling = np.sort(impostor)[::-1]
    if false_matches_max >= len(falling):
        return 0.0
    threshold = falling[false_matches_max] + 1
    return float(np.mean(genuine < threshold))


def _equal_error_rate(genuine: Scores, impostor: Scores) -> float:
    """Return the rate where FMR and FNMR meet: their mean at the nearest threshold."""
    genuine, impostor = np.sort(genuine), np.sort(impostor)
    thresholds = np.unique(np.concatenate([genuine, impostor, [0]]))
    thresholds = np.append(thresholds, thresholds[-1] + 1)
    non_match = np.searchsorted(genuine, thresholds, side="left") / len(genuine)
    match = 1 - np.searchsorted(impostor, thresholds, side="left") / len(impostor)
    nearest = int(np.argmin(np.abs(non_match - match)))
    return float((non_match[nearest] + match[nearest]) / 2)


def error_rates(genuine: Scores, impostor: Scores) -> ErrorRates:
    """Return the rates of int64 scores; both arrays must hold at least one score."""
    if not len(genuine) or not len(impostor):
        raise ValueError("error rates need at least one genuine and one impostor score")
    return ErrorRates(
        eer=100 * _equal_error_rate(genuine, impostor),
        fmr100=100 * _false_non_matches(genuine, impostor, len(impostor) // 100),
        fmr1000=100 * _false_non_matches(genuine, impostor, len(impostor) // 1000),
        zerofmr=100 * _false_non_matches(genuine, impostor, 0),
        genuine=len(genuine),
        impostor=len(impostor),
    )
