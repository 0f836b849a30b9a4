"""The sums of a batch that the learned score rests on; equal to the reference exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels.finger import stage2_arithmetic as arithmetic
from kernels.finger.stage2_arithmetic import Integers
from kernels.finger.stage2_assignment import Matches, Posed, total_of
from kernels.finger.stage2_batch import Batch
from kernels.finger.stage2_features import Sums
from kernels.finger.stage2_missing import missing
from kernels.finger.stage2_motion import Motions
from kernels.finger.stage2_overlap import overlap
from kernels.finger.stage2_pairwise import agreement
from kernels.finger.stage2_print import Print


@dataclass(frozen=True, slots=True)
class Poses:
    """The probe on each hypothesis' candidate before and after the elastic step."""

    rigid: Posed
    warped: Posed


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier steps know of each hypothesis [H]: its candidate's stage-1 score, its seed's
    support, and the weight of its rigid pairs.
    """

    stage1: Integers
    support: Integers
    rigid_weight: Integers


def sums_of(
    probe: Print,
    batch: Batch,
    motions: Motions,
    poses: Poses,
    matches: Matches,
    similar: Integers,
    known: Known,
) -> Sums:
    """Return the sums of every hypothesis."""
    which, i, j = matches.hypothesis, matches.i, matches.j
    place = motions.candidate[which]
    inside = overlap(probe, batch, motions, poses.warped)
    mine, theirs = missing(poses.warped, batch, matches, inside)
    their_rank = batch.rank[motions.candidate]
    shown = inside.mine.sum(axis=1), inside.theirs.sum(axis=1)
    pairs = _pair_values(probe, batch, poses, matches, place, similar[place, i, j])
    totals = {name: total_of(matches, each, len(motions)) for name, each in pairs.items()}
    return Sums(
        **totals,
        scatter=_scatter(probe, matches, totals["pairs"]),
        rigid_weight=known.rigid_weight,
        support=known.support,
        stage1=known.stage1,
        untrained=arithmetic.published(totals["firm"], totals["firm_alike"], shown[0] + shown[1]),
        mine=np.full(len(motions), len(probe), np.int64),
        theirs=batch.counts[motions.candidate],
        mine_inside=shown[0],
        theirs_inside=shown[1],
        rank_inside=_weighed(inside.mine, probe.rank) + _weighed(inside.theirs, their_rank),
        alone=mine.alone.sum(axis=1) + theirs.alone.sum(axis=1),
        alone_rank=_weighed(mine.alone, probe.rank) + _weighed(theirs.alone, their_rank),
        mine_against=mine.against.sum(axis=1),
        theirs_against=theirs.against.sum(axis=1),
        against_rank=_weighed(mine.against, probe.rank) + _weighed(theirs.against, their_rank) >> 8,
    )


def _pair_values(
    probe: Print, batch: Batch, poses: Poses, matches: Matches, place: Integers, alike: Integers
) -> dict[str, Integers]:
    """Return what each pair adds to the sums of its hypothesis, by name."""
    which, i, j = matches.hypothesis, matches.i, matches.j
    rigid, warped = poses.rigid, poses.warped
    firm = arithmetic.firmness(matches.weight)
    turned = np.abs(arithmetic.wrap(batch.angle[place, j] - warped.angle[which, i]))
    sure = arithmetic.sureness(matches.squared, turned)
    coupled, couples = agreement(probe, batch, place, matches)
    agreed = coupled // (couples + 1)
    sure_agreed = sure * agreed >> 10
    ranks = probe.rank[i], batch.rank[place, j]
    rank = ranks[0] * ranks[1] >> 8
    kinds = (probe.kind[i] == batch.kind[place, j]) & (probe.kind[i] > 0)
    dx, dy = warped.x[which, i] - rigid.x[which, i], warped.y[which, i] - rigid.y[which, i]
    return {
        "pairs": np.ones(len(i), np.int64),
        "weight": matches.weight,
        "firm": firm,
        "alike": alike,
        "firm_alike": firm * alike,
        "rank": rank,
        "kinds": kinds.astype(np.int64),
        "sure": sure,
        "sure_alike": sure * alike,
        "sure_rank": sure * rank >> 8,
        "agreed": agreed,
        "sure_agreed": sure_agreed,
        "sure_agreed_rank": sure_agreed * rank >> 8,
        "coupled": coupled,
        # The square root of an integer below 2**52 is never rounded up to the next integer.
        "residual": np.sqrt(matches.squared).astype(np.int64),
        "turned": turned,
        "stretch": dx * dx + dy * dy,
        "paired_rank": ranks[0] + ranks[1],
    }


def _scatter(probe: Print, matches: Matches, pairs: Integers) -> Integers:
    """Return the squared distances of the probe's paired minutiae from their middle, summed."""
    x, y, which = probe.x[matches.i], probe.y[matches.i], matches.hypothesis
    some = np.maximum(pairs, 1)
    middle_x = total_of(matches, x, len(pairs)) // some
    middle_y = total_of(matches, y, len(pairs)) // some
    squared = (x - middle_x[which]) ** 2 + (y - middle_y[which]) ** 2
    return total_of(matches, squared, len(pairs))


def _weighed(values: Integers | NDArray[np.bool_], weights: Integers) -> Integers:
    """Return the sums of the rows of values [H, k] times weights [k] or [H, k]."""
    summed: Integers = (values * weights).sum(axis=1)
    return summed
