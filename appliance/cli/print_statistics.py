"""Statistics of sets of prints, by which generated ones are held against real ones.

Of single prints: counts, distances, directions, types, qualities. Of prints of one finger: what the
motion that stage 2 finds leaves over, and which minutiae are missing or false. Lengths in px at
500 ppi, angles in degrees.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.cli.output import Bar
from kernels import limits
from kernels.finger import encode_cpu, stage1_cpu, stage2_cpu
from kernels.finger.layout import Minutiae, assemble, quality_order
from kernels.finger.population import UNITS_PER_PX
from kernels.finger.stage2_evidence import Evidence

BIN_PX = 20
BINS = 10
NEAR_PX = 60.0
PAIRS_MIN = 6
"""A motion of fewer pairs may be chance: it says nothing of the impressions."""

SEEN_MIN = 3
"""A minutia is judged where so many other impressions overlap it."""

EDGE_PX = 5.0
KINDS = ("no type", "ending", "bifurcation")
SIDES = 16

SAMPLES = (
    "minutiae",
    "nearest neighbour, px",
    "others within 60 px",
    "distance from the middle, px",
    "quality",
    "paired, % of the smaller print",
    "off after the motion, px",
    "off after the motion, degrees",
    "turned, degrees",
    "false, % of a print",
    "missing, % of a print",
    "stage 1 of different fingers",
)

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Statistics:
    """``samples`` by name; ``direction`` and ``ridge`` agreement and ``density`` by distance.

    Agreement is the mean cosine of the angle between two minutiae, of twice it for ridges, and the
    density that of pairs, for each BIN_PX of distance. ``kinds`` are shares in the order of KINDS.
    """

    samples: dict[str, Reals]
    direction: list[float]
    ridge: list[float]
    density: list[float]
    kinds: list[float]


def of_prints(fingers: Sequence[Sequence[Minutiae]], bar: Bar) -> Statistics:
    """Return the statistics of MINUTIA [n] by finger and impression; ``bar`` counts fingers."""
    samples: dict[str, list[float]] = {name: [] for name in SAMPLES}
    sums = np.zeros((3, BINS))
    kinds = np.zeros(len(KINDS))
    for finger in fingers:
        for minutiae in finger:
            _add_print(minutiae, samples, sums)
            kinds += np.bincount(minutiae["kind"], minlength=len(KINDS))[: len(KINDS)]
        _add_finger(finger, samples)
        bar.advance()
    samples["stage 1 of different fingers"] = _different([each[0] for each in fingers])
    pairs = np.maximum(sums[0], 1)
    return Statistics(
        {name: np.array(values) for name, values in samples.items()},
        (sums[1] / pairs).tolist(),
        (sums[2] / pairs).tolist(),
        (sums[0] / max(1.0, sums[0].sum())).tolist(),
        (kinds / max(1.0, kinds.sum())).tolist(),
    )


def _place(minutiae: Minutiae) -> NDArray[np.complex128]:
    return np.asarray((minutiae["x"] + 1j * minutiae["y"]) / UNITS_PER_PX)


def _turn(minutiae: Minutiae) -> Reals:
    return np.asarray(minutiae["angle"] * (2 * math.pi / 256))


def _add_print(minutiae: Minutiae, samples: dict[str, list[float]], sums: Reals) -> None:
    """Add what one print says."""
    samples["minutiae"].append(len(minutiae))
    if len(minutiae) < 2:
        return
    place, turn = _place(minutiae), _turn(minutiae)
    apart = np.abs(place[:, None] - place)
    np.fill_diagonal(apart, np.inf)
    samples["nearest neighbour, px"] += apart.min(axis=1).tolist()
    samples["others within 60 px"] += (apart < NEAR_PX).sum(axis=1).tolist()
    samples["distance from the middle, px"] += np.abs(place - place.mean()).tolist()
    samples["quality"] += minutiae["quality"].tolist()
    one, other = np.triu_indices(len(minutiae), 1)
    near = apart[one, other] < BIN_PX * BINS
    bins = (apart[one, other][near] // BIN_PX).astype(np.int64)
    between = (turn[one] - turn[other])[near]
    for at, weight in enumerate((None, np.cos(between), np.cos(2 * between))):
        sums[at] += np.bincount(bins, weight, BINS)


def _add_finger(finger: Sequence[Minutiae], samples: dict[str, list[float]]) -> None:
    """Add what the motions from the first impression of a finger to its others say."""
    ordered = [quality_order(minutiae) for minutiae in finger]
    blobs = encode_cpu.encode_batch(ordered)
    gallery = assemble(blobs)
    looked_at = [minutiae[: limits.STAGE2_MINUTIAE_MAX] for minutiae in ordered]
    seen, found = np.zeros((2, len(looked_at[0])))
    for row in range(1, len(finger)):
        evidence = stage2_cpu.evidence(blobs[0], gallery, row)
        if len(evidence.pairs) >= PAIRS_MIN:
            paired, inside = _compare(looked_at[0], looked_at[row], evidence, samples)
            seen += inside | paired
            found += paired
    judged = seen >= SEEN_MIN
    sound = judged & (found > 0)
    if sound.any():
        samples["false, % of a print"].append(100 * float(np.mean(found[judged] == 0)))
        samples["missing, % of a print"].append(
            100 * float(1 - np.mean(found[sound] / seen[sound]))
        )


def _compare(
    mine: Minutiae, theirs: Minutiae, evidence: Evidence, samples: dict[str, list[float]]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Add what one motion leaves over; return which of ``mine`` have a partner, and lie within."""
    turn = evidence.rotation * (2 * math.pi / 1024)
    moved = _place(mine) * np.exp(1j * turn) + (evidence.dx + 1j * evidence.dy) / UNITS_PER_PX
    place = _place(theirs)
    left = [pair.probe_index for pair in evidence.pairs]
    right = [pair.candidate_index for pair in evidence.pairs]
    off = _turn(mine)[left] + turn - _turn(theirs)[right]
    samples["off after the motion, px"] += np.abs(moved[left] - place[right]).tolist()
    off_degrees = np.degrees(np.abs(np.angle(np.exp(1j * off))))
    samples["off after the motion, degrees"] += off_degrees.tolist()
    samples["turned, degrees"].append(math.degrees(abs(math.remainder(turn, 2 * math.pi))))
    smaller = min(len(mine), len(theirs))
    samples["paired, % of the smaller print"].append(100 * len(left) / smaller)
    paired = np.zeros(len(mine), np.bool_)
    paired[left] = True
    sides = np.exp(-2j * math.pi * np.arange(SIDES) / SIDES)
    reach = (place[:, None] * sides).real.max(axis=0) + EDGE_PX
    return paired, ((moved[:, None] * sides).real <= reach).all(axis=1)


def _different(firsts: Sequence[Minutiae]) -> list[float]:
    """Return the stage-1 scores of every first impression against those of other fingers."""
    blobs = encode_cpu.encode_batch(firsts)
    gallery = assemble(blobs)
    scores = np.array([stage1_cpu.scores(blob, gallery) for blob in blobs])
    found: list[float] = scores[~np.eye(len(blobs), dtype=bool)].tolist()
    return found
