"""Error rates against figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.cli.accuracy import error_rates

scores = st.lists(st.integers(0, 50), min_size=1, max_size=60).map(
    lambda values: np.array(values, np.int64)
)


def test_separated_scores_have_no_errors() -> None:
    rates = error_rates(np.array([10, 11, 12]), np.array([1, 2, 9]))
    assert (rates.eer, rates.fmr100, rates.fmr1000, rates.zerofmr) == (0, 0, 0, 0)
    assert (rates.genuine, rates.impostor) == (3, 3)


def test_one_genuine_below_the_highest_impostor_is_missed_at_zero_false_matches() -> None:
    rates = error_rates(np.array([5, 20, 30, 40]), np.array([1, 2, 3, 10]))
    assert rates.zerofmr == 25


def test_one_false_match_in_a_hundred_is_allowed_at_fmr100_and_none_at_fmr1000() -> None:
    impostor = np.array([0] * 99 + [50])
    rates = error_rates(np.array([10, 60]), impostor)
    assert rates.fmr100 == 0
    assert rates.fmr1000 == 50


def test_a_tie_with_an_impostor_is_a_non_match() -> None:
    assert error_rates(np.array([7]), np.array([7])).zerofmr == 100


def test_scores_that_say_nothing_err_half_of_the_time() -> None:
    same = np.arange(100)
    assert error_rates(same, same).eer == pytest.approx(50, abs=1)


@given(scores, scores)
def test_rates_are_percentages_and_grow_with_strictness(
    genuine: np.ndarray, impostor: np.ndarray
) -> None:
    rates = error_rates(genuine, impostor)
    assert 0 <= rates.eer <= 100
    assert 0 <= rates.fmr100 <= rates.fmr1000 <= rates.zerofmr <= 100


def test_no_scores_are_no_measurement() -> None:
    with pytest.raises(ValueError, match="at least one"):
        error_rates(np.array([], np.int64), np.array([1]))
