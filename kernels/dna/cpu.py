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

TILE_WORDS = 8_192
"""Words of a plane handled together: 64 KiB, so that planes and scratch stay in the caches."""

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
    """Return the rows, ascending, with at most ``mismatch_max`` alleles that differ."""
    slots = [slot for slot in rule.slots() if query[slot, 0] != ABSENT]
    designated = [slot for slot in slots if query[slot, 1] != WILDCARD]
    if len(slots if rule.wildcard_counts_as_full else designated) < rule.min_full_loci:
        return np.empty(0, np.int64)
    loci = _plan(query, slots, sliced)
    words = sliced.bits.shape[1]
    scratch = np.empty((4, TILE_WORDS), np.uint64)
    within = np.empty((rule.mismatch_max + 1, TILE_WORDS), np.uint64)
    found = [np.empty(0, np.int64)]
    for start in range(0, words, TILE_WORDS):
        stop = min(start + TILE_WORDS, words)
        tile = np.s_[:, : stop - start]
        alive = _survivors(loci, sliced.bits[:, start:stop], within[tile], scratch[tile])
        found.append(planes.members(alive) + start * planes.WORD_BITS)
    rows = np.concatenate(found)
    return rows[rows < sliced.count]


def _plan(query: Profiles, slots: list[int], sliced: Planes) -> list[tuple[int, int, int, bool]]:
    """Return (first, second, wild, is homozygous) for each slot, the most discriminating first.

    The three are rows of the planes. The fewer profiles they hold, the more the locus rules out.
    """
    a, b = query[slots].T
    same = (a == b) & (a != WILDCARD)
    first, wild = sliced.alleles[slots, a], sliced.wild[slots]
    second = np.where(same, sliced.twice[slots], sliced.alleles[slots, b])
    held = sliced.ones[first] + sliced.ones[second] + sliced.ones[wild]
    order = np.argsort(held, kind="stable")
    fields = (field[order].tolist() for field in (first, second, wild, same))
    return list(zip(*fields, strict=True))


def _survivors(
    loci: list[tuple[int, int, int, bool]], bits: Words, within: Words, scratch: Words
) -> Words:
    """Return the plane of profiles with at most ``len(within) - 1`` differing alleles.

    ``within[k]`` holds the profiles that so far have at most k. Stops at the first locus after
    which nobody is left.
    """
    both, either, carried, twice = scratch
    within[:] = ~np.uint64(0)
    alive: Words = within[-1]
    for first_row, second_row, wild_row, is_homozygous in loci:
        first, second, wild = bits[first_row], bits[second_row], bits[wild_row]
        if is_homozygous:
            second = np.bitwise_and(first, second, out=twice)
        np.bitwise_and(first, second, out=both)
        np.bitwise_or(first, second, out=either)
        np.bitwise_and(either, wild, out=carried)
        np.bitwise_or(both, carried, out=both)
        np.bitwise_or(either, wild, out=either)
        # Downwards, so that each line still reads its neighbours as they were before this locus.
        for allowed in range(len(within) - 1, -1, -1):
            np.bitwise_and(within[allowed], both, out=within[allowed])
            if allowed >= 1:
                np.bitwise_and(within[allowed - 1], either, out=carried)
                np.bitwise_or(within[allowed], carried, out=within[allowed])
            if allowed >= 2:
                np.bitwise_or(within[allowed], within[allowed - 2], out=within[allowed])
        if not alive.any():
            break
    return alive
