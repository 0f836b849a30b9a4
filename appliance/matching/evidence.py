"""Corresponding minutiae of a candidate, in the order of the records that an expert holds."""

from __future__ import annotations

from typing import cast

from appliance.domain.finger import FingerTemplate
from appliance.domain.search import MinutiaPair
from appliance.gallery.epoch import Chunk
from appliance.matching.encoder import record_order
from kernels.finger import stage2_cpu
from kernels.finger.layout import FingerGallery
from kernels.finger.stage2_evidence import Evidence


def of_candidate(
    probe: bytes, probe_template: FingerTemplate, chunk: Chunk, row: int, stored: FingerTemplate
) -> tuple[Evidence, tuple[MinutiaPair, ...]]:
    """Return the kernels' evidence and its pairs, translated to positions in both records."""
    found = stage2_cpu.evidence(probe, cast(FingerGallery, chunk.resident), row)
    left, right = record_order(probe_template), record_order(stored)
    pairs = tuple(
        MinutiaPair(
            int(left[pair.probe_index]),
            int(right[pair.candidate_index]),
            int(pair.similarity),
            int(pair.residual),
        )
        for pair in found.pairs
    )
    return found, pairs
