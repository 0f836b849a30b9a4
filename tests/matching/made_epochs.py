"""Small epochs of prints and of profiles, cut into chunks, some of their items removed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from appliance.domain.codes import Collection
from appliance.gallery.epoch import Chunk, Epoch
from kernels.dna import layout as dna_layout
from kernels.dna import population as dna_population
from kernels.finger import encode_cpu, population
from kernels.finger import layout as finger_layout

PRINTS = 60
PROFILES = 150


@cache
def blobs() -> list[bytes]:
    """Return templates: two impressions of each finger, one after the other."""
    fingers = population.generate(PRINTS // 2, 2, seed=61)
    return encode_cpu.encode_batch([each[:30] for finger in fingers for each in finger])


@cache
def people() -> np.ndarray:
    """Return profiles, among them some twice."""
    drawn = dna_population.generate(PROFILES, seed=62, wildcard_share=0.05)
    drawn[-30:] = drawn[:30]
    return drawn


def _epoch(
    number: int, collection: Collection, galleries: Sequence[object], sizes: Sequence[int]
) -> Epoch:
    chunks, first = [], 0
    for gallery, size in zip(galleries, sizes, strict=True):
        ordinals = np.arange(first, first + size)
        chunks.append(Chunk(gallery, ordinals, ordinals % 11 == 5))
        first += size
    live = sum(int((~chunk.removed).sum()) for chunk in chunks)
    return Epoch(number, collection, tuple(chunks), live)


def prints(*cuts: int, number: int = 1) -> Epoch:
    """Return all templates, cut into chunks at these rows."""
    bounds = list(pairwise((0, *cuts, PRINTS)))
    galleries = [finger_layout.assemble(blobs()[begin:end]) for begin, end in bounds]
    return _epoch(number, Collection.TP, galleries, [end - begin for begin, end in bounds])


def profiles(*cuts: int, number: int = 1) -> Epoch:
    """Return all profiles, cut into chunks at these rows."""
    bounds = list(pairwise((0, *cuts, PROFILES)))
    galleries = [dna_layout.assemble(people()[begin:end]) for begin, end in bounds]
    sizes = [end - begin for begin, end in bounds]
    return _epoch(number, Collection.DNA_REFERENCE, galleries, sizes)


def without(epoch: Epoch, row: int) -> Epoch:
    """Return the epoch after the deletion of one item."""
    chunks, first = [], 0
    for chunk in epoch.chunks:
        removed = chunk.removed
        if first <= row < first + len(removed):
            removed = removed.copy()
            removed[row - first] = True
        chunks.append(Chunk(chunk.resident, chunk.ordinals, removed))
        first += len(removed)
    return Epoch(epoch.number + 1, epoch.collection, tuple(chunks), epoch.size - 1)
