"""Error against refusal: what the misses of searches come to when the worst probes are refused.

The error-versus-discard characteristic of ISO/IEC 29794-1, over the probes of searches.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.finger.train_quality import Searches


def misses_percent(
    searches: Searches, quality: NDArray[np.int64], refused_percent: NDArray[np.float64]
) -> list[float]:
    """Return the share of mates missed, in percent, once so many percent of probes are refused.

    ``quality`` int64 [N]; the lowest is refused first. Of equal ones any may be: the figure is the
    mean over which. Pure.
    """
    order = np.argsort(quality, kind="stable")
    last = np.flatnonzero(np.diff(quality[order], append=np.max(quality, initial=0) + 1))
    places = np.append(0, last + 1)
    mates = np.append(0, np.cumsum(searches.mates[order])[last])
    missed = np.append(0, np.cumsum((searches.mates - searches.found)[order])[last])
    refused = refused_percent / 100 * len(order)
    left = mates[-1] - np.interp(refused, places, mates)
    errors = missed[-1] - np.interp(refused, places, missed)
    return [round(100 * float(e / m), 4) if m else 0.0 for e, m in zip(errors, left, strict=True)]


def ideal(searches: Searches) -> NDArray[np.int64]:
    """Return the quality that knows the outcome: the share of mates found, in 1/10,000."""
    return searches.found * 10_000 // np.maximum(searches.mates, 1)
