"""DNA search on numpy: bit planes rule out nearly all profiles, the exact rule judges the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels.dna import planes
from kernels.dna.classifier import Figures, classify
from kernels.dna.layout import (
    ABSENT,
    PROFILE_SHAPE,
    WILDCARD,
    DnaGallery,
    LayoutError,
    Profiles,
    require_profiles,
)
from kernels.dna.planes import Planes, Words
from kernels.dna.reference import NO_MATCH
from kernels.dna.rule import Rule

TILE_WORDS = 4_096
"""Words of a plane handled together: with its scratch a tile fits the second-level cache."""

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


@dataclass(frozen=True, slots=True)
class _Locus:
    """Rows of the planes that judge one locus of the query (see ``planes``)."""

    first: int
    second: int
    wild: int
    is_homozygous: bool
    agreements: int  # expected matches over the gallery: the fewer, the more the locus rules out


def search(query: Profiles, gallery: DnaGallery, rule: Rule) -> Matches:
    """Return every profile that matches uint8 [slots, 2] under the rule, exactly.

    LayoutError if the query is malformed. Safe from any thread; scratch memory is its own.
    """
    _require_shape(query, PROFILE_SHAPE)
    rows = _candidates(query, gallery.planes, rule)
    figures = compare_all(query[None], gallery.profiles[rows], rule)
    kept = np.flatnonzero(figures.quality[0] != NO_MATCH)
    return Matches(rows[kept], *(figure[0, kept] for figure in figures.arrays()))


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
    rows = _columns(left)[..., None]
    for start in range(0, len(right), width):
        columns = _columns(right[start : start + width])[:, :, None]
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
    """Turn uint8 [n, slots, 2] into contiguous uint8 [slots, 2, n]."""
    return np.ascontiguousarray(profiles.transpose(1, 2, 0))


def _candidates(query: Profiles, sliced: Planes, rule: Rule) -> NDArray[np.int64]:
    """Return the rows, ascending, with at most ``max_mismatch`` alleles that differ."""
    slots = [slot for slot in rule.slots() if query[slot, 0] != ABSENT]
    designated = [slot for slot in slots if query[slot, 1] != WILDCARD]
    if len(slots if rule.wildcard_counts_as_full else designated) < rule.min_full_loci:
        return np.empty(0, np.int64)
    judged = [slot for slot in slots if query[slot, 0] != WILDCARD]
    loci = sorted((_locus(query, slot, sliced) for slot in judged), key=lambda it: it.agreements)
    words = sliced.bits.shape[1]
    scratch = np.empty((4, TILE_WORDS), np.uint64)
    within = np.empty((rule.max_mismatch + 1, TILE_WORDS), np.uint64)
    found = []
    for start in range(0, words, TILE_WORDS):
        tile = slice(start, min(start + TILE_WORDS, words))
        length = tile.stop - tile.start
        alive = _survivors(loci, sliced.bits[:, tile], within[:, :length], scratch[:, :length])
        found.append(planes.members(alive) + start * planes.WORD_BITS)
    rows = np.concatenate([np.empty(0, np.int64), *found])
    return rows[rows < sliced.count]


def _locus(query: Profiles, slot: int, sliced: Planes) -> _Locus:
    first, second = (int(sliced.alleles[slot, code]) for code in query[slot])
    wild, twice = int(sliced.wild[slot]), int(sliced.twice[slot])
    is_homozygous = bool(query[slot, 0] == query[slot, 1])
    if is_homozygous:
        second = twice
    rows = [first, second, wild]
    return _Locus(first, second, wild, is_homozygous, int(sliced.ones[rows].sum()))


def _survivors(loci: list[_Locus], bits: Words, within: Words, scratch: Words) -> Words:
    """Return the plane of profiles with at most ``len(within) - 1`` differing alleles.

    ``within[k]`` holds the profiles that so far have at most k. Stops at the first locus after
    which nobody is left.
    """
    both, any_, wild_one, carried = scratch
    within[:] = ~np.uint64(0)
    alive: Words = within[-1]
    for locus in loci:
        first, second, wild = bits[locus.first], bits[locus.second], bits[locus.wild]
        if locus.is_homozygous:
            second = np.bitwise_and(first, second, out=carried)
        np.bitwise_and(first, second, out=both)
        np.bitwise_or(first, second, out=any_)
        np.bitwise_and(any_, wild, out=wild_one)
        np.bitwise_or(both, wild_one, out=both)
        np.bitwise_or(any_, wild, out=any_)
        # Downwards, so that each line still reads its neighbours as they were before this locus.
        for allowed in range(len(within) - 1, -1, -1):
            np.bitwise_and(within[allowed], both, out=within[allowed])
            if allowed >= 1:
                np.bitwise_and(within[allowed - 1], any_, out=carried)
                np.bitwise_or(within[allowed], carried, out=within[allowed])
            if allowed >= 2:
                np.bitwise_or(within[allowed], within[allowed - 2], out=within[allowed])
        if not alive.any():
            break
    return alive
