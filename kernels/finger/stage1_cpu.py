"""Stage-1 scores of one probe against a whole gallery; equal to ``stage1_reference`` exactly.

By compiled code where numba is installed, else by numpy. With numpy the four code words are
streamed apart, tile by tile: a tile of the gallery stays in the second level cache while all probe
minutiae pass over it, and distances are single bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from kernels import limits
from kernels.finger import stage1_compiled
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
    compiled = stage1_compiled.kernel()
    if compiled is None:
        return plain(probe, gallery)
    return stage1_compiled.scores(compiled, probe, gallery)


def plain(probe: Codes, gallery: FingerGallery) -> NDArray[np.int32]:
    """Return the scores by numpy alone; ``probe`` uint64 [used, CODE_WORDS]."""
    result = np.zeros(gallery.templates, np.int32)
    if len(probe) == 0:
        return result
    for templates, used in _tiles(used_counts(gallery)):
        result[templates] = _tile_scores(probe, gallery, templates, used)
    return result


def _tiles(used: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield templates of about equal size, none of them empty, with their used minutiae."""
    order = np.argsort(used, kind="stable")
    start = int(np.searchsorted(used[order], 1))
    while start < len(order):
        # The first is the smallest: a tile is a little larger than its bound at most.
        stop = start + max(1, TILE_MINUTIAE // int(used[order[start]]))
        templates = order[start:stop]
        yield templates, used[templates]
        start = stop


def _tile_scores(
    probe: Codes, gallery: FingerGallery, templates: NDArray[np.int64], used: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Return the scores of the templates of one tile."""
    words = _slots(gallery, templates, used)
    halves = parameters.THRESHOLD_HALVES
    limit = (halves[len(probe)] + halves[used] + parameters.THRESHOLD_UNIT // 2) >> 4
    limit = limit.astype(np.int16)
    total = np.zeros(len(templates), np.int32)
    different = np.empty(words.shape[1:], np.uint64)
    distance = np.empty(words.shape[1:], np.uint8)
    count = np.empty(words.shape[1:], np.uint8)
    # An array, because numpy has a vector loop for two arrays but none for array and scalar.
    ceiling = np.full(words.shape[1:], _FIRST_WORDS_CEILING, np.uint8)
    last = limits.CODE_WORDS - 1
    for code in probe:
        np.bitwise_count(np.bitwise_xor(words[0], code[0], out=different), out=distance)
        for word in range(1, limits.CODE_WORDS):
            np.bitwise_count(np.bitwise_xor(words[word], code[word], out=different), out=count)
            if word == last:
                np.minimum(distance, ceiling, out=distance)
            np.add(distance, count, out=distance)
        total += np.maximum(limit - distance.min(axis=0), 0)
    return total


def _slots(gallery: FingerGallery, templates: NDArray[np.int64], used: NDArray[np.int64]) -> Codes:
    """Return the codes of the used minutiae, uint64 [CODE_WORDS, slots, templates].

    A template of fewer minutiae than slots has its last one again, which changes no minimum. One
    template per column, because numpy finds minima across rows with vector instructions.
    """
    slots = np.arange(int(np.max(used)))[:, None]
    columns = gallery.starts[templates] + np.minimum(slots, used - 1)
    return np.stack([word.take(columns) for word in gallery.codes])
