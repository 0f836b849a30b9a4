"""Stage 2 of one pair of prints as one would tell it: plain loops over plain integers.

The idea follows what good minutiae matchers do and is told step by step below: similar
neighbourhoods seed rigid motions, agreeing minutiae around a seed support it, least squares and an
elastic fit refine the best motions, and a small learned network weighs the pairs found against the
minutiae that could have been paired and were not. The fit of one minutia leaves that minutia out,
so its residual is an honest prediction error: skin stretches smoothly, chance does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import isqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.finger import stage1_reference
from kernels.finger import stage2_arithmetic as arithmetic
from kernels.finger import stage2_parameters as parameters
from kernels.finger.layout import FingerGallery
from kernels.finger.stage2_arithmetic import (
    COS,
    KERNEL,
    SIN,
    TURN,
    UNIT,
    wrap,
)
from kernels.finger.stage2_evidence import NO_EVIDENCE, Evidence, Pair
from kernels.finger.stage2_print import Print, of_blob, of_row
from kernels.finger.stage2_reference_pairs import (
    Hypothesis,
    Match,
    Motion,
    Point,
    assign,
    points_of,
    squared_distance,
    total_weight,
    weight_of,
)
from kernels.finger.stage2_reference_score import scores_of
from kernels.finger.stage2_reference_sums import sums_of, together
from kernels.finger.stage2_score import shipped


class Seed(NamedTuple):
    """A pair that anchors a motion, and the support that motion finds."""

    i: int
    j: int
    motion: Motion
    support: int


def scores(
    probe: bytes, gallery: FingerGallery, rows: NDArray[np.int64], stage1: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return the score of the probe against each of ``rows``, int32 [len(rows)].

    ``stage1`` is the stage-1 score of each row. A score is at least 1 where a motion was found and
    0 where none was.
    """
    mine = of_blob(probe)
    pairs = zip(rows.tolist(), stage1.tolist(), strict=True)
    return np.array([compare(mine, of_row(gallery, row), s).score for row, s in pairs], np.int32)


def evidence(probe: bytes, gallery: FingerGallery, row: int) -> Evidence:
    """Return score, motion and pairs of the probe against one template of the gallery."""
    stage1 = int(stage1_reference.scores(probe, gallery)[row])
    return compare(of_blob(probe), of_row(gallery, row), stage1)


def compare(probe: Print, candidate: Print, stage1: int) -> Evidence:
    """Return the evidence of the best hypothesis, the first of equal ones."""
    mine, theirs = points_of(probe), points_of(candidate)
    distances = _distances(probe, candidate)
    small = min(len(mine), len(theirs)) <= parameters.SMALL_TEMPLATE
    similar = [[similarity(distance, small) for distance in row] for row in distances]
    rigid = [
        (*_settle(seed, mine, theirs), seed.support)
        for seed in _hypotheses(mine, theirs, distances, similar, small)
    ]
    rigid.sort(key=lambda found: -total_weight(found[1]))
    found = []
    for motion, matches, support in rigid[: parameters.ELASTIC_MAX]:
        warped, paired = _elastic(motion, matches, mine, theirs)
        found.append(Hypothesis(motion, paired, warped, total_weight(matches), support))
    if not found:
        return NO_EVIDENCE
    sums = together([sums_of(each, probe, candidate, similar, stage1) for each in found])
    learned = scores_of(sums, shipped())
    score = max(learned)
    best = found[learned.index(score)]
    pairs = tuple(Pair(m.i, m.j, similar[m.i][m.j], isqrt(m.squared)) for m in best.matches)
    return Evidence(score, best.motion.rotation, best.motion.dx, best.motion.dy, pairs)


