"""A difference is told together with how sure it is."""

from __future__ import annotations

import random

from appliance.cli.slowdown import FIGURES, Slowdown

DRAW = random.Random(3)


def measured(searches: int, slower: float) -> dict[str, float]:
    made = Slowdown()
    for _ in range(searches):
        made.add(DRAW.gauss(20, 2), beside=False)
        made.add(DRAW.gauss(20, 2) * slower, beside=True)
    return made.figures()


def test_the_growth_lies_between_the_bounds_that_are_told() -> None:
    told = measured(600, 1.2)
    for name in FIGURES:
        low, high = (told[f"{name}_slower_{end}_percent"] for end in ("from", "to"))
        assert low < 20 < high
        assert low < told[f"{name}_slower_percent"] < high
    assert abs(told["mean_without_ms"] - 20) < 1
    assert abs(told["p50_beside_ms"] - 24) < 1
    assert told["searches_of_each_side"] == 600


def test_more_searches_make_it_surer() -> None:
    few, many = (measured(searches, 1.0) for searches in (30, 1_000))
    width = [
        each["p95_slower_to_percent"] - each["p95_slower_from_percent"] for each in (few, many)
    ]
    assert width[1] < width[0] / 2


def test_equal_sides_do_not_differ() -> None:
    made = Slowdown()
    for taken_ms in range(1, 101):
        made.add(taken_ms, beside=False)
        made.add(taken_ms, beside=True)
    told = made.figures()
    assert (told["p50_slower_percent"], told["p95_slower_percent"]) == (0.0, 0.0)
