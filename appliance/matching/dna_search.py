"""One DNA profile against one collection: every match of the rule, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from appliance.gallery.epoch import Chunk, Epoch
from appliance.matching.engine import CPU, Engine
from kernels.dna.layout import DnaGallery
from kernels.dna.rule import Rule


@dataclass(frozen=True, slots=True)
class MatchedProfile:
    """A match before it is laid out: its ordinal, quality class and packed profile."""

    ordinal: int
    quality: int
    full_loci: int
    profile: NDArray[np.uint8]


def search(
    probe: NDArray[np.uint8], epoch: Epoch, rule: Rule, engine: Engine = CPU
) -> list[MatchedProfile]:
    """Return all matches of uint8 [slots, 2], best quality first, then most full loci, ordinal.

    Removed rows never appear. Pure: reads an immutable epoch; safe from any thread.
    """
    found: list[MatchedProfile] = []
    results = engine.search_dna(probe, epoch, rule)
    for chunk, result in zip(epoch.chunks, results, strict=True):
        found += matched(chunk, result.rows, result.qualities, result.full)
    found.sort(key=lambda match: (match.quality, -match.full_loci, match.ordinal))
    return found


def matched(
    chunk: Chunk,
    rows: NDArray[np.int64],
    qualities: NDArray[np.uint8],
    full: NDArray[np.uint8],
) -> list[MatchedProfile]:
    """Return the matches of a chunk, given by their rows, that were not removed."""
    kept = ~chunk.removed[rows]
    rows = rows[kept]
    profiles = cast(DnaGallery, chunk.resident).profiles(rows)
    columns = (chunk.ordinals[rows].tolist(), qualities[kept].tolist(), full[kept].tolist())
    return [MatchedProfile(*fields) for fields in zip(*columns, profiles, strict=True)]
