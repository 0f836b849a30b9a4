"""Trains the rule of quality on searches with known mates: logistic loss, weights not below 0.

``appliance bench finger quality`` makes the searches, of public sets and of generated fingers, and
calls this. The result may differ by a rounding between machines, therefore the trained numbers are
shipped and named by their digest.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kernels.finger.quality import KNOTS, ODDS_ONE, RAMP_LENGTHS, QualityModel, ramps

STEPS = 4_000
DECAY = 2e-4
"""Of the squared weights, ramps counted from 0 to 1: little, against weights that nothing asks."""

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Searches:
    """Probes with known mates.

    ``values`` int64 [N, F] the measures in the order of KNOTS, ``mates`` int64 [N] how many mates
    each was compared with, ``found`` int64 [N] how many of them at the operating threshold.
    """

    values: NDArray[np.int64]
    mates: NDArray[np.int64]
    found: NDArray[np.int64]


def joined(parts: Sequence[Searches]) -> Searches:
    """Return all searches as one."""
    return Searches(
        np.concatenate([each.values for each in parts]),
        np.concatenate([each.mates for each in parts]),
        np.concatenate([each.found for each in parts]),
    )


def train(searches: Searches, version: str) -> QualityModel:
    """Return the model; draws nothing by chance. About three seconds for 10,000 probes.

    Nesterov's gradient, after each step of which weights below 0 become 0.
    """
    climbed = np.hstack([ramps(searches.values) / RAMP_LENGTHS, np.ones((len(searches.mates), 1))])
    mates = searches.mates.astype(np.float64)
    decay = np.append(np.full(len(RAMP_LENGTHS), DECAY), 0.0)
    # No curvature exceeds this: the steps cannot overshoot.
    bound = 0.25 * np.linalg.eigvalsh((climbed.T * mates) @ climbed / mates.sum())[-1] + DECAY
    weights = np.zeros(climbed.shape[1])
    ahead = weights
    for step in range(STEPS):
        missing = mates / (1 + np.exp(-(climbed @ ahead))) - searches.found
        gradient = climbed.T @ missing / mates.sum() + decay * ahead
        moved = ahead - gradient / bound
        moved[:-1] = np.maximum(moved[:-1], 0)
        ahead = moved + step / (step + 3) * (moved - weights)
        weights = moved
    whole = np.round(ODDS_ONE * weights[:-1] / RAMP_LENGTHS).astype(np.int64)
    return QualityModel(version, whole, round(ODDS_ONE * float(weights[-1])))


def save(path: Path, model: QualityModel, provenance: dict[str, object]) -> None:
    """Write the model with what it was trained on."""
    document = {
        "version": model.version,
        **provenance,
        "numpy": np.__version__,
        "sha256": model.digest(),
        "knots": {name: list(knots) for name, knots in KNOTS.items()},
        "weights": model.weights.tolist(),
        "offset": model.offset,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
