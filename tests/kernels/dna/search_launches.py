"""The launches of search.cu, in order, on the fibres of a host module."""

from __future__ import annotations

import numpy as np

from kernels import limits
from kernels.dna import cpu
from kernels.dna.layout import DnaGallery
from kernels.dna.plan import plan
from kernels.dna.rule import Rule
from kernels.host.build import HostModule

THREADS = 256
SLOTS = limits.DNA_SLOTS_MAX
FIGURES = 5


def plans(queries: np.ndarray, gallery: DnaGallery, rule: Rule) -> tuple[np.ndarray, np.ndarray]:
    """Return the steps of each query, int32 [queries, slots, 4], and how many there are."""
    listed = np.zeros((len(queries), SLOTS, 4), np.int32)
    loci = np.zeros(len(queries), np.int32)
    for number, query in enumerate(queries):
        steps = plan(query, gallery.planes, rule)
        if steps:
            listed[number, : len(steps)] = steps
        loci[number] = len(steps)
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
    module.launch(
        "dna_rows",
        (tiles, count),
        block,
        *(alive, np.int64(words), counts, planes.order, np.uint32(room), rows),
    )
    return rows, totals


def search(
    module: HostModule, queries: np.ndarray, gallery: DnaGallery, rule: Rule
) -> list[cpu.Matches]:
    """Return what ``cpu.search`` returns for each query."""
    room = max(1, gallery.count)
    rows, totals = survivors(module, queries, gallery, rule, room)
    # A query without a plan cannot match; on a device it would not be launched.
    totals[[not plan(query, gallery.planes, rule) for query in queries]] = 0
    figures = np.zeros((len(queries), FIGURES, room), np.uint8)
    _, places = gallery.counted(rule)
    module.launch(
        "dna_classify",
        (2, len(queries)),
        (THREADS,),
        *(
            np.ascontiguousarray(queries[:, gallery.slots]),
            gallery.loci,
            np.int32(len(gallery.slots)),
        ),
        *(rows, totals, np.uint32(room)),
        *(np.int32(rule.min_full_loci), np.int32(rule.mismatch_max)),
        *(np.int32(rule.microvariant_tolerance), np.uint32(sum(1 << place for place in places))),
        *(np.int32(rule.wildcard_counts_as_full), np.int32(rule.double_wildcard_compared)),
        *(np.int32(rule.stringency), figures),
    )
    found = []
    for row, total, figure in zip(rows, totals, figures, strict=True):
        kept = np.flatnonzero(figure[0, :total])
        kept = kept[np.argsort(row[kept])]
        found.append(cpu.Matches(row[kept], *figure[:, kept]))
    return found
