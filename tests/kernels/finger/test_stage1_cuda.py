"""The scores of stage1.cu, executed on fibres, equal the reference: both paths, every order."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

from kernels import limits
from kernels.finger import stage1_cpu, stage1_reference
from kernels.finger.encode_cpu import encode_batch
from kernels.finger.layout import FingerGallery, assemble, pack, quality_order
from kernels.host.build import Order
from tests.kernels.finger.generated_minutiae import edge_templates, minutiae
from tests.kernels.finger.golden_stage1 import FILE
from tests.kernels.finger.stage1_launches import scores
from tests.kernels.host.fibre_modules import STAGE1, module

ORDERS = pytest.mark.parametrize("order", list(Order), ids=lambda order: order.name.lower())
KERNELS = pytest.mark.parametrize("kernel", ["stage1_scores_b1", "stage1_scores_popc"])
PARITY_BIT = np.uint64(1) << np.uint64(63)


def _even(codes: np.ndarray) -> np.ndarray:
    """Set the last bit of each code as the encoder does."""
    odd = np.bitwise_count(codes).sum(axis=1) % 2 == 1
    codes[odd, -1] ^= PARITY_BIT
    return codes


def _blob(rng: np.random.Generator, count: int, pool: np.ndarray, is_even: bool = True) -> bytes:
    """Return a template whose codes are noisy copies of ``pool`` rows, so that scores differ."""
    codes = pool[rng.integers(0, len(pool), count)].copy()
    for _ in range(20):
        word = rng.integers(0, limits.CODE_WORDS, count)
        codes[np.arange(count), word] ^= np.uint64(1) << rng.integers(0, 64, count, np.uint64)
    return pack(quality_order(minutiae(rng, count, 2_000)), _even(codes) if is_even else codes)


def _pool(rng: np.random.Generator) -> np.ndarray:
    return rng.integers(0, 2**64, (12, limits.CODE_WORDS), np.uint64)


def _check(kernel: str, order: Order, probes: list[bytes], gallery: FingerGallery) -> np.ndarray:
    expected = [stage1_reference.scores(probe, gallery).tolist() for probe in probes]
    found = scores(module(STAGE1, order, seed=5), kernel, probes, gallery)
    assert expected == found.tolist()
    return found


@KERNELS
@ORDERS
def test_thousands_of_comparisons_score_as_the_reference(kernel: str, order: Order) -> None:
    rng = np.random.default_rng(40 + order)
    pool = _pool(rng)
    gallery = assemble([_blob(rng, int(n), pool) for n in rng.integers(0, 20, 300)])
    probes = [_blob(rng, size, pool) for size in (1, 2, 3, 5, 8, 15, 16, 17)]
    found = _check(kernel, order, probes, gallery)
    assert np.count_nonzero(found) > 1_500


@KERNELS
@ORDERS
def test_every_size_around_a_tile_scores_as_the_reference(kernel: str, order: Order) -> None:
    rng = np.random.default_rng(50)
    pool = _pool(rng)
    sizes = [0, 255, 1, 7, 8, 9, 0, 31, 32, 33, 63, 64, 65, 40, 254]
    gallery = assemble([_blob(rng, size, pool) for size in sizes])
    _check(kernel, order, [_blob(rng, size, pool) for size in sizes], gallery)


@KERNELS
@ORDERS
def test_codes_of_odd_weight_score_as_the_reference(kernel: str, order: Order) -> None:
    rng = np.random.default_rng(51)
    pool = _pool(rng)
    blobs = [_blob(rng, int(n), pool, is_even=n % 3 == 0) for n in rng.integers(0, 70, 30)]
    _check(kernel, order, blobs[:16], assemble(blobs))


@KERNELS
@ORDERS
@pytest.mark.parametrize("templates", [0, 1, 2])
def test_galleries_of_hardly_any_candidates(kernel: str, order: Order, templates: int) -> None:
    rng = np.random.default_rng(52)
    pool = _pool(rng)
    gallery = assemble([_blob(rng, 37, pool) for _ in range(templates)])
    _check(kernel, order, [_blob(rng, 41, pool)], gallery)


@KERNELS
def test_a_code_and_its_complement_are_as_far_apart_as_can_be(kernel: str) -> None:
    rng = np.random.default_rng(53)
    marks = quality_order(minutiae(rng, 64, 2_000))
    extremes = np.zeros((64, limits.CODE_WORDS), np.uint64)
    blobs = [pack(marks, extremes), pack(marks, ~extremes)]
    _check(kernel, Order.FORWARD, blobs, assemble(blobs))


@KERNELS
def test_the_golden_scores_are_reproduced(kernel: str) -> None:
    rng = np.random.Generator(np.random.PCG64(2_026))
    templates = [*edge_templates(rng), *(minutiae(rng, n, 2_500) for n in range(20, 80))]
    blobs = encode_batch(templates)
    gallery = assemble(blobs)
    matrix = [
        scores(module(STAGE1), kernel, blobs[first : first + 16], gallery)
        for first in range(0, len(blobs), 16)
    ]
    digest = hashlib.sha256(np.concatenate(matrix).astype("<i4").tobytes()).hexdigest()
    assert json.loads(FILE.read_text(encoding="utf-8"))["scores_sha256"] == digest


@KERNELS
def test_a_batch_of_probes_scores_as_each_of_them_alone(kernel: str) -> None:
    rng = np.random.default_rng(54)
    pool = _pool(rng)
    gallery = assemble([_blob(rng, int(n), pool) for n in rng.integers(0, 64, 50)])
    probes = [_blob(rng, int(n), pool) for n in rng.integers(1, 64, 16)]
    together = scores(module(STAGE1), kernel, probes, gallery, blocks=3)
    for probe, row in zip(probes, together, strict=True):
        assert stage1_cpu.scores(probe, gallery).tolist() == row.tolist()
