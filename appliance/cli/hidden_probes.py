"""Probes and their mates for searches among distractors: of public sets, or generated.

Each finger's first impression is in the gallery, others are probes. A latent of a set is cut out of
an impression: the minutiae nearest to one of them, turned anyhow; there is no public set of
latents with templates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from appliance.cli.finger_samples import encode
from appliance.cli.hidden_mates import Hidden
from appliance.cli.impressions import by_finger, read_set
from appliance.matching.print_parts import split
from kernels.finger import encode_cpu, population, population_presets
from kernels.finger.layout import Minutiae, unpack
from kernels.finger.population import PopulationSpec

SEED = 616
LATENT_MINUTIAE = (10, 20)
"""Bounds of the number of minutiae that a latent cut out of an impression keeps."""

MIDDLE = 1 << 14
"""Where a latent is laid, 1/8 px: no coordinate falls below 0, however it is turned."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Packed mates and the probes that look for them."""

    mates: list[bytes]
    probes: list[Hidden]


def of_sets(folders: Sequence[Path], probes_max: int, latent: bool) -> Trial:
    """Return the fingers of all folders and at most ``probes_max`` probes, evenly taken.

    An unreadable or empty template stays, as a probe that finds nothing.
    """
    rng = np.random.default_rng(SEED)
    mates: list[bytes] = []
    probes: list[Hidden] = []
    for folder in folders:
        for group in by_finger(read_set(folder)).values():
            packed = encode(group)
            probes += [Hidden(each, len(mates)) for each in packed[1:]]
            mates.append(packed[0])
    taken = np.unique(np.linspace(0, len(probes) - 1, min(probes_max, len(probes))).astype(int))
    chosen = [probes[at] for at in taken]
    if latent:
        chosen = [Hidden(cut_out(each.probe, rng), each.mate) for each in chosen]
    return Trial(mates, chosen)


def generated(spec: PopulationSpec, count: int, latent: bool) -> Trial:
    """Return ``count`` generated fingers, of each one impression in the gallery and one as probe.

    Latents are those of the preset LATENT, and their fingers those of MINDTCT.
    """
    shown = population_presets.MINDTCT if latent else spec
    sought = population_presets.LATENT if latent else spec
    # The numbers of impressions differ: the same draw would hide the same part of the finger.
    mates = [prints[0] for prints in population.population(count, 1, SEED, shown)]
    probes = [prints[1] for prints in population.population(count, 2, SEED, sought)]
    packed = encode_cpu.encode_batch(probes)
    return Trial(
        encode_cpu.encode_batch(mates), [Hidden(each, mate) for mate, each in enumerate(packed)]
    )


def cut_out(packed: bytes, rng: np.random.Generator) -> bytes:
    """Return the packed latent that the minutiae nearest to one of a packed print make."""
    minutiae = unpack(split(packed)[0])[0]
    if len(minutiae) == 0:
        return packed
    x, y = minutiae["x"].astype(np.int64), minutiae["y"].astype(np.int64)
    centre = int(rng.integers(len(minutiae)))
    count = int(rng.integers(*LATENT_MINUTIAE, endpoint=True))
    nearest = np.argsort((x - x[centre]) ** 2 + (y - y[centre]) ** 2, kind="stable")[:count]
    return encode_cpu.encode_batch([_turned(minutiae[nearest], rng.uniform(0, 2 * math.pi))])[0]


def _turned(minutiae: Minutiae, turn_rad: float) -> Minutiae:
    """Return minutiae turned about the first of them, which is laid in the middle."""
    place = minutiae["x"] + 1j * minutiae["y"]
    moved = (place - place[0]) * np.exp(1j * turn_rad)
    latent = minutiae.copy()
    latent["x"] = np.clip(np.round(moved.real) + MIDDLE, 0, 2 * MIDDLE)
    latent["y"] = np.clip(np.round(moved.imag) + MIDDLE, 0, 2 * MIDDLE)
    angle = minutiae["angle"].astype(np.int64) + round(turn_rad * 256 / (2 * math.pi))
    latent["angle"] = angle & 0xFF
    return latent
