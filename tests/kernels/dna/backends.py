"""Every way to compare profiles, behind one call: they must say the same."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kernels.dna import cpu, crowd, mass
from kernels.dna.layout import assemble
from kernels.dna.reference import compare
from kernels.dna.rule import Rule
from tests.kernels.dna import search_launches
from tests.kernels.host.fibre_modules import DNA, module

Answer = dict[tuple[int, int], tuple[int, ...]]
"""Quality, compared, full, matched and mismatching for each pair (query, row) that matches."""

Backend = Callable[[np.ndarray, np.ndarray, Rule], Answer]


def by_reference(queries: np.ndarray, profiles: np.ndarray, rule: Rule) -> Answer:
    """Compare every pair by the slow rule."""
    told = {}
    for number, query in enumerate(queries):
        for row, profile in enumerate(profiles):
            said = compare(query, profile, rule)
            if said.quality:
                told[number, row] = (
                    said.quality,
                    said.compared_loci,
                    said.full_loci,
                    said.matched_loci,
                    said.mismatching_alleles,
                )
    return told


def _told(number: int, found: cpu.Matches) -> Answer:
    columns = found.qualities, found.compared, found.full, found.matched, found.mismatching
    figures = np.stack(columns, axis=1).tolist()
    return {
        (number, row): tuple(each) for row, each in zip(found.rows.tolist(), figures, strict=True)
    }


def by_search(queries: np.ndarray, profiles: np.ndarray, rule: Rule) -> Answer:
    """Search for each query by numpy."""
    gallery = assemble(profiles)
    told: Answer = {}
    for number, query in enumerate(queries):
        told |= _told(number, cpu.search(query, gallery, rule))
    return told


def by_table(queries: np.ndarray, profiles: np.ndarray, rule: Rule) -> Answer:
    """Compare every pair by numpy."""
    figures = cpu.compare_all(queries, profiles, rule)
    every = np.stack(figures.arrays(), axis=2)
    return {
        (number, row): tuple(every[number, row].tolist())
        for number, row in np.argwhere(figures.quality).tolist()
    }


def by_mass(queries: np.ndarray, profiles: np.ndarray, rule: Rule) -> Answer:
    """Compare the queries as the stains of one run, both ways through the planes."""
    together = _by_mass(queries, profiles, rule)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crowd, "WORDS_MAX", -1)
        in_turn = _by_mass(queries, profiles, rule)
    assert together == in_turn
    return together


def _by_mass(queries: np.ndarray, profiles: np.ndarray, rule: Rule) -> Answer:
    told: Answer = {}
    for block in mass.compare(queries, assemble(profiles), rule):
        columns = block.qualities, block.compared, block.full, block.matched, block.mismatching
        pairs = zip(block.stains.tolist(), block.rows.tolist(), strict=True)
        told |= dict(zip(pairs, map(tuple, np.stack(columns, axis=1).tolist()), strict=True))
    return told


def by_cuda(queries: np.ndarray, profiles: np.ndarray, rule: Rule) -> Answer:
    """Search for all queries by the CUDA source, executed on this processor."""
    told: Answer = {}
    found = search_launches.search(module(DNA), queries, assemble(profiles), rule)
    for number, one in enumerate(found):
        told |= _told(number, one)
    return told


BACKENDS: dict[str, Backend] = {
    "reference": by_reference,
    "search": by_search,
    "table": by_table,
    "mass": by_mass,
    "cuda": by_cuda,
}
