"""Stage-1 scores: fast equals slow on every shape of gallery, and mates outrank strangers."""

import math
from typing import Any

import numpy as np
import pytest

from kernels import limits
from kernels.finger import population, stage1_compiled, stage1_cpu, stage1_reference
from kernels.finger import stage1_parameters as parameters
from kernels.finger.encode_cpu import encode_batch
from kernels.finger.layout import (
    FingerGallery,
    LayoutError,
    assemble,
    concatenate,
    pack,
    quality_order,
    unpack,
)
from kernels.finger.stage1_used import used_count, used_counts

from .generated_minutiae import edge_templates, minutiae

EMPTY = pack(np.zeros(0, minutiae(np.random.default_rng(0), 0, 1).dtype), np.zeros((0, 4), "u8"))


def _blob(rng: np.random.Generator, count: int, pool: np.ndarray) -> bytes:
    """Return a template whose codes are noisy copies of ``pool`` rows, so that scores differ."""
    codes = pool[rng.integers(0, len(pool), count)].copy()
    for _ in range(20):
        word = rng.integers(0, limits.CODE_WORDS, count)
        codes[np.arange(count), word] ^= np.uint64(1) << rng.integers(0, 64, count, np.uint64)
    return pack(quality_order(minutiae(rng, count, 2_000)), codes)


def _pool(rng: np.random.Generator) -> np.ndarray:
    return rng.integers(0, 2**64, (12, limits.CODE_WORDS), np.uint64)


def _gallery(rng: np.random.Generator, templates: int, count_max: int) -> FingerGallery:
    pool = _pool(rng)
    return assemble([_blob(rng, int(n), pool) for n in rng.integers(0, count_max, templates)])


def _check(probe: bytes, gallery: FingerGallery) -> None:
    expected = stage1_reference.scores(probe, gallery)
    marks, codes = unpack(probe)
    plain = stage1_cpu.plain(codes[: used_count(marks)], gallery)
    for actual in (plain, stage1_cpu.scores(probe, gallery)):
        assert np.int32 == actual.dtype
        assert expected.tolist() == actual.tolist()


@pytest.fixture
def compiled() -> Any:
    """Return the compiled loop."""
    found = stage1_compiled.kernel()
    if found is None:
        pytest.skip("numba, of the optional extra fast, is not installed")
    return found


def test_ten_thousand_comparisons_score_as_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage1_cpu, "TILE_MINUTIAE", 700)
    rng = np.random.default_rng(21)
    pool = _pool(rng)
    gallery = assemble([_blob(rng, int(n), pool) for n in rng.integers(0, 9, 1_000)])
    scored = 0
    for size in (0, 1, 2, 3, 4, 5, 6, 8, 11, 17):
        probe = _blob(rng, size, pool)
        _check(probe, gallery)
        scored += int(np.count_nonzero(stage1_cpu.scores(probe, gallery)))
    assert scored > 5_000


@pytest.mark.parametrize("tile", [1, 64, 255, 100_000])
def test_tile_borders_do_not_show(monkeypatch: pytest.MonkeyPatch, tile: int) -> None:
    monkeypatch.setattr(stage1_cpu, "TILE_MINUTIAE", tile)
    rng = np.random.default_rng(22)
    pool = _pool(rng)
    sizes = [0, 0, 255, 1, 0, 64, 65, 40, 41, 255, 254, 3, 0]
    gallery = assemble([_blob(rng, size, pool) for size in sizes])
    for size in (0, 1, 33, 64, 255):
        _check(_blob(rng, size, pool), gallery)


def test_encoded_templates_score_as_the_reference() -> None:
    blobs = encode_batch(
        [
            *edge_templates(np.random.default_rng(23)),
            *(one for f in population.generate(5, 2, 24, population.NOISY) for one in f),
        ]
    )
    gallery = assemble(blobs)
    for blob in blobs:
        _check(blob, gallery)


def test_compiled_code_gives_the_scores_where_it_can_be_had(
    compiled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage1_cpu, "plain", None)
    rng = np.random.default_rng(34)
    probe, gallery = _blob(rng, 33, _pool(rng)), _gallery(rng, 40, 256)
    expected = stage1_reference.scores(probe, gallery).tolist()
    assert expected == stage1_cpu.scores(probe, gallery).tolist()
    assert stage1_compiled.kernel() is compiled


def test_numpy_gives_the_scores_where_numba_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage1_compiled, "kernel", lambda: None)
    monkeypatch.setattr(stage1_compiled, "scores", None)
    rng = np.random.default_rng(35)
    probe, gallery = _blob(rng, 33, _pool(rng)), _gallery(rng, 40, 256)
    expected = stage1_reference.scores(probe, gallery).tolist()
    assert expected == stage1_cpu.scores(probe, gallery).tolist()


def test_a_gallery_that_may_only_be_read_compiles_nothing_anew(compiled: Any) -> None:
    rng = np.random.default_rng(36)
    probe, gallery = _blob(rng, 33, _pool(rng)), _gallery(rng, 5, 80)
    expected = stage1_reference.scores(probe, gallery).tolist()
    for part in (gallery.codes, gallery.minutiae, gallery.starts):
        part.flags.writeable = False
    assert expected == stage1_cpu.scores(probe, gallery).tolist()
    assert len(compiled.signatures) == 1


