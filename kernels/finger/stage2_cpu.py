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
from kernels.finger import stage1_cpu, stage2_score
from kernels.finger import stage2_parameters as parameters
from kernels.finger.layout import FingerGallery
from kernels.finger.stage2_arithmetic import Integers
from kernels.finger.stage2_assignment import Matches, total_of
from kernels.finger.stage2_batch import Batch, batch_of
from kernels.finger.stage2_consensus import settle
from kernels.finger.stage2_elastic import warp
from kernels.finger.stage2_evidence import NO_EVIDENCE, Evidence, Pair
from kernels.finger.stage2_features import Sums
from kernels.finger.stage2_motion import Motions
from kernels.finger.stage2_print import Print, of_blob, of_row
from kernels.finger.stage2_score import ScoreModel
from kernels.finger.stage2_seeds import distances, hypotheses, similarities
from kernels.finger.stage2_sums import Known, Poses, sums_of

BATCH_CELLS_MAX = 1 << 16
"""Minutia pairs of one batch: its hypotheses then fill the second level cache and no more."""


@dataclass(frozen=True, slots=True)
class Refined:
    """The elastic hypotheses of a batch: motions by candidate, pairs, and what they add up to."""

    motions: Motions
    matches: Matches
    sums: Sums
    similar: Integers


def scores(
    probe: bytes,
    gallery: FingerGallery,
    rows: NDArray[np.int64],
    stage1: NDArray[np.int32],
    model: ScoreModel | None = None,
) -> NDArray[np.int32]:
    """Return the score of the probe against each of ``rows``, int32 [len(rows)].

    ``stage1`` is the stage-1 score of each row, which the score takes into account; ``model`` the
    shipped one unless another is given. A score is at least 1 where a motion was found and 0 where
    none was. LayoutError if ``probe`` is no packed template. About a millisecond per candidate;
    reads the gallery only, so it is safe from any number of threads.
    """
    learned = model or stage2_score.shipped()
    result = np.zeros(len(rows), np.int32)
    for places, refined in refine(probe, gallery, rows, stage1):
        best = np.zeros(len(places), np.int64)
        np.maximum.at(best, refined.motions.candidate, learned.scores(refined.sums))
        result[places] = best
    return result


def refine(
    probe: bytes, gallery: FingerGallery, rows: NDArray[np.int64], stage1: NDArray[np.int32]
) -> Iterator[tuple[NDArray[np.int64], Refined]]:
    """Yield places in ``rows``, a batch at a time, and the hypotheses of the candidates there."""
    mine = of_blob(probe)
    if len(mine) == 0:
        return
    for places in _batches(len(mine), gallery, rows):
        batch = batch_of([of_row(gallery, int(row)) for row in rows[places]])
        yield places, _match(mine, batch, stage1[places].astype(np.int64))


def evidence(probe: bytes, gallery: FingerGallery, row: int) -> Evidence:
    """Return score, motion and pairs of the probe against one template of the gallery.

    The score is that of ``scores``. LayoutError if ``probe`` is no packed template. Thread safe.
    """
    mine, theirs = of_blob(probe), of_row(gallery, row)
    if len(mine) == 0 or len(theirs) == 0:
        return NO_EVIDENCE
    stage1 = stage1_cpu.scores(probe, gallery.only(row))
    outcome = _match(mine, batch_of([theirs]), stage1.astype(np.int64))
    if len(outcome.motions) == 0:
        return NO_EVIDENCE
    score = stage2_score.shipped().scores(outcome.sums)
    best = int(np.argmax(score))
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
        int(score[best]),
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


def _match(probe: Print, batch: Batch, stage1: Integers) -> Refined:
    """Take a batch through all steps."""
    distance = distances(probe, batch)
    similar = similarities(distance, probe, batch)
    seeded = hypotheses(probe, batch, distance, similar)
    motions, matches = settle(probe, batch, seeded)
    weight = total_of(matches, matches.weight, len(motions))
    kept = _heaviest(motions, weight)
    motions, matches = motions.take(kept), _of_hypotheses(matches, kept, len(motions))
    rigid = motions.apply(probe)
    warped, matches = warp(rigid, batch, matches)
    known = Known(stage1[motions.candidate], seeded.support[kept], weight[kept])
    sums = sums_of(probe, batch, motions, Poses(rigid, warped), matches, similar, known)
    return Refined(motions, matches, sums, similar)


def _heaviest(motions: Motions, weight: Integers) -> Integers:
    """Return the ELASTIC_MAX heaviest hypotheses of each candidate, the first of equal ones."""
    order = np.lexsort((-weight, motions.candidate))
    place = motions.candidate[order]
    rank = np.arange(len(order)) - np.searchsorted(place, place)
    heaviest: Integers = order[rank < parameters.ELASTIC_MAX]
    return heaviest


def _of_hypotheses(matches: Matches, kept: Integers, hypotheses: int) -> Matches:
    """Return the pairs of some hypotheses, numbered in the order of ``kept``."""
    number = np.full(hypotheses, -1, np.int64)
    number[kept] = np.arange(len(kept))
    mine = np.flatnonzero(number[matches.hypothesis] >= 0)
    mine = mine[np.argsort(number[matches.hypothesis[mine]], kind="stable")]
    return Matches(
        number[matches.hypothesis[mine]],
        matches.i[mine],
        matches.j[mine],
        matches.weight[mine],
        matches.squared[mine],
    )
