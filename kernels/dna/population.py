"""Made-up genotypes with the look of a population, for measurement and tests. Nobody's profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels.dna.layout import ABSENT, PROFILE_SHAPE, WILDCARD, Profiles, require_profiles

LOCI_DEFAULT = 24
UNIT_DEFAULT = 4
MISMATCH_STEP = 8
"""Codes between an allele and the one that replaces it: two repeats, no micro-variant of it."""


class PopulationError(ValueError):
    """A request that no made-up profile can fulfil."""


@dataclass(frozen=True, slots=True)
class LocusModel:
    """Allele codes (1..254) of one slot and their weights, which need not sum to one."""

    slot: int
    codes: tuple[int, ...]
    weights: tuple[float, ...]


def _default_model(slot: int) -> LocusModel:
    """Shape a locus by its slot number: a bell of 7 to 15 integers, micro-variants at every third.

    The spread of real loci (four common alleles at TPOX, dozens at SE33) is imitated, none copied.
    """
    integers = 7 + (4 * slot) % 9
    lowest = 5 + (5 * slot) % 17
    spread = integers / 5
    alleles = np.arange(integers)
    bell = np.exp(-(((alleles - (integers - 1) / 2) / spread) ** 2) / 2)
    codes = [UNIT_DEFAULT * int(lowest + allele) for allele in alleles]
    weights = [float(weight) for weight in bell]
    if slot % 3 == 0:
        codes += [code + 2 for code in codes]
        weights += [weight / 8 for weight in weights]
    return LocusModel(slot, tuple(codes), tuple(weights))


DEFAULT_MODELS = tuple(_default_model(slot) for slot in range(LOCI_DEFAULT))


def generate(
    profiles: int,
    seed: int,
    models: Sequence[LocusModel] = DEFAULT_MODELS,
    absent_share: float = 0.0,
    wildcard_share: float = 0.0,
) -> Profiles:
    """Draw uint8 [profiles, slots, 2], both alleles of each locus independently.

    ``absent_share`` (0..1) of the loci are left out, ``wildcard_share`` (0..1) of the others have a
    wildcard. Same arguments, same profiles. About 1 s for 100,000.
    """
    random = np.random.default_rng(seed)
    drawn = np.zeros((profiles, *PROFILE_SHAPE), np.uint8)
    for model in models:
        weights = np.array(model.weights)
        codes = np.array(model.codes, np.uint8)
        pairs = random.choice(codes, (profiles, 2), p=weights / weights.sum())
        pairs.sort(axis=1)
        if wildcard_share:
            # Either allele may be the one that was not read.
            hidden = random.random(profiles) < wildcard_share
            pairs[hidden, 0] = pairs[hidden, random.integers(0, 2, int(hidden.sum()))]
            pairs[hidden, 1] = WILDCARD
        if absent_share:
            pairs[random.random(profiles) < absent_share] = ABSENT
        drawn[:, model.slot] = pairs
    return drawn


def degrade(
    profile: Profiles,
    seed: int,
    *,
    wildcards: int = 0,
    dropped: int = 0,
    mismatches: int = 0,
    micro_variants: int = 0,
) -> Profiles:
    """Return a near relative of uint8 [slots, 2]: the given numbers of loci deviate, one way each.

    ``wildcards`` loci have one allele replaced by a wildcard, ``dropped`` are absent,
    ``mismatches`` have one allele two repeats away and ``micro_variants`` one base away.
    PopulationError if the profile has fewer fully designated loci than are to deviate.
    """
    require_profiles(profile)
    designated = np.flatnonzero((profile[:, 0] != ABSENT) & (profile[:, 1] != WILDCARD))
    wanted = wildcards + dropped + mismatches + micro_variants
    if wanted > len(designated):
        raise PopulationError(f"{wanted} loci to change, {len(designated)} are fully designated")
    random = np.random.default_rng(seed)
    loci = random.choice(designated, wanted, replace=False)
    changed = profile.copy()
    kinds = np.split(loci, np.cumsum([wildcards, dropped, mismatches]))
    for slot in kinds[0]:
        changed[slot] = changed[slot, random.integers(2)], WILDCARD
    changed[kinds[1]] = ABSENT
    for slot in kinds[2]:
        _shift(changed[slot], random, MISMATCH_STEP)
    for slot in kinds[3]:
        _shift(changed[slot], random, 1)
    return changed


def _shift(pair: NDArray[np.uint8], random: np.random.Generator, step: int) -> None:
    """Move one allele of the pair by ``step`` codes, downwards where upwards would leave 1..254."""
    allele = random.integers(2)
    is_room = int(pair[allele]) + step < WILDCARD
    pair[allele] = int(pair[allele]) + (step if is_room else -step)
    pair.sort()
