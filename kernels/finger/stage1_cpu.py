"""Stage-1 scores of one probe against a whole gallery; equal to ``stage1_reference`` exactly.

The four code words are streamed apart, tile by tile: a tile of the gallery stays in the second
level cache while all probe minutiae pass over it, and distances are single bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from kernels import limits
from kernels.finger import stage1_parameters as parameters
from kernels.finger.layout import Codes, FingerGallery, unpack
from kernels.finger.stage1_used import used_count, used_counts

TILE_MINUTIAE = 28_000
"""Gallery minutiae per tile: about 1 MB of codes and scratch."""

_FIRST_WORDS_CEILING = 191
"""All four words may differ in 256 bits, which a byte cannot hold. Distances so large score 0
under every threshold, so the first three words are cut off where the fourth still fits."""


def scores(probe_blob: bytes, gallery: FingerGallery) -> NDArray[np.int32]:
    """Return the score of the probe against each template, int32 [templates].

    An empty print scores 0. Reads the gallery only: safe from any number of threads.
    """
    minutiae, codes = unpack(probe_blob)
    probe = codes[: used_count(minutiae)]
    result = np.zeros(gallery.templates, np.int32)
    used = used_counts(gallery)
    # reduceat would answer for an empty template with the next one's first minutia.
    occupied = np.flatnonzero(used)
    if len(probe) == 0 or len(occupied) == 0:
        return result
    for templates in _tiles(gallery, occupied):
        result[templates] = _tile_scores(probe, gallery, templates, used[templates])
    return result


def _tiles(gallery: FingerGallery, occupied: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Yield runs of occupied templates of about TILE_MINUTIAE minutiae."""
    tile = gallery.starts[occupied] // TILE_MINUTIAE
    cuts = np.flatnonzero(np.diff(tile)) + 1
    yield from np.split(occupied, cuts)


def _tile_scores(
    probe: Codes, gallery: FingerGallery, templates: NDArray[np.int64], used: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Return the scores of the templates of one tile, none of them empty."""
    words, firsts = _used_words(gallery, templates, used)
    halves = parameters.THRESHOLD_HALVES
    limit = (halves[len(probe)] + halves[used] + parameters.THRESHOLD_UNIT // 2) >> 4
    limit = limit.astype(np.int16)
    total = np.zeros(len(templates), np.int32)
    different = np.empty(words.shape[1], np.uint64)
    distance = np.empty(words.shape[1], np.uint8)
    count = np.empty(words.shape[1], np.uint8)
    # An array, because numpy has a vector loop for two arrays but none for array and scalar.
    ceiling = np.full(words.shape[1], _FIRST_WORDS_CEILING, np.uint8)
    last = limits.CODE_WORDS - 1
    for code in probe:
        np.bitwise_count(np.bitwise_xor(words[0], code[0], out=different), out=distance)
        for word in range(1, limits.CODE_WORDS):
            np.bitwise_count(np.bitwise_xor(words[word], code[word], out=different), out=count)
            if word == last:
                np.minimum(distance, ceiling, out=distance)
            np.add(distance, count, out=distance)
        nearest = np.minimum.reduceat(distance, firsts).astype(np.int16)
        total += np.maximum(limit - nearest, 0)
    return total


def _used_words(
    gallery: FingerGallery, templates: NDArray[np.int64], used: NDArray[np.int64]
) -> tuple[Codes, NDArray[np.int64]]:
    """Return the codes of the used minutiae, uint64 [CODE_WORDS, n], and each template's first."""
    starts = gallery.starts[templates]
    span = slice(int(starts[0]), int(gallery.starts[templates[-1] + 1]))
    firsts = np.cumsum(used) - used
    if span.stop - span.start == used.sum():
        return gallery.codes[:, span], firsts
    columns = np.repeat(starts - firsts, used) + np.arange(int(used.sum()))
    return np.ascontiguousarray(gallery.codes[:, columns]), firsts
