"""Random minutiae from integer draws alone: the same on every machine and numpy build."""

import numpy as np

from kernels.finger.layout import MINUTIA, Minutiae


def minutiae(rng: np.random.Generator, count: int, span: int, quality_max: int = 100) -> Minutiae:
    """Return ``count`` minutiae spread over a square of ``span`` units of 1/8 px."""
    drawn = np.zeros(count, MINUTIA)
    drawn["x"] = rng.integers(0, span, count)
    drawn["y"] = rng.integers(0, span, count)
    drawn["angle"] = rng.integers(0, 256, count)
    drawn["kind"] = rng.integers(0, 3, count)
    drawn["quality"] = rng.integers(0, quality_max + 1, count)
    return drawn


def edge_templates(rng: np.random.Generator) -> list[Minutiae]:
    """Return the shapes at which an encoder could stumble."""
    stacked = minutiae(rng, 255, 1)
    corners = minutiae(rng, 4, 1)
    corners["x"] = [0, 65_535, 0, 65_535]
    corners["y"] = [0, 0, 65_535, 65_535]
    piled = minutiae(rng, 64, 1)
    piled["x"][1:] = 120
    piled["angle"] = 0
    alike = minutiae(rng, 90, 2_400)
    alike["quality"] = 57
    return [
        minutiae(rng, 0, 1),
        minutiae(rng, 1, 100),
        minutiae(rng, 255, 65_536),
        minutiae(rng, 255, 3_000),
        minutiae(rng, 300, 3_000),
        minutiae(rng, 70, 2_400, quality_max=0),
        minutiae(rng, 0, 1),
        minutiae(rng, 41, 1_500),
        minutiae(rng, 65, 1_500),
        alike,
        stacked,
        piled,
        corners,
    ]
