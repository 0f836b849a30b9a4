"""DNA search on numpy: bit planes rule out nearly all profiles, the exact rule judges the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels.dna import sieve
from kernels.dna.classifier import Figures, classify
from kernels.dna.layout import (
    PROFILE_SHAPE,
    DnaGallery,
    LayoutError,
    Profiles,
    require_profiles,
)
from kernels.dna.plan import plan
from kernels.dna.reference import NO_MATCH
from kernels.dna.rule import Rule

PAIRS_MAX = 65_536
"""Pairs classified together, which bounds the scratch memory."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The matching profiles, rows ascending; all arrays have one entry for each.

    ``rows`` is int64, ``qualities`` 1..4 and the figures of ``classifier.Figures`` are uint8.
    """

    rows: NDArray[np.int64]
    qualities: NDArray[np.uint8]
    compared: NDArray[np.uint8]
    full: NDArray[np.uint8]
    matched: NDArray[np.uint8]
    mismatching: NDArray[np.uint8]


def search(query: Profiles, gallery: DnaGallery, rule: Rule) -> Matches:
    """Return every profile that matches uint8 [slots, 2] under the rule, exactly.

    LayoutError if the query is malformed. Safe from any thread; scratch memory is its own.
    """
    _require_shape(query, PROFILE_SHAPE)
    steps = plan(query, gallery.planes, rule)
    rows = np.empty(0, np.int64)
    if steps:
        places = sieve.survivors(steps, gallery.planes, rule.mismatch_max)
        rows = np.sort(gallery.planes.order[places]).astype(np.int64)
    slots, loci = gallery.counted(rule)
    parts = [
        classify(
            query[slots][:, :, None],
            _columns(gallery.loci[rows[start : start + PAIRS_MAX]][:, loci]),
            rule,
        ).arrays()
        for start in range(0, max(len(rows), 1), PAIRS_MAX)
    ]
    figures = [np.concatenate(each) for each in zip(*parts, strict=True)]
    kept = np.flatnonzero(figures[0] != NO_MATCH)
    return Matches(rows[kept], *(figure[kept] for figure in figures))


def compare_all(left: Profiles, right: Profiles, rule: Rule) -> Figures:
    """Compare every profile of uint8 [m, slots, 2] with every one of uint8 [n, slots, 2].

    Returns Figures of uint8 arrays [m, n], five bytes a pair; a caller with more pairs than memory
    passes ``left`` piece by piece. LayoutError if malformed. Pure.
    """
    for profiles in (left, right):
        _require_shape(profiles, (len(profiles), *PROFILE_SHAPE))
    figures = Figures(*(np.empty((len(left), len(right)), np.uint8) for _ in range(5)))
    width = min(max(len(right), 1), PAIRS_MAX)
    height = PAIRS_MAX // width
    slots = rule.slots()
    rows = _columns(left[:, slots])[..., None]
    for start in range(0, len(right), width):
        columns = _columns(right[start : start + width, slots])[:, :, None]
        for top in range(0, len(left), height):
            part = classify(rows[:, :, top : top + height], columns, rule)
            for target, source in zip(figures.arrays(), part.arrays(), strict=True):
                target[top : top + height, start : start + width] = source
    return figures


def _require_shape(profiles: Profiles, shape: tuple[int, ...]) -> None:
    require_profiles(profiles)
    if profiles.shape != shape:
        raise LayoutError(f"profiles have shape {profiles.shape}, expected {shape}")


def _columns(profiles: Profiles) -> Profiles:
    """Turn uint8 [n, loci, 2] into contiguous uint8 [loci, 2, n]."""
    return np.ascontiguousarray(profiles.transpose(1, 2, 0))
