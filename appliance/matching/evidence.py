"""Corresponding minutiae of a candidate, in the order of the records that an expert holds."""

from __future__ import annotations

from typing import cast

import numpy as np

from appliance.domain.finger import FingerTemplate
from appliance.domain.search import MinutiaPair
from appliance.gallery.epoch import Chunk
from appliance.matching.encoder import record_order
from appliance.matching.print_parts import split
from kernels.finger import stage2_cpu
from kernels.finger.layout import FingerGallery
from kernels.finger.stage2_evidence import Evidence


def of_candidate(
    probe: bytes,
    probe_template: FingerTemplate,
    chunk: Chunk,
    row: int,
    stored: FingerTemplate,
    part: int = 0,
) -> tuple[Evidence, tuple[MinutiaPair, ...]]:
    """Return the kernels' evidence and its pairs, translated to positions in both records.

    ``part`` is that of the packed probe which the row was compared with.
    """
    own = split(probe)[part]
    found = stage2_cpu.evidence(own, cast(FingerGallery, chunk.resident), row)
    first = int(np.searchsorted(chunk.ordinals, chunk.ordinals[row]))
    left, right = record_order(probe_template, part), record_order(stored, row - first)
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
