"""Corresponding minutiae of a candidate, in the order of the records that an expert holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from appliance.domain.finger import FingerTemplate
from appliance.domain.search import FingerComparison, MinutiaPair
from appliance.gallery.epoch import Chunk
from appliance.matching.encoder import places_of, record_order
from appliance.matching.print_parts import split
from kernels.finger import stage2_cpu
from kernels.finger.layout import FingerGallery


def of_candidate(
    probe: bytes,
    probe_views: Sequence[FingerTemplate],
    chunk: Chunk,
    row: int,
    stored: Sequence[FingerTemplate],
    part: int = 0,
) -> FingerComparison:
    """Return the kernels' evidence, its pairs translated to positions in both records' views.

    ``part`` is that of the packed probe which the row was compared with; the views are those of
    whole records, in their order. The score of the comparison is left 0.
    """
    own = split(probe)[part]
    found = stage2_cpu.evidence(own, cast(FingerGallery, chunk.resident), row)
    first = int(np.searchsorted(chunk.ordinals, chunk.ordinals[row]))
    mine, theirs = places_of(probe_views)[part], places_of(stored)[row - first]
    left = record_order(probe_views[mine.view], mine.part)
    right = record_order(stored[theirs.view], theirs.part)
    pairs = tuple(
        MinutiaPair(
            int(left[pair.probe_index]),
            int(right[pair.candidate_index]),
            int(pair.similarity),
            int(pair.residual),
        )
        for pair in found.pairs
    )
    return FingerComparison(
        probe_view=mine.view,
        candidate_view=theirs.view,
        probe_position=mine.position,
        candidate_position=theirs.position,
        score_hundredths=0,
        rotation=found.rotation,
        shift_x=found.dx,
        shift_y=found.dy,
        pairs=pairs,
    )
