"""Whether the views of one record are of the fingers that it says.

Two views of one position ought to be alike, two of different positions ought not. A record with
palms, which are compared in parts, is not looked at. A warning refuses nothing: the record is
searched as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from appliance.domain.finger import FingerTemplate
from appliance.matching import calibration
from appliance.matching.print_parts import split
from kernels.finger import fusion, stage1_cpu, stage2_cpu
from kernels.finger.layout import assemble

UNLIKE_HUNDREDTHS_MAX = 1_000
"""Views of one position are called unlike where one in ten different fingers would be as alike."""

UNLIKE_MINUTIAE_MIN = 20
"""Of smaller views, two impressions of one finger may have little in common."""

SAME_HUNDREDTHS_MIN = 5_000
"""Views of two positions are called one finger from here on: chance has 45 tries a ten-print."""

SUSPECT_STAGE1_MIN = 64
"""Views of two positions are compared in full from this score of stage 1 on: chance reaches a
third of it, two impressions of a finger several times as much."""


def warnings(views: Sequence[FingerTemplate], packed: bytes) -> tuple[str, ...]:
    """Return a sentence on each pair of views that contradicts its positions.

    ``packed`` is the packed print of ``views``. Some 1 ms for ten different fingers, and 1 ms for
    each pair that is compared in full. Deterministic; thread-safe.
    """
    if len(views) < 2:
        return ()
    blobs = split(packed)
    if len(blobs) != len(views):
        return ()
    return tuple(_told(views, blobs))


def _told(views: Sequence[FingerTemplate], blobs: Sequence[bytes]) -> Iterator[str]:
    gallery = assemble(blobs)
    stage1 = [stage1_cpu.scores(blob, gallery) for blob in blobs]
    table = calibration.shipped()
    for left, right in combinations(range(len(blobs)), 2):
        one, other = views[left], views[right]
        if not one.position or not other.position:
            continue
        same = one.position == other.position
        fewest = min(len(one.minutiae), len(other.minutiae))
        if same and fewest < UNLIKE_MINUTIAE_MIN:
            continue
        if not same and stage1[left][right] < SUSPECT_STAGE1_MIN:
            continue
        rows, first = np.array([right]), stage1[left][right : right + 1]
        raw = fusion.final(first, stage2_cpu.scores(blobs[left], gallery, rows, first))
        likeness = table.meaning(int(raw[0]))
        if same and likeness < UNLIKE_HUNDREDTHS_MAX:
            yield (
                f"views {left + 1} and {right + 1} both state finger position {one.position} and"
                " are not alike"
            )
        if not same and likeness >= SAME_HUNDREDTHS_MIN:
            yield (
                f"views {left + 1} and {right + 1} state finger positions {one.position} and"
                f" {other.position} and are of the same finger"
            )
