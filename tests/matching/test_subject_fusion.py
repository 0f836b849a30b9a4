"""What several fingers mean together."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.matching import calibration
from appliance.matching.calibration import SCORE_HUNDREDTHS_MAX
from appliance.matching.encoder import Place
from appliance.matching.finger_search import Scored
from appliance.matching.subject_fusion import (
    SEQUENCE_HUNDREDTHS_MIN,
    Subject,
    fuse,
    gained_by_chance,
    joint_hundredths,
)

TABLE = calibration.shipped()
LIKE = TABLE.least_raw(7_000)
FAINT = TABLE.least_raw(800)

Pair = tuple[int, int, int]
"""The probe's part, the candidate's, and the raw score."""


def places(*positions: int) -> tuple[Place, ...]:
    return tuple(Place(view, 0, position) for view, position in enumerate(positions))


def fused(
    pairs: list[Pair], probe: tuple[Place, ...], candidate: tuple[Place, ...]
) -> Subject | None:
    found = [(row, Scored(5, raw, 0, row, part)) for part, row, raw in pairs]
    return fuse(5, found, probe, candidate, TABLE)


def told(subject: Subject | None) -> list[tuple[int, int]]:
    """Return the positions of the paired fingers, strongest first."""
    assert subject is not None
    return [(pair.probe.position, pair.candidate.position) for pair in subject.pairs]


@given(st.integers(0, SCORE_HUNDREDTHS_MAX))
def test_one_finger_keeps_its_meaning(score: int) -> None:
    assert joint_hundredths([score]) == score


@given(
    st.lists(st.integers(0, SCORE_HUNDREDTHS_MAX), min_size=1, max_size=10),
    st.integers(1, 2_000),
    st.randoms(),
)
def test_the_joint_score_rises_with_each_finger_and_knows_no_order(
    scores: list[int], more: int, chance: random.Random
) -> None:
    raised = [min(SCORE_HUNDREDTHS_MAX, scores[0] + more), *scores[1:]]
    assert joint_hundredths(raised) >= joint_hundredths(scores) >= 0
    shuffled = chance.sample(scores, len(scores))
    assert joint_hundredths(shuffled) == joint_hundredths(scores)


@pytest.mark.parametrize("fingers", [2, 4, 10])
def test_so_many_impostors_reach_a_joint_score_as_it_says(fingers: int) -> None:
    chance = random.Random(fingers)
    trials = 20_000
    scores = [
        joint_hundredths([round(-1000 * math.log10(1 - chance.random())) for _ in range(fingers)])
        for _ in range(trials)
    ]
    for level in (500, 1_000, 2_000):
        expected = trials * 10 ** (-level / 1_000)
        reached = sum(score >= level for score in scores)
        assert abs(reached - expected) < 4 * math.sqrt(expected) + 0.005 * trials


def test_two_like_fingers_mean_more_than_one() -> None:
    one = fused([(0, 0, LIKE)], places(2), places(2))
    two = fused([(0, 0, LIKE), (1, 1, LIKE)], places(2, 3), places(2, 3))
    assert one is not None
    assert two is not None
    assert two.score_hundredths > one.score_hundredths + 4_000


def test_a_missing_finger_costs_nothing_and_a_finger_unlike_does() -> None:
    both = fused([(0, 0, LIKE)], places(2), places(2))
    lacking = fused([(0, 0, LIKE)], places(2, 3, 4), places(2, 7, 8))
    unlike = fused([(0, 0, LIKE)], places(2, 3), places(2, 3))
    assert both is not None
    assert lacking is not None
    assert unlike is not None
    assert lacking.score_hundredths == both.score_hundredths > unlike.score_hundredths


def test_several_impressions_of_a_finger_count_as_their_best_for_all_tries() -> None:
    found = fused(
        [(0, 0, LIKE), (1, 0, LIKE + 500), (0, 1, FAINT), (1, 1, LIKE - 1)],
        places(2, 2),
        places(2, 2),
    )
    assert found is not None
    (pair,) = found.pairs
    assert (pair.probe.view, pair.candidate.view) == (1, 0)
    assert pair.score_hundredths == TABLE.meaning(LIKE + 500) - gained_by_chance(4)


def test_exchanged_fingers_find_each_other() -> None:
    crossed = [(0, 0, FAINT), (1, 1, FAINT), (0, 1, LIKE), (1, 0, LIKE + 1)]
    found = fused(crossed, places(2, 7), places(2, 7))
    assert told(found) == [(7, 2), (2, 7)]


def test_fingers_of_different_positions_do_not_pair_by_chance() -> None:
    below = TABLE.least_raw(SEQUENCE_HUNDREDTHS_MIN + gained_by_chance(4)) - 1
    assert told(fused([(0, 1, below), (0, 0, FAINT)], places(2, 7), places(2, 7))) == [(2, 2)]
    assert told(fused([(0, 1, below + 1), (0, 0, FAINT)], places(2, 7), places(2, 7))) == [(2, 7)]
    assert fused([(0, 0, below)], places(2, 3), places(7, 8)) is None


def test_fingers_without_a_position_pair_with_whichever_they_are_like() -> None:
    found = fused([(0, 1, LIKE), (0, 0, FAINT), (1, 0, LIKE)], places(0, 0), places(2, 7))
    assert sorted(told(found)) == [(0, 2), (0, 7)]


def test_no_finger_is_paired_twice() -> None:
    found = fused([(0, 0, LIKE), (1, 0, LIKE), (2, 0, LIKE)], places(0, 0, 0), places(0))
    assert found is not None
    assert len(found.pairs) == 1


@given(st.randoms())
def test_the_order_of_the_comparisons_changes_nothing(chance: random.Random) -> None:
    sides = places(2, 2, 7, 0), places(2, 7, 7, 0)
    pairs = [(a, b, 8_000 + 700 * ((3 * a + b) % 4)) for a in range(4) for b in range(4)]
    assert fused(chance.sample(pairs, len(pairs)), *sides) == fused(pairs, *sides)
