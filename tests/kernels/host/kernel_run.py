"""Every kernel once in each order on libraries given by path, in a process of its own.

``python -m tests.kernels.host.kernel_run stage1=LIBRARY select=LIBRARY search=LIBRARY``, any of
them. A defect may ruin the memory of the process; a sanitized library needs it to have the
sanitizer's run time preloaded.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from kernels.dna import cpu as dna_cpu
from kernels.dna.layout import assemble as assemble_profiles
from kernels.dna.rule import Rule
from kernels.finger import stage1_cpu
from kernels.finger.encode_cpu import encode_batch
from kernels.finger.layout import assemble
from kernels.host.build import HostModule, Order
from kernels.topk import cpu as topk_cpu
from tests.kernels.dna import search_launches, small_alphabet
from tests.kernels.finger import stage1_launches
from tests.kernels.finger.generated_minutiae import edge_templates
from tests.kernels.topk import select_launches

KERNELS = ("stage1_scores_b1", "stage1_scores_popc")
RULES = (Rule(), Rule(min_full_loci=1, mismatch_max=7))


def check_stage1(library: Path) -> None:
    """Score templates of every edge against each other."""
    blobs = encode_batch(edge_templates(np.random.default_rng(71)))
    gallery = assemble(blobs)
    expected = [stage1_cpu.scores(blob, gallery).tolist() for blob in blobs]
    for order in Order:
        for kernel in KERNELS:
            kernels = HostModule(library, order)
            found = stage1_launches.scores(kernels, kernel, blobs, gallery)
            assert expected == found.tolist(), (kernel, order)


def check_select(library: Path) -> None:
    """Select from columns shorter and longer than a tile."""
    rng = np.random.default_rng(72)
    for rows, k in ((1, 1), (300, 290), (1_025, 400)):
        scores = rng.integers(-9, 9, (2, rows)).astype(np.int32)
        excluded = rng.random(rows) < 0.1
        expected = [topk_cpu.select(column, k, excluded).tolist() for column in scores]
        for order in Order:
            found = select_launches.select(HostModule(library, order), scores, k, excluded)
            assert expected == [rows.tolist() for rows in found], order
    counts = rng.integers(0, 1_000, (1, 600)).astype(np.uint64)
    before = np.cumsum(counts) - counts[0]
    for order in Order:
        offsets, cuts = counts.copy(), np.zeros((1, select_launches.CUT_WORDS), np.uint32)
        block = (select_launches.THREADS,)
        kernels = HostModule(library, order)
        kernels.launch("select_offsets", (1,), block, offsets, np.int32(counts.size), cuts)
        assert before.tolist() == offsets[0].tolist(), order


def check_dna(library: Path) -> None:
    """Search profiles among which every kind of match occurs."""
    gallery = assemble_profiles(small_alphabet.draw(200, seed=73))
    queries = small_alphabet.draw(2, seed=74)
    for rule in RULES:
        expected = [dna_cpu.search(query, gallery, rule).rows.tolist() for query in queries]
        for order in Order:
            found = search_launches.search(HostModule(library, order), queries, gallery, rule)
            assert expected == [one.rows.tolist() for one in found], order


CHECKS = {"stage1": check_stage1, "select": check_select, "search": check_dna}

if __name__ == "__main__":
    for argument in sys.argv[1:]:
        name, _, path = argument.partition("=")
        CHECKS[name](Path(path))
    sys.stdout.write("clean\n")
