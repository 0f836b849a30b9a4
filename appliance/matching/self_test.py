"""The kernels against their references, on this machine, before anything is answered from them."""

from __future__ import annotations

import numpy as np

from appliance.domain.errors import InvariantBroken
from kernels.dna import cpu as dna_cpu
from kernels.dna import layout as dna_layout
from kernels.dna import population as dna_population
from kernels.dna import reference as dna_reference
from kernels.dna.rule import Rule
from kernels.finger import (
    encode_cpu,
    encode_reference,
    population,
    stage1_cpu,
    stage1_reference,
    stage2_cpu,
    stage2_reference,
)
from kernels.finger import layout as finger_layout
from kernels.topk import cpu as topk_cpu
from kernels.topk import reference as topk_reference

SEED = 20_240_117
FINGERS = 6
MINUTIAE = 20
"""Few, because the references take their time: a start must not wait for them."""

PROFILES = 100


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise InvariantBroken(f"self-test: {what} differs from its reference on this machine")


def run() -> int:
    """Compare every kernel with its reference on generated cases; return how many were compared.

    Takes about half a second. Raises InvariantBroken naming the kernel that differs.
    """
    return _finger() + _dna()


def _finger() -> int:
    fingers = population.generate(FINGERS, 2, SEED)
    prints = [impression[:MINUTIAE] for finger in fingers for impression in finger]
    blobs = encode_cpu.encode_batch(prints)
    _require(blobs[0] == encode_reference.encode(prints[0]), "the fingerprint encoder")
    gallery = finger_layout.assemble(blobs)
    rows = np.arange(len(blobs), dtype=np.int64)
    compared = 1
    for blob in blobs[:2]:
        first = stage1_cpu.scores(blob, gallery)
        _require(
            np.array_equal(first, stage1_reference.scores(blob, gallery)), "fingerprint stage 1"
        )
        _require(
            np.array_equal(
                stage2_cpu.scores(blob, gallery, rows[:3], first[:3]),
                stage2_reference.scores(blob, gallery, rows[:3], first[:3]),
            ),
            "fingerprint stage 2",
        )
        none = np.zeros(len(first), np.bool_)
        _require(
            np.array_equal(topk_cpu.select(first, 5, none), topk_reference.select(first, 5, none)),
            "the selection of the best",
        )
        compared += len(first) + 4
    return compared


def _dna() -> int:
    rule = Rule()
    profiles = dna_population.generate(PROFILES, SEED)
    gallery = dna_layout.assemble(np.concatenate([profiles, profiles[:5]]))
    for probe in profiles[:3]:
        found = dna_cpu.search(probe, gallery, rule)
        expected = [
            (row, comparison.quality, comparison.full_loci)
            for row, candidate in enumerate(gallery.profiles())
            if (comparison := dna_reference.compare(probe, candidate, rule)).quality
        ]
        got = [
            (int(row), int(quality), int(full))
            for row, quality, full in zip(found.rows, found.qualities, found.full, strict=True)
        ]
        _require(got == expected, "the DNA search")
    return 3 * gallery.count
