"""The selection of select.cu, executed on fibres, equals the reference row by row."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.host.build import Order
from kernels.topk import cpu, reference
from tests.kernels.host.fibre_modules import SELECT, module
from tests.kernels.topk.select_launches import select

ORDERS = pytest.mark.parametrize("order", list(Order), ids=lambda order: order.name.lower())


def _scores(rng: np.random.Generator, columns: int, rows: int) -> np.ndarray:
    """Draw columns of few and of many distinct values; the extremes of the type appear too."""
    spread = rng.choice([1, 2, 5, 300, 2**31 - 1], (columns, 1))
    scores = rng.integers(-spread, spread + 1, (columns, rows)).astype(np.int32)
    if rows:
        scores[0, rng.integers(0, rows)] = np.iinfo(np.int32).min
        scores[-1, rng.integers(0, rows)] = np.iinfo(np.int32).max
    return scores


@ORDERS
def test_thousands_of_columns_are_selected_as_by_the_reference(order: Order) -> None:
    kernels = module(SELECT, order, seed=1)
    rng = np.random.default_rng(100 + order)
    columns = 70
    for _ in range(20):
        rows = int(rng.integers(0, 60))
        excluded = rng.random(rows) < rng.choice([0.0, 0.2, 0.9])
        scores = _scores(rng, columns, rows)
        k = int(rng.integers(0, rows + 3))
        found = select(kernels, scores, k, excluded)
        for column in range(columns):
            expected = reference.select(scores[column], k, excluded)
            assert expected.tolist() == found[column].tolist(), (k, rows, column)


@ORDERS
@pytest.mark.parametrize("rows", [1_023, 1_024, 1_025, 5_000])
def test_tiles_and_their_borders_do_not_show(order: Order, rows: int) -> None:
    kernels = module(SELECT, order, seed=2)
    rng = np.random.default_rng(rows)
    scores = rng.integers(0, 40, (2, rows)).astype(np.int32)
    excluded = rng.random(rows) < 0.1
    for k in (1, 255, 256, 700):
        found = select(kernels, scores, k, excluded)
        for column in range(2):
            assert cpu.select(scores[column], k, excluded).tolist() == found[column].tolist()


@ORDERS
def test_more_tiles_than_threads_are_summed(order: Order) -> None:
    kernels = module(SELECT, order, seed=3)
    rng = np.random.default_rng(4)
    scores = rng.integers(0, 5, (1, 270_000)).astype(np.int32)
    excluded = np.zeros(270_000, bool)
    excluded[:1_000] = True
    found = select(kernels, scores, 90, excluded)
    assert cpu.select(scores[0], 90, excluded).tolist() == found[0].tolist()


@ORDERS
@pytest.mark.parametrize(
    ("rows", "k", "share"),
    [(0, 5, 0.0), (1, 1, 0.0), (1, 1, 1.0), (1, 0, 0.0), (40, 60, 0.0), (3_000, 9, 1.0)],
)
def test_edges_of_a_column(order: Order, rows: int, k: int, share: float) -> None:
    excluded = np.full(rows, share == 1.0)
    for score in (np.iinfo(np.int32).min, 0, np.iinfo(np.int32).max):
        scores = np.full((1, rows), score, np.int32)
        (found,) = select(module(SELECT, order), scores, k, excluded)
        assert reference.select(scores[0], k, excluded).tolist() == found.tolist()
