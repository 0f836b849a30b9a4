"""Train the stage-1 projection on generated fingers: ``python -m kernels.finger.train_projection``.

Linear discriminant analysis: the directions in which histograms of different minutiae differ most
against those of one minutia in two impressions, less the first of them. No real print is read. The
result may differ by a rounding between machines, therefore the trained arrays are shipped and named
by their digest.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kernels.finger import encode_tables, population
from kernels.finger import projection as projection_files
from kernels.finger import stage1_parameters as parameters
from kernels.finger.encode_cpu import features_of
from kernels.finger.layout import Minutiae, quality_order
from kernels.finger.projection import Projection
from kernels.finger.stage1_used import used_count

SEED = 20_260
FINGERS = 1_500
"""Fingers of each of the two noise levels."""

IMPRESSIONS = 4
RIDGE = 0.02
"""Share of the mean within-minutia variance added to its diagonal: keeps the inverse tame."""

OMITTED = 25
"""Leading directions that give no bit. They tell how dense a neighbourhood is and on which side the
print ends, in which unrelated prints agree as well, and many minutiae of one print at once: without
them chance scores have shorter tails, for every extractor."""

CLEAN = replace(population.CLEAN, drop_share=(0.1, 0.4), shift_px=45.0)
NOISY = replace(population.NOISY, shift_px=45.0)
"""Impressions that overlap less and miss more than those of the other uses of generated fingers, so
that the directions learn to bear a border that lies elsewhere."""

WEIGHT_MAX = 127

Reals = NDArray[np.float64]


def _prints() -> Iterator[list[Minutiae]]:
    """Yield the impressions of finger after finger, clean ones first."""
    for offset, spec in enumerate((CLEAN, NOISY)):
        for prints in population.identified(FINGERS, IMPRESSIONS, SEED + offset, spec):
            ordered = [quality_order(minutiae) for minutiae in prints]
            yield [minutiae[: used_count(minutiae)] for minutiae in ordered]


def _samples() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return all histograms [rows, FEATURES] and the pairs of rows of one minutia [pairs, 2]."""
    histograms: list[NDArray[np.float32]] = []
    pairs: list[NDArray[np.int64]] = []
    rows = 0
    for prints in _prints():
        starts = rows + np.cumsum([0, *(len(minutiae) for minutiae in prints)])
        histograms.append(features_of(prints).astype(np.float32))
        for left, right in ((0, 1), (2, 3), (0, 2), (1, 3)):
            mine, other = prints[left]["reserved"], prints[right]["reserved"]
            _, here, there = np.intersect1d(mine[mine > 0], other[other > 0], return_indices=True)
            pairs.append(
                np.stack(
                    [
                        starts[left] + np.flatnonzero(mine > 0)[here],
                        starts[right] + np.flatnonzero(other > 0)[there],
                    ],
                    axis=1,
                )
            )
        rows = int(starts[-1])
    return np.concatenate(histograms), np.concatenate(pairs)


def _discriminants(within: Reals, total: Reals) -> Reals:
    """Return directions of within^-1 total from the OMITTED-th on, [FEATURES, PROJECTED_BITS]."""
    size = len(within)
    within = within + np.eye(size) * (RIDGE * np.trace(within) / size)
    lower = np.linalg.cholesky(within)
    whitened = np.linalg.solve(lower, np.linalg.solve(lower, total).T)
    _, vectors = np.linalg.eigh((whitened + whitened.T) / 2)
    chosen = vectors[:, ::-1][:, OMITTED : OMITTED + parameters.PROJECTED_BITS]
    return np.linalg.solve(lower.T, chosen)


def train() -> tuple[Projection, dict[str, int]]:
    """Return the projection and the sizes of its training set; about half a minute."""
    histograms, pairs = _samples()
    difference = histograms[pairs[:, 0]] - histograms[pairs[:, 1]]
    within = (difference.T @ difference).astype(np.float64) / (2 * len(pairs))
    centred = histograms - histograms.mean(axis=0)
    total = (centred.T @ centred).astype(np.float64) / len(centred)
    directions = _discriminants(within, total)
    weights = np.round(directions * (WEIGHT_MAX / np.abs(directions).max(axis=0))).astype(np.int8)
    thresholds = np.floor(np.median(histograms @ weights.astype(np.float32), axis=0))
    sizes = {"fingers": 2 * FINGERS, "histograms": len(histograms), "pairs": len(pairs)}
    return Projection(weights, thresholds.astype(np.int32)), sizes


def save(folder: Path, model: Projection, sizes: dict[str, int]) -> None:
    """Write the model and its provenance into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        folder / projection_files.MODEL_FILE, weights=model.weights, thresholds=model.thresholds
    )
    provenance = {
        "command": "python -m kernels.finger.train_projection --out FOLDER",
        "data": "generated fingers only (kernels/finger/population.py)",
        "model_version": projection_files.MODEL_VERSION,
        "generator_version": population.GENERATOR_VERSION,
        "seed": SEED,
        "impressions": IMPRESSIONS,
        **sizes,
        "numpy": np.__version__,
        "projection_sha256": model.digest(),
        "tables_sha256": encode_tables.DIGEST,
    }
    text = json.dumps(provenance, indent=2) + "\n"
    (folder / projection_files.PROVENANCE_FILE).write_text(text, encoding="utf-8")


def main() -> None:
    """Train and write; print nothing but the digest."""
    parser = argparse.ArgumentParser(description="Train the stage-1 projection.")
    parser.add_argument("--out", type=Path, default=projection_files.MODEL_FOLDER)
    folder: Path = parser.parse_args().out
    model, sizes = train()
    save(folder, model, sizes)
    print(model.digest())


if __name__ == "__main__":
    main()
