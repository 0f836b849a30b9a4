"""The sums of one hypothesis that the learned score rests on, counted pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

import numpy as np

from kernels.finger import stage2_arithmetic as arithmetic
from kernels.finger import stage2_parameters as parameters
from kernels.finger.stage2_arithmetic import DECAY_ONE, KERNEL, firmness, published, wrap
from kernels.finger.stage2_features import Sums
from kernels.finger.stage2_print import HULL_X, HULL_Y, Print
from kernels.finger.stage2_reference_pairs import (
    Hypothesis,
    Match,
    Point,
    points_of,
    squared_distance,
)

_PAIR_SUMS = (
    *("pairs", "weight", "firm", "alike", "firm_alike", "rank", "kinds", "sure", "sure_alike"),
    *("sure_rank", "agreed", "sure_agreed", "sure_agreed_rank", "coupled", "residual", "turned"),
    *("stretch", "paired_rank"),
)


def sums_of(
    hypothesis: Hypothesis,
    probe: Print,
    candidate: Print,
    similar: Sequence[Sequence[int]],
    stage1: int,
) -> dict[str, int]:
    """Return the sums of a hypothesis after its elastic step, by name."""
    mine, theirs = points_of(probe), points_of(candidate)
    matches, warped = hypothesis.matches, hypothesis.warped
    reverted = [hypothesis.motion.revert(point) for point in theirs]
    my_rank, their_rank = probe.rank.tolist(), candidate.rank.tolist()
    inside, their_inside = _inside(warped, theirs), _inside(reverted, mine)
    taken, their_taken = [m.i for m in matches], [m.j for m in matches]
    alone, their_alone = _alone(inside, taken), _alone(their_inside, their_taken)
    against = _against(warped, theirs, matches, taken, alone)
    their_against = _against(theirs, warped, matches, their_taken, their_alone)
    found = _pair_sums(hypothesis, probe, candidate, similar)
    some = max(len(matches), 1)
    middle = Point(sum(mine[i].x for i in taken) // some, sum(mine[i].y for i in taken) // some, 0)
    return found | {
        "scatter": sum(squared_distance(mine[i], middle) for i in taken),
        "rigid_weight": hypothesis.rigid_weight,
        "support": hypothesis.support,
        "stage1": stage1,
        "untrained": published(found["firm"], found["firm_alike"], sum(inside) + sum(their_inside)),
        "mine": len(mine),
        "theirs": len(theirs),
        "mine_inside": sum(inside),
        "theirs_inside": sum(their_inside),
        "rank_inside": _total(my_rank, inside) + _total(their_rank, their_inside),
        "alone": sum(alone) + sum(their_alone),
        "alone_rank": _total(my_rank, alone) + _total(their_rank, their_alone),
        "mine_against": sum(against),
        "theirs_against": sum(their_against),
        "against_rank": _total(my_rank, against) + _total(their_rank, their_against) >> 8,
    }


def _pair_sums(
    hypothesis: Hypothesis, probe: Print, candidate: Print, similar: Sequence[Sequence[int]]
) -> dict[str, int]:
    """Return the sums over the pairs, by name."""
    mine, theirs = points_of(probe), points_of(candidate)
    rows = []
    for k, match in enumerate(hypothesis.matches):
        i, j = match.i, match.j
        rigid, warped = hypothesis.motion.apply(mine[i]), hypothesis.warped[i]
        turned = abs(wrap(theirs[j].angle - warped.angle))
        sure = int(arithmetic.sureness(np.array(match.squared), np.array(turned)))
        coupled, couples = _agreement(k, hypothesis.matches, mine, theirs)
        agreed = coupled // (couples + 1)
        my_rank, their_rank = int(probe.rank[i]), int(candidate.rank[j])
        rank = my_rank * their_rank >> 8
        alike, firm = similar[i][j], firmness(match.weight)
        rows.append(
            {
                "pairs": 1,
                "weight": match.weight,
                "firm": firm,
                "alike": alike,
                "firm_alike": firm * alike,
                "rank": rank,
                "kinds": int(0 < probe.kind[i] == candidate.kind[j]),
                "sure": sure,
                "sure_alike": sure * alike,
                "sure_rank": sure * rank >> 8,
                "agreed": agreed,
                "sure_agreed": sure * agreed >> 10,
                "sure_agreed_rank": (sure * agreed >> 10) * rank >> 8,
                "coupled": coupled,
                "residual": isqrt(match.squared),
                "turned": turned,
                "stretch": squared_distance(warped, rigid),
                "paired_rank": my_rank + their_rank,
            }
        )
    return {name: sum(row[name] for row in rows) for name in _PAIR_SUMS}


def _alone(inside: Sequence[bool], taken: Sequence[int]) -> list[bool]:
    """Tell of each minutia whether it could have been paired and is not."""
    return [shown and k not in taken for k, shown in enumerate(inside)]


def together(hypotheses: Sequence[dict[str, int]]) -> Sums:
    """Return the sums of hypotheses as columns."""
    names = hypotheses[0]
    return Sums(**{name: np.array([each[name] for each in hypotheses]) for name in names})


def _total(values: Sequence[int], weights: Sequence[int]) -> int:
    """Return the weighted sum of values."""
    return sum(value * weight for value, weight in zip(values, weights, strict=True))


def _inside(points: Sequence[Point], area: Sequence[Point]) -> list[bool]:
    """Tell of each point whether no side of the polygon around ``area`` shuts it out."""
    sides = list(zip(HULL_X.tolist(), HULL_Y.tolist(), strict=True))
    reach = [max(x * point.x + y * point.y for point in area) for x, y in sides]
    return [
        all(x * point.x + y * point.y <= far for (x, y), far in zip(sides, reach, strict=True))
        for point in points
    ]


def _agreement(
    k: int, matches: Sequence[Match], mine: Sequence[Point], theirs: Sequence[Point]
) -> tuple[int, int]:
    """Return how well the neighbours of a pair agree with it, summed, and how many they are."""
    here, there = mine[matches[k].i], theirs[matches[k].j]
    turned = there.angle - here.angle
    couples = []
    for other in (*matches[:k], *matches[k + 1 :]):
        p, q = mine[other.i], theirs[other.j]
        squared = squared_distance(p, here)
        if squared > parameters.COUPLE_RADIUS**2:
            continue
        ux, uy, vx, vy = p.x - here.x, p.y - here.y, q.x - there.x, q.y - there.y
        length = isqrt(squared)
        longer = isqrt(vx * vx + vy * vy) - length
        differs = wrap(q.angle - p.angle - turned)
        couples.append((ux * vx + uy * vy, ux * vy - uy * vx, longer, length, differs))
    if not couples:
        return 0, 0
    # Columns, because the functions behind look up tables.
    along, across, longer_, length_, differs_ = np.array(couples).T
    seen = wrap(arithmetic.direction_of(along, across) - turned)
    return int(arithmetic.coupling(longer_, length_, seen, differs_).sum()), len(couples)


def _against(
    points: Sequence[Point],
    others: Sequence[Point],
    matches: Sequence[Match],
    taken: Sequence[int],
    alone: Sequence[bool],
) -> list[int]:
    """Return 0..1024 for each minutia of one print: how strongly its lack of a partner speaks
    against the motion; 0 if it does not lack one.
    """
    found = [0] * len(points)
    for k, point in enumerate(points):
        if not alone[k]:
            continue
        support = 0
        for match, i in zip(matches, taken, strict=True):
            step = squared_distance(points[i], point) >> arithmetic.KERNEL_STEP_SHIFT
            near = int(KERNEL[min(step, arithmetic.KERNEL_ENTRIES)])
            support += match.weight * near >> arithmetic.WEIGHT_SHIFT
        surrounded = (support << 10) // (support + parameters.SURROUNDED_HALF)
        nearest = min(squared_distance(point, other) for other in others)
        miss = int(arithmetic.decay(np.array(nearest // parameters.NEAR_MISS)))
        found[k] = surrounded * (DECAY_ONE - miss) >> 10
    return found
