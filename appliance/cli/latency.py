"""Latencies of repeated searches, summed up the way a capacity plan needs them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def summary_ms(seconds: Sequence[float]) -> dict[str, float]:
    """Return median, 99th percentile and mean in milliseconds of at least one measurement."""
    values = np.asarray(seconds, np.float64) * 1000
    return {
        "p50_ms": round(float(np.percentile(values, 50)), 3),
        "p99_ms": round(float(np.percentile(values, 99)), 3),
        "mean_ms": round(float(values.mean()), 3),
    }
