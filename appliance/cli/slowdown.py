"""By how much something slows searches down: both sides, and how sure the difference is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2_000
LEVEL_PERCENT = 95
SEED = 58

Times = NDArray[np.float64]
Figure = Callable[[Times], Times]

FIGURES: dict[str, Figure] = {
    "mean": lambda times: times.mean(axis=-1),
    "p50": lambda times: np.percentile(times, 50, axis=-1),
    "p95": lambda times: np.percentile(times, 95, axis=-1),
}
"""Of float64 [..., searches] along the last axis."""


@dataclass(slots=True)
class Slowdown:
    """Milliseconds of searches with and without what may slow them down."""

    without_ms: list[float] = field(default_factory=list)
    beside_ms: list[float] = field(default_factory=list)

    def add(self, taken_ms: float, *, beside: bool) -> None:
        """Take note of one search."""
        (self.beside_ms if beside else self.without_ms).append(taken_ms)

    def figures(self) -> dict[str, float]:
        """Return mean and quantiles of both sides, and by how many percent each grew.

        ``slower_from`` and ``slower_to`` enclose the growth with LEVEL_PERCENT confidence: the
        quantiles of the ratio among RESAMPLES draws, with replacement, of each side (bootstrap;
        Efron, 1979). Searches of one side count as drawn apart, so both sides have to be measured
        in turns.
        """
        without, beside = np.array(self.without_ms), np.array(self.beside_ms)
        draw = np.random.default_rng(SEED)
        drawn_without, drawn_beside = (
            side[draw.integers(0, len(side), (RESAMPLES, len(side)))] for side in (without, beside)
        )
        outside = (100 - LEVEL_PERCENT) / 2
        told: dict[str, float] = {"searches_of_each_side": min(len(without), len(beside))}
        for name, figure in FIGURES.items():
            alone, both = float(figure(without)), float(figure(beside))
            grown = _percent(figure(drawn_beside), figure(drawn_without))
            low, high = np.percentile(grown, (outside, 100 - outside)).tolist()
            told |= {
                f"{name}_without_ms": round(alone, 2),
                f"{name}_beside_ms": round(both, 2),
                f"{name}_slower_percent": round(100 * (both / alone - 1), 1),
                f"{name}_slower_from_percent": round(low, 1),
                f"{name}_slower_to_percent": round(high, 1),
            }
        return told


def _percent(after: Times, before: Times) -> Times:
    return 100 * (after / before - 1)
