"""One DNA profile against one collection: every match of the rule, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from appliance.gallery.epoch import Epoch
from kernels.dna import cpu
from kernels.dna.layout import DnaGallery
from kernels.dna.rule import Rule


@dataclass(frozen=True, slots=True)
class MatchedProfile:
    """A match before it is laid out: its ordinal, quality class and packed profile."""

    ordinal: int
    quality: int
    full_loci: int
    profile: NDArray[np.uint8]


def search(probe: NDArray[np.uint8], epoch: Epoch, rule: Rule) -> list[MatchedProfile]:
    """Return all matches of uint8 [slots, 2], best quality first, then most full loci, ordinal.

    Removed rows never appear. Pure: reads an immutable epoch; safe from any thread.
    """
    found: list[MatchedProfile] = []
    for chunk in epoch.chunks:
        gallery = cast(DnaGallery, chunk.resident)
        result = cpu.search(probe, gallery, rule)
        for row, quality, full in zip(result.rows, result.qualities, result.full, strict=True):
            if not chunk.removed[row]:
                profile = gallery.profiles[row]
                found.append(
                    MatchedProfile(int(chunk.ordinals[row]), int(quality), int(full), profile)
                )
    found.sort(key=lambda match: (match.quality, -match.full_loci, match.ordinal))
    return found
