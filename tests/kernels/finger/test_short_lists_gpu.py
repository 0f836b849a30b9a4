"""Short lists made on a device equal those of the processor: rows, scores and their order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from kernels import limits
from kernels.device import Device, DeviceError, DeviceMemoryExceeded
from kernels.finger import gpu, stage1_cpu, stage1_reference
from kernels.finger.encode_cpu import encode_batch
from kernels.finger.layout import FingerGallery, assemble, pack, quality_order
from kernels.host.build import Order
from kernels.topk import cpu as topk_cpu
from kernels.topk import reference as topk_reference
from tests.kernels.device.host_devices import host_device
from tests.kernels.finger.generated_minutiae import edge_templates, minutiae
from tests.kernels.finger.golden_stage1 import FILE

ARCHITECTURES = pytest.mark.parametrize("architecture", [75, 90, 120])


def _blobs(rng: np.random.Generator, counts: Sequence[int]) -> list[bytes]:
    """Return templates whose codes are noisy copies of a few, so that scores differ and repeat."""
    pool = rng.integers(0, 2**64, (6, limits.CODE_WORDS), np.uint64)
    blobs = []
    for count in counts:
        codes = pool[rng.integers(0, len(pool), count)].copy()
        codes[:, 0] ^= rng.integers(0, 2**20, count, np.uint64)
        blobs.append(pack(quality_order(minutiae(rng, count, 2_000)), codes))
    return blobs


def _short_lists(
    device: Device,
    probes: Sequence[bytes],
    parts: Sequence[tuple[FingerGallery, np.ndarray]],
    depths: Sequence[int],
) -> list[tuple[list[int], list[int]]]:
    """Return rows and scores of each short list; everything uploaded is given back."""
    chunks, first = [], 0
    for gallery, removed in parts:
        mask = device.upload(removed.astype(np.uint8))
        chunks.append(gpu.FingerChunk(gpu.upload(device, gallery), mask, first))
        first += gallery.templates
    found = gpu.ShortLists(device, probes, chunks, depths).wait()
    for chunk in chunks:
        chunk.resident.free(device)
        device.free(chunk.removed)
    return [(one.rows.tolist(), one.scores.tolist()) for one in found]


def _expected(
    probe: bytes, parts: Sequence[tuple[FingerGallery, np.ndarray]], depth: int
) -> tuple[list[int], list[int]]:
    scores = np.concatenate([stage1_cpu.scores(probe, gallery) for gallery, _ in parts])
    removed = np.concatenate([removed for _, removed in parts])
    rows = topk_cpu.select(scores, depth, removed)
    return rows.tolist(), scores[rows].tolist()


def _cut(blobs: Sequence[bytes], places: Sequence[int], removed: np.ndarray) -> list:
    """Return the templates in chunks that begin at the given places, with their masks."""
    bounds = [0, *places, len(blobs)]
    return [(assemble(blobs[begin:end]), removed[begin:end]) for begin, end in pairwise(bounds)]


@ARCHITECTURES
@pytest.mark.parametrize("order", list(Order), ids=lambda order: order.name.lower())
def test_batches_over_chunks_are_short_listed_as_on_the_processor(
    architecture: int, order: Order
) -> None:
    rng = np.random.default_rng(architecture + order)
    blobs = _blobs(rng, rng.integers(0, 30, 260).tolist())
    removed = rng.random(len(blobs)) < 0.2
    depths = [0, 1, 7, 64, 259, 260, 300, 5]
    with host_device(architecture=architecture, order=order) as device:
        for cuts in ([], [100, 101]):
            parts = _cut(blobs, cuts, removed)
            found = _short_lists(device, blobs[:8], parts, depths)
            expected = [
                _expected(*each) for each in zip(blobs[:8], [parts] * 8, depths, strict=True)
            ]
            assert expected == found


@ARCHITECTURES
def test_the_short_lists_are_those_of_the_reference(architecture: int) -> None:
    rng = np.random.default_rng(91)
    blobs = _blobs(rng, [0, 1, 63, 64, 65, 255, 8, 9])
    gallery, none = assemble(blobs), np.zeros(len(blobs), bool)
    with host_device(architecture=architecture) as device:
        found = _short_lists(device, blobs, [(gallery, none)], [len(blobs)] * len(blobs))
    for probe, (rows, scores) in zip(blobs, found, strict=True):
        expected = stage1_reference.scores(probe, gallery)
        assert topk_reference.select(expected, len(blobs), none).tolist() == rows
        assert expected[rows].tolist() == scores


@ARCHITECTURES
def test_the_golden_scores_are_reproduced(architecture: int) -> None:
    rng = np.random.Generator(np.random.PCG64(2_026))
    templates = [*edge_templates(rng), *(minutiae(rng, n, 2_500) for n in range(20, 80))]
    blobs = encode_batch(templates)
    gallery, none = assemble(blobs), np.zeros(len(blobs), bool)
    matrix = np.zeros((len(blobs), len(blobs)), "<i4")
    with host_device(architecture=architecture) as device:
        for first in range(0, len(blobs), gpu.PROBES_MAX):
            probes = blobs[first : first + gpu.PROBES_MAX]
            found = _short_lists(device, probes, [(gallery, none)], [len(blobs)] * len(probes))
            for number, (rows, scores) in enumerate(found, start=first):
                matrix[number, rows] = scores
    digest = hashlib.sha256(matrix.tobytes()).hexdigest()
    assert json.loads(FILE.read_text(encoding="utf-8"))["scores_sha256"] == digest


def test_a_gallery_of_tombstones_and_one_without_chunks_have_empty_short_lists() -> None:
    blobs = _blobs(np.random.default_rng(92), [20] * 10)
    with host_device() as device:
        gone = [(assemble(blobs), np.ones(10, bool))]
        assert _short_lists(device, blobs[:2], gone, [5, 5]) == [([], [])] * 2
        assert _short_lists(device, blobs[:1], [], [5]) == [([], [])]
        empty = [(assemble([]), np.ones(0, bool))]
        assert _short_lists(device, blobs[:1], empty, [5]) == [([], [])]


def test_the_only_candidate_is_found_behind_an_empty_chunk() -> None:
    blobs = _blobs(np.random.default_rng(93), [64])
    with host_device() as device:
        parts = [(assemble([]), np.zeros(0, bool)), (assemble(blobs), np.zeros(1, bool))]
        assert _short_lists(device, blobs, parts, [5]) == [_expected(blobs[0], parts, 5)]


@pytest.mark.parametrize(("probes", "depths"), [(0, []), (17, [1] * 17), (2, [1])])
def test_batches_out_of_bounds_are_refused(probes: int, depths: list[int]) -> None:
    blobs = _blobs(np.random.default_rng(94), [3]) * probes
    with host_device() as device, pytest.raises(ValueError, match="depths"):
        gpu.ShortLists(device, blobs, [], depths)


def test_a_depth_out_of_bounds_is_refused() -> None:
    blobs = _blobs(np.random.default_rng(94), [3])
    with host_device() as device:
        chunk = gpu.FingerChunk(
            gpu.upload(device, assemble(blobs)), device.upload(np.zeros(1, np.uint8))
        )
        for depth in (-1, limits.TOPK_MAX + 1):
            with pytest.raises(ValueError, match="depths"):
                gpu.ShortLists(device, blobs, [chunk], [depth])
        chunk.resident.free(device)
        device.free(chunk.removed)


def test_a_batch_fits_into_the_bytes_that_were_reckoned() -> None:
    rng = np.random.default_rng(95)
    blobs = _blobs(rng, rng.integers(0, 30, 1_100).tolist())
    gallery, none = assemble(blobs), np.zeros(len(blobs), bool)
    resident = gpu.resident_bytes(gallery.templates, gallery.codes.shape[1])
    budget = resident + gpu.scratch_bytes(3, len(blobs), 50)
    with host_device(budget_bytes=budget) as device:
        assert len(_short_lists(device, blobs[:3], [(gallery, none)], [50] * 3)) == 3
    with host_device(budget_bytes=resident - len(blobs) - 1) as device:
        with pytest.raises(DeviceMemoryExceeded):
            gpu.upload(device, gallery)
        assert device.memory().used_bytes == 0


def test_scores_that_cannot_be_are_not_answered() -> None:
    blobs = _blobs(np.random.default_rng(96), [9])
    with host_device() as device:
        chunk = gpu.FingerChunk(
            gpu.upload(device, assemble(blobs)), device.upload(np.zeros(1, np.uint8))
        )
        search = gpu.ShortLists(device, blobs, [chunk], [1])
        (download,) = search._downloads
        download.wait()[0][0, 0] |= np.uint64(1) << np.uint64(60)
        with pytest.raises(DeviceError, match="cannot be"):
            search.wait()
        chunk.resident.free(device)
        device.free(chunk.removed)
