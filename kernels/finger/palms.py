"""Generated palms and their impressions: large prints of a smooth flow with five deltas.

Four deltas lie below the fingers and one near the wrist, as on most palms; the ridges between them
follow from the zero-pole model. What an impression is follows ``population``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from kernels.finger import population, population_presets
from kernels.finger.layout import Minutiae
from kernels.finger.orientation_field import OrientationField
from kernels.finger.population import Block, PopulationSpec

HALF_SIZE_PX = 900.0
"""Half the side of a palm, 9 cm across."""

DARTS = 3_500
ROOTS_PX = (-560.0, -190.0, 190.0, 560.0)
ROOTS_HEIGHT_PX = 520.0
WRIST_HEIGHT_PX = -700.0
FAR_PX = 6_000.0
"""Each delta needs a core; those of a palm lie on the fingers or nowhere, far from the print."""


def palms(
    count: int, impressions: int, seed: int, spec: PopulationSpec = population_presets.PALM
) -> Iterator[list[Minutiae]]:
    """Yield palm after palm its impressions, MINUTIA [n]; about a second for ten palms.

    ``spec`` tells how the impressions differ; the palm itself depends on ``seed`` and its number
    alone, if the spacing and the flow are the same.
    """
    for number in range(count):
        block = _palm(np.random.default_rng([seed, number]), spec)
        found = []
        for each in range(impressions):
            rng = np.random.default_rng([seed, number, 1 + each])
            (minutiae,) = population.impressions_of(rng, block, spec)
            minutiae["reserved"] = 0
            found.append(minutiae)
        yield found


def _palm(rng: np.random.Generator, spec: PopulationSpec) -> Block:
    """Draw one palm as a block of one row."""
    shape = (1, DARTS)
    x, y = rng.uniform(-HALF_SIZE_PX, HALF_SIZE_PX, (2, *shape))
    deltas = np.array([*ROOTS_PX, 0.0]) + 1j * np.array([ROOTS_HEIGHT_PX] * 4 + [WRIST_HEIGHT_PX])
    deltas = deltas + rng.normal(0, 40, 5) + 1j * rng.normal(0, 40, 5)
    cores = np.asarray(FAR_PX * np.exp(1j * (math.pi / 2 + rng.normal(0, 0.2, 5))), np.complex128)
    field = OrientationField(cores[None], deltas[None], np.ones((1, 5)), np.zeros(1))
    sign = population.waves(rng, x, y, *spec.flow_px) + spec.flow_noise * rng.normal(size=shape)
    return Block(
        field,
        x,
        y,
        field.at(x, y) + math.pi * (sign + spec.flow_bias > 0),
        rng.beta(4, 2, shape),
        rng.random(shape) < spec.bifurcation_share,
        population.spaced(x, y, rng.uniform(*spec.spacing_px, 1)),
    )