def similarity(distance: int, small: bool) -> int:
    """Return how alike two neighbourhoods are, 0..100, from their Hamming distance."""
    zero, full = parameters.SIMILAR_DISTANCE_ZERO, parameters.SIMILAR_DISTANCE_FULL
    alike = min(max((zero - distance) * 100 // (zero - full), 0), 100)
    return max(alike, parameters.SMALL_SIMILARITY) if small else alike


def _distances(probe: Print, candidate: Print) -> list[list[int]]:
    """Return the Hamming distances of the neighbourhood bits, [probe][candidate]."""
    theirs = candidate.codes.T.tolist()
    return [
        [sum((a ^ b).bit_count() for a, b in zip(code, other, strict=True)) for other in theirs]
        for code in probe.codes.T.tolist()
    ]


def _hypotheses(
    mine: Sequence[Point],
    theirs: Sequence[Point],
    distances: Sequence[Sequence[int]],
    similar: Sequence[Sequence[int]],
    small: bool,
) -> list[Seed]:
    """Return the best supported seeds, no two of them nearly the same motion."""
    alike = [
        (distances[i][j], i, j)
        for i in range(len(mine))
        for j in range(len(theirs))
        if abs(wrap(theirs[j].angle - mine[i].angle)) <= parameters.PAIR_ANGLE_MAX
        and (small or distances[i][j] < parameters.SIMILAR_DISTANCE_ZERO)
    ]
    pairs = _by_place(alike)[: parameters.SEEDS_MAX]
    seeds = [_seed(i, j, mine, theirs, similar) for _, i, j in pairs]
    seeds.sort(key=lambda seed: -seed.support)
    chosen: list[Seed] = []
    for seed in seeds:
        if len(chosen) < parameters.HYPOTHESES_MAX and not any(
            _twins(seed, other, mine, theirs) for other in chosen
        ):
            chosen.append(seed)
    return chosen


def _by_place(alike: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return the pairs (distance, i, j) in the order in which they are seeds: first those to which
    the fewest of both minutiae's own pairs are preferred.
    """
    of_i: Counter[int] = Counter()
    of_j: Counter[int] = Counter()
    placed = []
    # In rising order, those met before are the nearer ones; the lower index on a tie.
    for distance, i, j in sorted(alike):
        place = sum(min(met, parameters.SEED_PLACES_MAX) for met in (of_i[i], of_j[j]))
        placed.append((place, distance, i, j))
        of_i[i] += 1
        of_j[j] += 1
    return [(distance, i, j) for _, distance, i, j in sorted(placed)]


def _seed(
    i: int,
    j: int,
    mine: Sequence[Point],
    theirs: Sequence[Point],
    similar: Sequence[Sequence[int]],
) -> Seed:
    """Return the motion that lays ``i`` on ``j`` in place and direction, with its support."""
    rotation = (theirs[j].angle - mine[i].angle) & (TURN - 1)
    turned = Motion(rotation, 0, 0).apply(mine[i])
    motion = Motion(rotation, theirs[j].x - turned.x, theirs[j].y - turned.y)
    support = 0
    for k, point in enumerate(mine):
        if squared_distance(point, mine[i]) > parameters.SUPPORT_RADIUS**2:
            continue
        tolerance = _growing(point, mine[i])
        moved = motion.apply(point)
        support += max(
            weight_of(moved, other, tolerance, parameters.SUPPORT_ANGLE)
            * (parameters.SUPPORT_BASE + similar[k][column])
            for column, other in enumerate(theirs)
        )
    return Seed(i, j, motion, support)


def _growing(point: Point, anchor: Point) -> int:
    """Return the tolerance at a distance from the anchor of a motion."""
    grown = isqrt(squared_distance(point, anchor)) // parameters.SUPPORT_GROWTH_DIVISOR
    return min(parameters.SUPPORT_TOLERANCE + grown, parameters.SUPPORT_TOLERANCE_MAX)


def _twins(seed: Seed, other: Seed, mine: Sequence[Point], theirs: Sequence[Point]) -> bool:
    """Tell whether the other motion also lays the seed's pair on each other, near enough."""
    turned = abs(wrap(seed.motion.rotation - other.motion.rotation))
    missed = squared_distance(other.motion.apply(mine[seed.i]), theirs[seed.j])
    return turned < parameters.TWIN_ANGLE and missed < parameters.TWIN_DISTANCE**2


def _settle(
    seed: Seed, mine: Sequence[Point], theirs: Sequence[Point]
) -> tuple[Motion, list[Match]]:
    """Return the motion and its pairs after the rigid least squares steps."""
    motion = seed.motion
    growing = [_growing(point, mine[seed.i]) for point in mine]
    moved = [motion.apply(point) for point in mine]
    matches = assign(moved, theirs, growing, parameters.SUPPORT_ANGLE)
    for _ in range(parameters.RIGID_STEPS):
        motion = _least_squares(motion, matches, mine, theirs)
        moved = [motion.apply(point) for point in mine]
        fixed = [parameters.RIGID_TOLERANCE] * len(mine)
        matches = assign(moved, theirs, fixed, parameters.RIGID_ANGLE)
    return motion, matches


def _least_squares(
    motion: Motion, matches: Sequence[Match], mine: Sequence[Point], theirs: Sequence[Point]
) -> Motion:
    """Return the weighted best rigid motion of the pairs; the given one if there are none."""
    total = total_weight(matches)
    if total == 0:
        return motion
    pull = parameters.RIGID_DIRECTION_WEIGHT
    px = arithmetic.divide(sum(m.weight * mine[m.i].x for m in matches), total)
    py = arithmetic.divide(sum(m.weight * mine[m.i].y for m in matches), total)
    qx = arithmetic.divide(sum(m.weight * theirs[m.j].x for m in matches), total)
    qy = arithmetic.divide(sum(m.weight * theirs[m.j].y for m in matches), total)
    along = across = 0
    for match in matches:
        p, q = mine[match.i], theirs[match.j]
        turned = (q.angle - p.angle) & (TURN - 1)
        ux, uy, vx, vy = p.x - px, p.y - py, q.x - qx, q.y - qy
        cos, sin = int(COS[turned]), int(SIN[turned])
        along += match.weight * (ux * vx + uy * vy + (pull * cos >> arithmetic.UNIT_SHIFT))
        across += match.weight * (ux * vy - uy * vx + (pull * sin >> arithmetic.UNIT_SHIFT))
    rotation = int(arithmetic.direction_of(np.array(along), np.array(across)))
    centre = Motion(rotation, 0, 0).apply(Point(px, py, 0))
    return Motion(rotation, qx - centre.x, qy - centre.y)


def _elastic(
    motion: Motion, matches: list[Match], mine: Sequence[Point], theirs: Sequence[Point]
) -> tuple[list[Point], list[Match]]:
    """Return the warped probe and its pairs after the elastic fits."""
    rigid = [motion.apply(point) for point in mine]
    warped = rigid
    schedule = zip(parameters.ELASTIC_TOLERANCES, parameters.ELASTIC_ANGLES, strict=True)
    for tolerance, angle in schedule:
        warped = [_predict(i, rigid, theirs, matches) for i in range(len(rigid))]
        matches = assign(warped, theirs, [tolerance] * len(rigid), angle)
    return warped, matches


def _predict(
    i: int, rigid: Sequence[Point], theirs: Sequence[Point], matches: Sequence[Match]
) -> Point:
    """Return where the pairs of the other minutiae put minutia ``i``.

    A small rigid motion about the minutia is fitted to the displacements of its neighbours, with a
    prior for no motion (moving least squares).
    """
    here = rigid[i]
    total, inertia = parameters.PRIOR_WEIGHT, parameters.PRIOR_INERTIA
    sum_x = sum_y = sum_u = sum_v = turn = 0
    for match in matches:
        there, target = rigid[match.i], theirs[match.j]
        step = min(
            squared_distance(there, here) >> arithmetic.KERNEL_STEP_SHIFT, arithmetic.KERNEL_ENTRIES
        )
        near = match.weight * int(KERNEL[step]) >> arithmetic.WEIGHT_SHIFT
        if match.i == i or near == 0:
            continue
        x, y = there.x - here.x, there.y - here.y
        u, v = target.x - there.x, target.y - there.y
        total += near
        sum_x, sum_y = sum_x + near * x, sum_y + near * y
        sum_u, sum_v = sum_u + near * u, sum_v + near * v
        inertia += near * (x * x + y * y + parameters.ELASTIC_DIRECTION_WEIGHT)
        turned = wrap(target.angle - there.angle)
        turn += near * (x * v - y * u + arithmetic.DIRECTION_PULL * turned)
    inertia -= (sum_x * sum_x + sum_y * sum_y) // total
    turn -= (sum_x * sum_v - sum_y * sum_u) // total
    small = (turn << arithmetic.UNIT_SHIFT) // inertia
    small = min(max(small, -parameters.WARP_TURN_MAX), parameters.WARP_TURN_MAX)
    whole = total << arithmetic.UNIT_SHIFT
    return Point(
        here.x + arithmetic.divide(sum_u * UNIT + small * sum_y, whole),
        here.y + arithmetic.divide(sum_v * UNIT - small * sum_x, whole),
        here.angle + arithmetic.divide(small * arithmetic.TURN_PER_RADIAN, UNIT),
    )
