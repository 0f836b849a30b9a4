"""The selection of the short list: one rule, two implementations."""

from __future__ import annotations

import numpy as np
import pytest

from kernels import limits
from kernels.topk import cpu, reference

BOTH = pytest.mark.parametrize("backend", [reference, cpu], ids=["reference", "cpu"])


def test_both_backends_select_the_same_rows_in_ten_thousand_cases() -> None:
    rng = np.random.default_rng(20260101)
    for case in range(10_000):
        size = int(rng.integers(0, 40))
        # Few distinct values make ties the rule; the extremes of the type appear too.
        spread = int(rng.choice([1, 2, 5, 1000]))
        scores = rng.integers(-spread, spread + 1, size).astype(np.int32)
        if case % 10 == 0 and size:
            scores[rng.integers(0, size)] = np.iinfo(np.int32).min
            scores[rng.integers(0, size)] = np.iinfo(np.int32).max
        excluded = rng.random(size) < rng.choice([0.0, 0.2, 0.9, 1.0])
        k = int(rng.integers(0, size + 3))
        expected = reference.select(scores, k, excluded)
        actual = cpu.select(scores, k, excluded)
        assert expected.tolist() == actual.tolist(), (scores, k, excluded)


def test_both_backends_agree_on_a_long_column_with_many_ties() -> None:
    rng = np.random.default_rng(2)
    scores = rng.integers(0, 300, 50_000).astype(np.int32)
    excluded = rng.random(50_000) < 0.1
    for k in (1, 499, limits.TOPK_MAX):
        expected = reference.select(scores, k, excluded)
        assert expected.tolist() == cpu.select(scores, k, excluded).tolist()


@BOTH
def test_rows_come_by_falling_score_and_equal_scores_by_rising_row(backend) -> None:
    scores = np.array([5, 9, 5, 9, 1], np.int32)
    assert backend.select(scores, 3, np.zeros(5, bool)).tolist() == [1, 3, 0]


@BOTH
def test_rows_without_a_positive_score_are_eligible_too(backend) -> None:
    scores = np.array([0, -4, 7], np.int32)
    assert backend.select(scores, 3, np.zeros(3, bool)).tolist() == [2, 0, 1]


@BOTH
def test_an_excluded_row_is_never_selected_however_high_its_score(backend) -> None:
    scores = np.array([100, 2, 3], np.int32)
    selected = backend.select(scores, 3, np.array([True, False, False]))
    assert selected.tolist() == [2, 1]
    assert selected.dtype == np.int64


@BOTH
def test_an_empty_column_and_a_depth_of_zero_select_nothing(backend) -> None:
    assert backend.select(np.zeros(0, np.int32), 5, np.zeros(0, bool)).tolist() == []
    assert backend.select(np.ones(4, np.int32), 0, np.zeros(4, bool)).tolist() == []


@BOTH
@pytest.mark.parametrize("k", [-1, limits.TOPK_MAX + 1])
def test_a_depth_outside_its_limits_is_refused(backend, k) -> None:
    with pytest.raises(ValueError, match="expected"):
        backend.select(np.zeros(3, np.int32), k, np.zeros(3, bool))


@BOTH
def test_columns_of_different_length_are_refused(backend) -> None:
    with pytest.raises(ValueError, match="shape"):
        backend.select(np.zeros(3, np.int32), 1, np.zeros(4, bool))
