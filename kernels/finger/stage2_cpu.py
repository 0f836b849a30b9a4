"""Stage-2 scores of one probe against a short list; equal to ``stage2_reference`` exactly.

Candidates go through the steps side by side, sorted by size so that little of a batch is filler.
Distances of all minutia pairs are the only dense arrays; whatever follows works on the few pairs
within the tolerance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels import limits
from kernels.finger import stage2_arithmetic as arithmetic
from kernels.finger import stage2_parameters as parameters
from kernels.finger.layout import FingerGallery
from kernels.finger.stage2_arithmetic import Integers
from kernels.finger.stage2_assignment import Matches, total_of
from kernels.finger.stage2_batch import Batch, batch_of
from kernels.finger.stage2_consensus import settle
from kernels.finger.stage2_elastic import warp
from kernels.finger.stage2_evidence import NO_EVIDENCE, Evidence, Pair
from kernels.finger.stage2_motion import Motions
from kernels.finger.stage2_overlap import overlap
from kernels.finger.stage2_print import Print, of_blob, of_row
from kernels.finger.stage2_seeds import distances, hypotheses, similarities

BATCH_CELLS_MAX = 1 << 16
"""Minutia pairs of one batch: its hypotheses then fill the second level cache and no more."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Scores of the elastic hypotheses of a batch, with what they rest on."""

    motions: Motions
    matches: Matches
    score: Integers
    similar: Integers


def scores(probe: bytes, gallery: FingerGallery, rows: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the score of the probe against each of ``rows``, int32 [len(rows)].

    A score is at least 1 where a motion was found and 0 where none was. LayoutError if ``probe`` is
    no packed template. About a millisecond per candidate; reads the gallery only, so it is safe
    from any number of threads.
    """
    mine = of_blob(probe)
    result = np.zeros(len(rows), np.int32)
    if len(mine) == 0:
        return result
    for places in _batches(len(mine), gallery, rows):
        batch = batch_of([of_row(gallery, int(row)) for row in rows[places]])
        outcome = _match(mine, batch)
        best = np.zeros(len(places), np.int64)
        np.maximum.at(best, outcome.motions.candidate, outcome.score)
        result[places] = best
    return result


def evidence(probe: bytes, gallery: FingerGallery, row: int) -> Evidence:
    """Return score, motion and pairs of the probe against one template of the gallery.

    The score is that of ``scores``. LayoutError if ``probe`` is no packed template. Thread safe.
    """
    mine, theirs = of_blob(probe), of_row(gallery, row)
    if len(mine) == 0 or len(theirs) == 0:
        return NO_EVIDENCE
    outcome = _match(mine, batch_of([theirs]))
    if len(outcome.score) == 0:
        return NO_EVIDENCE
    best = int(np.argmax(outcome.score))
    matches, motions = outcome.matches, outcome.motions
    pairs = tuple(
        Pair(
            int(matches.i[k]),
            int(matches.j[k]),
            int(outcome.similar[0, matches.i[k], matches.j[k]]),
            int(np.sqrt(matches.squared[k])),
        )
        for k in np.flatnonzero(matches.hypothesis == best)
    )
    return Evidence(
        int(outcome.score[best]),
        int(motions.rotation[best]),
        int(motions.dx[best]),
        int(motions.dy[best]),
        pairs,
    )


def _batches(
    minutiae: int, gallery: FingerGallery, rows: NDArray[np.int64]
) -> Iterator[NDArray[np.int64]]:
    """Yield places in ``rows`` of occupied templates of similar size, a batch at a time."""
    counts = np.minimum(gallery.starts[rows + 1] - gallery.starts[rows], limits.STAGE2_MINUTIAE_MAX)
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] > 0]
    start = 0
    while start < len(order):
        cells = minutiae * int(counts[order[start]])
        stop = start + max(1, BATCH_CELLS_MAX // cells)
        yield order[start:stop]
        start = stop


def _match(probe: Print, batch: Batch) -> _Outcome:
    """Take a batch through all steps."""
    distance = distances(probe, batch)
    similar = similarities(distance, probe, batch)
    motions, matches = settle(probe, batch, hypotheses(probe, batch, distance, similar))
    motions, matches = _heaviest(motions, matches)
    warped, matches = warp(motions.apply(probe), batch, matches)
    firm = arithmetic.firmness(matches.weight)
    alike = firm * similar[motions.candidate[matches.hypothesis], matches.i, matches.j]
    score = arithmetic.published(
        total_of(matches, firm, len(motions)),
        total_of(matches, alike, len(motions)),
        overlap(probe, batch, motions, warped),
    )
    return _Outcome(motions, matches, np.maximum(score, 1), similar)


def _heaviest(motions: Motions, matches: Matches) -> tuple[Motions, Matches]:
    """Return the ELASTIC_MAX heaviest hypotheses of each candidate, the first of equal ones."""
    total = total_of(matches, matches.weight, len(motions))
    order = np.lexsort((-total, motions.candidate))
    place = motions.candidate[order]
    rank = np.arange(len(order)) - np.searchsorted(place, place)
    kept = order[rank < parameters.ELASTIC_MAX]
    number = np.full(len(motions), -1, np.int64)
    number[kept] = np.arange(len(kept))
    mine = np.flatnonzero(number[matches.hypothesis] >= 0)
    mine = mine[np.argsort(number[matches.hypothesis[mine]], kind="stable")]
    return motions.take(kept), Matches(
        number[matches.hypothesis[mine]],
        matches.i[mine],
        matches.j[mine],
        matches.weight[mine],
        matches.squared[mine],
    )
