"""The score of both stages: monotone, deterministic and within its type."""

from __future__ import annotations

import numpy as np

from kernels.finger import fusion
from kernels.finger import stage1_parameters as parameters


def _plain(stage1: int, stage2: int) -> int:
    if stage2 == 0:
        return min(stage1, 8191)
    return min(8192 + stage2, 2**31 - 1)


def test_the_fused_score_is_the_stated_rule_in_ten_thousand_cases() -> None:
    rng = np.random.default_rng(20260103)
    stage1 = (rng.integers(0, 2**31, 10_000) >> rng.integers(0, 31, 10_000)).astype(np.int32)
    stage2 = (rng.integers(0, 2**31, 10_000) >> rng.integers(0, 32, 10_000)).astype(np.int32)
    expected = [_plain(a, b) for a, b in zip(stage1.tolist(), stage2.tolist(), strict=True)]
    actual = fusion.final(stage1, stage2)
    assert expected == actual.tolist()
    assert actual.dtype == np.int32


def test_a_candidate_without_a_motion_ranks_below_every_one_with_a_motion() -> None:
    stage1 = np.array([7000, 0, 300], np.int32)
    stage2 = np.array([0, 1, 900], np.int32)
    fused = fusion.final(stage1, stage2)
    assert fused[0] < fused[1] < fused[2]


def test_candidates_without_a_motion_keep_their_order_of_stage_1() -> None:
    stage1 = np.array([0, 3, 500, 6000], np.int32)
    assert fusion.final(stage1, np.zeros(4, np.int32)).tolist() == [0, 3, 500, 6000]


def test_no_stage_1_score_reaches_the_base_of_candidates_with_a_motion() -> None:
    counts = range(parameters.USED_MAX + 1)
    highest = max(n * parameters.threshold(n, m) for n in counts for m in counts)
    assert highest < fusion.HYPOTHESIS_BASE


def test_a_higher_score_of_either_stage_never_lowers_the_fused_score() -> None:
    rng = np.random.default_rng(4)
    stage1 = rng.integers(0, 3000, 1000).astype(np.int32)
    stage2 = rng.integers(0, 40_000, 1000).astype(np.int32)
    fused = fusion.final(stage1, stage2)
    assert (fusion.final(stage1 + np.int32(7), stage2) >= fused).all()
    assert (fusion.final(stage1, stage2 + np.int32(7)) > fused).all()


def test_no_candidates_give_no_scores() -> None:
    assert fusion.final(np.zeros(0, np.int32), np.zeros(0, np.int32)).tolist() == []
