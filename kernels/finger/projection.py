"""The shipped projection of stage 1: int8 weights and integer thresholds, checked when loaded."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kernels.finger import encode_tables
from kernels.finger import stage1_parameters as parameters

MODEL_FOLDER = Path(__file__).parent / "model"
MODEL_VERSION = 2
"""Raised with every change of weights or thresholds; codes of two versions do not compare."""

MODEL_FILE = f"projection_v{MODEL_VERSION}.npz"
PROVENANCE_FILE = "provenance.json"


class ProjectionError(RuntimeError):
    """The projection is not the one its provenance names: no template may be encoded with it."""


@dataclass(frozen=True, slots=True)
class Projection:
    """``weights`` int8 [FEATURES, PROJECTED_BITS], ``thresholds`` int32 [PROJECTED_BITS].

    Bit b of a minutia's code is 1 where ``features @ weights[:, b] > thresholds[b]``.
    """

    weights: NDArray[np.int8]
    thresholds: NDArray[np.int32]

    def digest(self) -> str:
        """Return the SHA-256 of both arrays, little endian, in C order."""
        body = self.weights.astype("<i1").tobytes() + self.thresholds.astype("<i4").tobytes()
        return hashlib.sha256(body).hexdigest()


def read(folder: Path) -> Projection:
    """Read and check a model folder; ProjectionError where shape, type or digest differ."""
    provenance = json.loads((folder / PROVENANCE_FILE).read_text(encoding="utf-8"))
    with np.load(folder / MODEL_FILE, allow_pickle=False) as arrays:
        model = Projection(arrays["weights"], arrays["thresholds"])
    expected = ((parameters.FEATURES, parameters.PROJECTED_BITS), np.dtype(np.int8))
    if (model.weights.shape, model.weights.dtype) != expected:
        raise ProjectionError(f"weights are {model.weights.shape} {model.weights.dtype}")
    if (model.thresholds.shape, model.thresholds.dtype) != (expected[0][1:], np.dtype(np.int32)):
        raise ProjectionError(f"thresholds are {model.thresholds.shape} {model.thresholds.dtype}")
    if model.digest() != provenance["projection_sha256"]:
        raise ProjectionError(f"projection has digest {model.digest()}, not that of its provenance")
    if provenance["tables_sha256"] != encode_tables.DIGEST:
        raise ProjectionError("projection was trained with other tables than this program builds")
    return model


@cache
def shipped() -> Projection:
    """Return the projection that belongs to this version of the program."""
    return read(MODEL_FOLDER)
