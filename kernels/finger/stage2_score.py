"""The learned score of a hypothesis: a small network over its features, in integers.

A line through the features plus a few bent units. The line keeps strong evidence rising where the
units are long saturated; the units know that the same pairs prove less in a large overlap.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from kernels.finger.stage2_arithmetic import Integers
from kernels.finger.stage2_features import Sums, features

MODEL_FILE = Path(__file__).parent / "model" / "score_v1.json"

GAIN_SHIFT = 16
STANDARD_ONE = 256
STANDARD_MAX = 6 * STANDARD_ONE
"""A feature further than six deviations from its mean counts as six: strange prints stay within
what was learned."""

WEIGHT_ONE = 4096
BEND_STEP = 1 << 12
BEND_ONE = 1 << 14
BEND: Integers = np.array(
    [round(BEND_ONE * math.tanh(step / 256)) for step in range(6 * 256)] + [BEND_ONE], np.int64
)
"""The hyperbolic tangent in steps of 1/256 up to 6. A unit's sum has STANDARD_ONE * WEIGHT_ONE =
256 * BEND_STEP to the whole."""

LINE_SHIFT = 6
SCORE_SHIFT = 16
SCORE_ONE = 1 << 10
SCORE_ZERO = 32 * SCORE_ONE
SCORE_MAX = 2 * SCORE_ZERO
"""A score has 1024 to one unit of log odds; it is kept between log odds of -32 and 32."""


class ScoreModelError(RuntimeError):
    """The score's model is not what its file says: nothing may be scored with it."""


@dataclass(frozen=True, slots=True)
class ScoreModel:
    """``names`` of the F features, ``centre`` and ``gain`` int64 [F], ``weights`` [F, U] and
    ``offsets`` [U] into the units, ``line`` [F] and ``bent`` [U] out of them, ``offset``.
    """

    names: tuple[str, ...]
    centre: Integers
    gain: Integers
    weights: Integers
    offsets: Integers
    line: Integers
    bent: Integers
    offset: int

    def digest(self) -> str:
        """Return the SHA-256 of the names and all numbers in their order."""
        parts = (self.centre, self.gain, self.weights, self.offsets, self.line, self.bent)
        numbers = [*(part.tolist() for part in parts), self.offset]
        return hashlib.sha256(json.dumps([list(self.names), numbers]).encode()).hexdigest()

    def scores(self, sums: Sums) -> Integers:
        """Return the score of each hypothesis, 1..SCORE_MAX, int64 [H]. Pure."""
        found = features(sums)
        return self.scores_of(np.stack([found[name] for name in self.names], axis=1))

    def scores_of(self, values: Integers) -> Integers:
        """Return the score, 1..SCORE_MAX, of each row of features in the order of ``names``."""
        standard = np.clip(
            (values - self.centre) * self.gain >> GAIN_SHIFT, -STANDARD_MAX, STANDARD_MAX
        )
        # Every product and sum is an integer below 2**53, so a float64 product of matrices is exact
        # in any order, and faster than one of integers.
        exact = standard.astype(np.float64)
        units = (exact @ self.weights.astype(np.float64)).astype(np.int64) + self.offsets
        step = np.minimum((np.abs(units) + BEND_STEP // 2) // BEND_STEP, len(BEND) - 1)
        bent = np.sign(units) * BEND[step]
        straight = (exact @ self.line.astype(np.float64)).astype(np.int64) << LINE_SHIFT
        total = (bent @ self.bent) + straight + self.offset
        scores: Integers = np.clip((total >> SCORE_SHIFT) + SCORE_ZERO, 1, SCORE_MAX)
        return scores


def read(path: Path) -> ScoreModel:
    """Read and check a model; ScoreModelError where its digest or its shapes differ."""
    held = json.loads(path.read_text(encoding="utf-8"))
    model = ScoreModel(
        names=tuple(held["names"]),
        centre=np.array(held["centre"], np.int64),
        gain=np.array(held["gain"], np.int64),
        weights=np.array(held["weights"], np.int64),
        offsets=np.array(held["offsets"], np.int64),
        line=np.array(held["line"], np.int64),
        bent=np.array(held["bent"], np.int64),
        offset=held["offset"],
    )
    if model.digest() != held["sha256"]:
        raise ScoreModelError(f"{path.name} has digest {model.digest()}, not {held['sha256']}")
    if model.weights.shape != (len(model.names), len(model.bent)):
        raise ScoreModelError(f"{path.name} holds weights of shape {model.weights.shape}")
    return model


@cache
def shipped() -> ScoreModel:
    """Return the model that belongs to this version of the program."""
    return read(MODEL_FILE)