def test_empty_templates_score_zero_wherever_they_stand() -> None:
    rng = np.random.default_rng(25)
    full = _blob(rng, 30, _pool(rng))
    gallery = assemble([EMPTY, full, EMPTY, EMPTY, full, EMPTY])
    found = stage1_cpu.scores(full, gallery)
    assert found[[0, 2, 3, 5]].tolist() == [0, 0, 0, 0]
    assert found[1] == found[4] > 0


def test_an_empty_probe_finds_nothing() -> None:
    gallery = _gallery(np.random.default_rng(26), 9, 40)
    assert stage1_cpu.scores(EMPTY, gallery).tolist() == [0] * 9


@pytest.mark.parametrize("templates", [0, 3])
def test_a_gallery_without_minutiae_answers(templates: int) -> None:
    gallery = assemble([EMPTY] * templates)
    probe = _blob(np.random.default_rng(27), 5, _pool(np.random.default_rng(27)))
    assert [0] * templates == stage1_cpu.scores(probe, gallery).tolist()


def test_a_malformed_probe_is_refused() -> None:
    gallery = _gallery(np.random.default_rng(28), 2, 10)
    with pytest.raises(LayoutError):
        stage1_cpu.scores(b"\x01\x00\x00\x00", gallery)


def test_a_code_and_its_complement_are_as_far_apart_as_can_be() -> None:
    rng = np.random.default_rng(29)
    marks = quality_order(minutiae(rng, 5, 2_000))
    codes = rng.integers(0, 2**64, (5, limits.CODE_WORDS), np.uint64)
    codes[:] = codes[0]
    gallery = assemble([pack(marks, ~codes), pack(marks, codes)])
    found = stage1_cpu.scores(pack(marks, codes), gallery)
    assert [0, 5 * parameters.threshold(5, 5)] == found.tolist()


def test_minutiae_beyond_the_used_ones_change_no_score() -> None:
    rng = np.random.default_rng(30)
    pool = _pool(rng)
    marks, codes = unpack(_blob(rng, 200, pool))
    used = used_count(marks)
    assert used < 200
    other = codes.copy()
    other[used:] = rng.integers(0, 2**64, (200 - used, limits.CODE_WORDS), np.uint64)
    probe = _blob(rng, 40, pool)
    gallery = assemble([pack(marks, codes), pack(marks, other)])
    first, second = stage1_cpu.scores(probe, gallery)
    assert first == second
    forward, backward = (
        stage1_cpu.scores(pack(marks, c), assemble([probe])).tolist() for c in (codes, other)
    )
    assert forward == backward


def test_used_counts_of_a_gallery_are_those_of_its_templates() -> None:
    rng = np.random.default_rng(31)
    at_the_bar = minutiae(rng, 50, 2_000)
    at_the_bar["quality"] = [50] * 40 + [40] * 5 + [39] * 5
    codes = np.zeros((50, limits.CODE_WORDS), np.uint64)
    gallery = concatenate([_gallery(rng, 300, 256), assemble([pack(at_the_bar, codes)])])
    expected = [used_count(gallery.minutiae[gallery.rows(t)]) for t in range(gallery.templates)]
    assert expected == used_counts(gallery).tolist()
    quality, starts = gallery.minutiae["quality"], gallery.starts.tolist()
    counts = np.diff(starts).tolist()
    compiled = [stage1_compiled._used(quality, *each) for each in zip(starts, counts, strict=False)]
    assert expected == compiled
    assert expected[-1] == 45
    assert max(expected) <= parameters.USED_MAX


def test_the_threshold_falls_with_both_sizes_as_its_formula_says() -> None:
    def share(count: int) -> float:
        octaves = math.log2(max(count, parameters.THRESHOLD_COUNT_MIN) / 32)
        return parameters.THRESHOLD_SLOPE * octaves

    for probe in range(1, parameters.USED_MAX + 1):
        for candidate in range(1, parameters.USED_MAX + 1):
            real = parameters.THRESHOLD_BASE - share(probe) - share(candidate)
            assert abs(parameters.threshold(probe, candidate) - real) <= 0.6


def test_a_shifted_probe_scores_the_same() -> None:
    first, second = population.finger(32, impressions=2)
    moved = first.copy()
    moved["x"] += 777
    here, there, other = encode_batch([first, moved, second])
    gallery = assemble([other])
    assert stage1_cpu.scores(here, gallery).tolist() == stage1_cpu.scores(there, gallery).tolist()


def test_the_mate_ranks_first_among_generated_fingers() -> None:
    prints = population.generate(200, 2, 33)
    gallery = assemble(encode_batch([first for first, _ in prints]))
    probes = encode_batch([second for _, second in prints[:60]])
    best = [int(np.argmax(stage1_cpu.scores(probe, gallery))) for probe in probes]
    assert sum(found == finger for finger, found in enumerate(best)) >= 57
