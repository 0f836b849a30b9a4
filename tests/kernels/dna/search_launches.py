"""The launches of search.cu, in order, on the fibres of a host module."""

from __future__ import annotations

import numpy as np

from kernels import limits
from kernels.dna import cpu
from kernels.dna.layout import ABSENT, DnaGallery
from kernels.dna.rule import Rule
from kernels.host.build import HostModule

THREADS = 256
SLOTS = limits.DNA_SLOTS_MAX
FIGURES = 5


def plans(queries: np.ndarray, gallery: DnaGallery, rule: Rule) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of the planes for each query, int32 [queries, slots, 4], and how many."""
    listed = np.zeros((len(queries), SLOTS, 4), np.int32)
    loci = np.zeros(len(queries), np.int32)
    for number, query in enumerate(queries):
        slots = [slot for slot in rule.slots() if query[slot, 0] != ABSENT]
        if slots:
            listed[number, : len(slots)] = cpu._plan(query, slots, gallery.planes)
        loci[number] = len(slots)
    return listed, loci


def survivors(
    module: HostModule, queries: np.ndarray, gallery: DnaGallery, rule: Rule, room: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows that the planes leave, int64 [queries, room], and how many there are."""
    count, block = len(queries), (THREADS,)
    planes = gallery.planes
    words = planes.bits.shape[1]
    tiles = max(1, -(-words // THREADS))
    listed, loci = plans(queries, gallery, rule)
    alive = np.zeros((count, words), np.uint64)
    counts = np.zeros((count, tiles), np.uint32)
    totals = np.zeros(count, np.uint32)
    rows = np.full((count, room), -1, np.int64)
    module.launch(
        "dna_survivors",
        (tiles, count),
        block,
        *(planes.bits, np.int64(words), np.int64(planes.count), listed, loci),
        *(np.int32(rule.mismatch_max), alive, counts),
    )
    module.launch("dna_offsets", (count,), block, counts, np.int32(tiles), totals)
    grid = (tiles, count)
    module.launch("dna_rows", grid, block, alive, np.int64(words), counts, np.uint32(room), rows)
    return rows, totals


def search(
    module: HostModule, queries: np.ndarray, gallery: DnaGallery, rule: Rule
) -> list[cpu.Matches]:
    """Return what ``cpu.search`` returns for each query."""
    room = max(1, gallery.count)
    rows, totals = survivors(module, queries, gallery, rule, room)
    figures = np.zeros((len(queries), FIGURES, room), np.uint8)
    module.launch(
        "dna_classify",
        (2, len(queries)),
        (THREADS,),
        *(np.ascontiguousarray(queries), gallery.profiles, rows, totals, np.uint32(room)),
        *(np.int32(rule.min_full_loci), np.int32(rule.mismatch_max)),
        *(np.int32(rule.microvariant_tolerance), np.uint32(rule.counted)),
        *(np.int32(rule.wildcard_counts_as_full), figures),
    )
    found = []
    for row, total, figure in zip(rows, totals, figures, strict=True):
        kept = np.flatnonzero(figure[0, :total])
        found.append(cpu.Matches(row[kept], *figure[:, kept]))
    return found
