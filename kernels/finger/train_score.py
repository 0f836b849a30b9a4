"""Trains the learned score of stage 2 on features of compared pairs: logistic loss, seeded.

``appliance bench finger train`` reads sets of templates, compares all pairs of each and calls this.
The result may differ by a rounding between machines, therefore the trained numbers are shipped and
named by their digest.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kernels.finger import stage2_score as parts
from kernels.finger.stage2_arithmetic import Integers
from kernels.finger.stage2_score import ScoreModel

SEED = 20_261
NETS = 3
"""Networks trained from different beginnings and averaged: less left to the chance of one."""

UNITS = 8
EPOCHS = 30
BATCH = 1024
RATE = 5e-3
DECAY = 3e-3
GENUINE_WEIGHT = 3.0
CHOICES = 4
"""How often, at even intervals, each pair's best hypothesis is chosen anew."""

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Samples:
    """Hypotheses of compared pairs.

    ``names`` of the features, ``values`` int64 [H, F], ``pair`` int64 [H] (rising) the number of
    each hypothesis' pair, ``genuine`` bool [P] whether that pair is of one finger.
    """

    names: tuple[str, ...]
    values: Integers
    pair: Integers
    genuine: NDArray[np.bool_]


def joined(parts_: Sequence[Samples]) -> Samples:
    """Return all samples as one."""
    before = np.cumsum([0, *(len(each.genuine) for each in parts_)])
    return Samples(
        parts_[0].names,
        np.concatenate([each.values for each in parts_]),
        np.concatenate([each.pair + start for each, start in zip(parts_, before, strict=False)]),
        np.concatenate([each.genuine for each in parts_]),
    )


@dataclass(slots=True)
class _Network:
    """Parameters: weights [F, U], offsets [U], bent [U], line [F], offset [1]."""

    parameters: list[Reals]

    def forward(self, standard: Reals) -> tuple[Reals, Reals]:
        """Return the units [n, U] and the log odds [n]."""
        weights, offsets, bent, line, offset = self.parameters
        units = np.tanh(standard @ weights + offsets)
        return units, units @ bent + standard @ line + offset

    def gradients(self, standard: Reals, target: Reals, weight: Reals) -> list[Reals]:
        """Return the gradient of the mean weighted logistic loss and of the weights' decay."""
        weights, _, bent, line, _ = self.parameters
        units, odds = self.forward(standard)
        error = (1 / (1 + np.exp(-odds)) - target) * weight / len(target)
        back = np.outer(error, bent) * (1 - units**2)
        return [
            standard.T @ back + DECAY * weights,
            back.sum(axis=0),
            units.T @ error + DECAY * bent,
            standard.T @ error + DECAY * line,
            error.sum(keepdims=True),
        ]


class _Adam:
    """Adam with the usual constants and a rate that falls along a cosine."""

    def __init__(self, parameters: list[Reals], steps: int) -> None:
        self._mean = [np.zeros_like(each) for each in parameters]
        self._square = [np.zeros_like(each) for each in parameters]
        self._steps = steps
        self._step = 0

    def move(self, parameters: list[Reals], gradients: list[Reals]) -> None:
        """Change the parameters by one step."""
        self._step += 1
        rate = RATE * 0.5 * (1 + np.cos(np.pi * self._step / self._steps))
        for k, gradient in enumerate(gradients):
            self._mean[k] = 0.9 * self._mean[k] + 0.1 * gradient
            self._square[k] = 0.999 * self._square[k] + 0.001 * gradient**2
            mean = self._mean[k] / (1 - 0.9**self._step)
            square = self._square[k] / (1 - 0.999**self._step)
            parameters[k] -= rate * mean / (np.sqrt(square) + 1e-8)


def train(samples: Samples) -> ScoreModel:
    """Return the model of the samples; about ten seconds for 60,000 pairs."""
    spread = np.maximum(samples.values.std(axis=0), 1.0)
    centre = np.round(samples.values.mean(axis=0))
    clip = parts.STANDARD_MAX / parts.STANDARD_ONE
    standard = np.clip((samples.values - centre) / spread, -clip, clip)
    networks = [_network(samples, standard, SEED + k) for k in range(NETS)]
    return _quantised(samples.names, centre, spread, networks)


def _network(samples: Samples, standard: Reals, seed: int) -> _Network:
    rng = np.random.default_rng(seed)
    count = standard.shape[1]
    network = _Network(
        [
            rng.normal(0, count**-0.5, (count, UNITS)),
            np.zeros(UNITS),
            rng.normal(0, 0.3, UNITS),
            np.zeros(count),
            np.zeros(1),
        ]
    )
    first = np.flatnonzero(np.diff(samples.pair, prepend=-1))
    target = samples.genuine[samples.pair[first]].astype(np.float64)
    weight = np.where(target > 0, GENUINE_WEIGHT, 1.0)
    adam = _Adam(network.parameters, EPOCHS * -(-len(first) // BATCH))
    # Hypotheses come with the heaviest first: a fair choice before anything is learned.
    chosen = first
    for epoch in range(EPOCHS):
        if epoch and epoch % (EPOCHS // CHOICES) == 0:
            chosen = _best(network.forward(standard)[1], first)
        order = rng.permutation(len(first))
        for start in range(0, len(order), BATCH):
            pick = order[start : start + BATCH]
            gradients = network.gradients(standard[chosen[pick]], target[pick], weight[pick])
            adam.move(network.parameters, gradients)
    return network


def _best(odds: Reals, first: Integers) -> Integers:
    """Return the place of the best hypothesis of each pair, the first of equal ones."""
    group = np.repeat(np.arange(len(first)), np.diff(first, append=len(odds)))
    order = np.lexsort((-odds, group))
    return order[first]


def _quantised(
    names: tuple[str, ...], centre: Reals, spread: Reals, networks: Sequence[_Network]
) -> ScoreModel:
    """Return the mean of the networks, which is one wider network, in integers."""
    weights, offsets, bent, line, offset = zip(
        *(network.parameters for network in networks), strict=True
    )
    one, share = parts.WEIGHT_ONE, 1 / len(networks)

    def integers(values: Reals, unit: float) -> Integers:
        return np.round(values * unit).astype(np.int64)

    return ScoreModel(
        names,
        centre.astype(np.int64),
        integers((parts.STANDARD_ONE << parts.GAIN_SHIFT) / spread, 1),
        integers(np.concatenate(weights, axis=1), one),
        integers(np.concatenate(offsets), one * parts.STANDARD_ONE),
        integers(np.mean(line, axis=0), one),
        integers(np.concatenate(bent) * share, one),
        int(np.round(np.mean(offset) * one * parts.BEND_ONE)),
    )


def save(path: Path, model: ScoreModel, provenance: dict[str, object]) -> None:
    """Write the model with what it was trained on."""
    document = {
        **provenance,
        "seed": SEED,
        "numpy": np.__version__,
        "sha256": model.digest(),
        "names": list(model.names),
        "centre": model.centre.tolist(),
        "gain": model.gain.tolist(),
        "offsets": model.offsets.tolist(),
        "bent": model.bent.tolist(),
        "line": model.line.tolist(),
        "offset": model.offset,
        "weights": model.weights.tolist(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document) + "\n", encoding="utf-8")
