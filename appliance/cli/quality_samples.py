"""Searches with known mates, as the training and the validation of the quality take them.

Each impression is a probe against all others of its finger, whole and cut to a latent: a place of
it and the few minutiae nearest to that. A search finds a mate where the final score of the pair
reaches the operating threshold.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.cli.finger_samples import encode
from appliance.cli.impressions import read_set
from appliance.cli.output import Bar
from appliance.matching import calibration, encoder
from kernels.finger import encode_cpu, fusion, population, stage1_cpu, stage2_cpu
from kernels.finger.layout import MINUTIA, Minutiae, assemble
from kernels.finger.quality_measures import measures
from kernels.finger.train_quality import Searches

OPERATING_HUNDREDTHS = 4_000
"""A mate counts as found at this published score: one comparison of different fingers in 10,000
reaches it."""

SEED = 20_271
LATENT_MINUTIAE = (4, 28)
GENERATED_FINGERS = 128
GENERATED_IMPRESSIONS = 3


@dataclass(frozen=True, slots=True)
class Probes:
    """Whole impressions and the latents cut of them, in the same order."""

    whole: Searches
    latent: Searches


def of_folder(folder: Path, bar: Bar) -> Probes:
    """Return the searches of a set of templates."""
    impressions = read_set(folder)
    prints = [
        np.zeros(0, MINUTIA) if each.template is None else encoder.minutiae_array(each.template)
        for each in impressions
    ]
    fingers = np.array([each.finger for each in impressions])
    return _of(prints, encode(impressions), fingers, bar)


def generated(bar: Bar) -> Probes:
    """Return the searches of generated fingers."""
    made = population.population(GENERATED_FINGERS, GENERATED_IMPRESSIONS, SEED, population.NOISY)
    prints = [one for finger in made for one in finger]
    fingers = np.repeat(np.arange(GENERATED_FINGERS), GENERATED_IMPRESSIONS)
    return _of(prints, encode_cpu.encode_batch(prints), fingers, bar)


def _of(
    prints: list[Minutiae], blobs: list[bytes], fingers: NDArray[np.generic], bar: Bar
) -> Probes:
    rng = np.random.default_rng(SEED)
    latents = [_latent(rng, each) for each in prints]
    gallery = assemble(blobs)
    least = calibration.shipped().least_raw(OPERATING_HUNDREDTHS)
    found = np.zeros((2, len(prints)), np.int64)
    mates = np.zeros(len(prints), np.int64)
    for at, pair in enumerate(zip(blobs, encode_cpu.encode_batch(latents), strict=True)):
        rows = np.flatnonzero((fingers == fingers[at]) & (np.arange(len(prints)) != at))
        mates[at] = len(rows)
        for kind, blob in enumerate(pair):
            stage1 = np.concatenate(
                [stage1_cpu.scores(blob, gallery.only(int(row))) for row in rows]
            )
            final = fusion.final(stage1, stage2_cpu.scores(blob, gallery, rows, stage1))
            found[kind, at] = int((final >= least).sum())
        bar.advance()
    return Probes(
        Searches(_values(prints), mates, found[0]), Searches(_values(latents), mates, found[1])
    )


def _latent(rng: np.random.Generator, minutiae: Minutiae) -> Minutiae:
    """Return the minutiae nearest to one of them, LATENT_MINUTIAE in number or what there is."""
    if not len(minutiae):
        return minutiae
    centre = minutiae[rng.integers(len(minutiae))]
    x, y = (minutiae[axis].astype(np.int64) - int(centre[axis]) for axis in ("x", "y"))
    nearest = np.argsort(x * x + y * y, kind="stable")
    return minutiae[np.sort(nearest[: rng.integers(*LATENT_MINUTIAE, endpoint=True)])]


def _values(prints: list[Minutiae]) -> NDArray[np.int64]:
    return np.array([list(measures(each).values()) for each in prints], np.int64)
