"""Stage 2: the same score on every backend, and a score that means what it says."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kernels import limits
from kernels.finger import stage1_cpu
from kernels.finger import stage2_cpu as cpu
from kernels.finger import stage2_reference as reference
from kernels.finger.layout import FingerGallery, LayoutError, assemble
from kernels.finger.stage2_arithmetic import direction_of
from kernels.finger.stage2_batch import batch_of
from kernels.finger.stage2_evidence import NO_EVIDENCE
from kernels.finger.stage2_print import Print
from kernels.finger.stage2_score import SCORE_ONE
from kernels.finger.stage2_seeds import distances, hypotheses, similarities
from tests.kernels.finger.generated_prints import (
    Columns,
    blob,
    disturbed,
    spread,
    turned,
    unrelated,
)


def _gallery(prints: list[Columns]) -> FingerGallery:
    return assemble([blob(print_) for print_ in prints])


def _stage1(probe: Columns, gallery: FingerGallery) -> NDArray[np.int32]:
    return stage1_cpu.scores(blob(probe), gallery)


def _scores(probe: Columns, gallery: FingerGallery) -> list[int]:
    rows = np.arange(gallery.templates)
    return cpu.scores(blob(probe), gallery, rows, _stage1(probe, gallery)).tolist()


def _assert_equal(probe: Columns, prints: list[Columns]) -> None:
    gallery = _gallery(prints)
    rows = np.arange(gallery.templates)
    stage1 = _stage1(probe, gallery)
    expected = reference.scores(blob(probe), gallery, rows, stage1)
    actual = cpu.scores(blob(probe), gallery, rows, stage1)
    assert expected.tolist() == actual.tolist()
    assert actual.dtype == np.int32
    for row in rows[:3].tolist():
        expected_evidence = reference.evidence(blob(probe), gallery, row)
        assert expected_evidence == cpu.evidence(blob(probe), gallery, row)


def test_both_backends_give_the_same_score_in_ten_thousand_cases() -> None:
    rng = np.random.default_rng(20260102)
    for _ in range(100):
        extent = int(rng.choice([300, 2400, limits.COORDINATE_MAX + 1]))
        probe = unrelated(rng, int(rng.integers(0, 7)), extent)
        prints = [
            disturbed(rng, probe, int(rng.integers(0, 8)))
            if rng.random() < 0.7
            else unrelated(rng, int(rng.integers(0, 8)), extent)
            for _ in range(100)
        ]
        _assert_equal(probe, prints)


@pytest.mark.parametrize("count", [14, 35, 60])
def test_both_backends_agree_on_prints_of_usual_size(count: int) -> None:
    rng = np.random.default_rng(count)
    probe = spread(rng, count)
    sizes = [13, count, 45]
    _assert_equal(probe, [disturbed(rng, probe, size) for size in sizes])
    _assert_equal(probe, [unrelated(rng, size) for size in sizes])


def test_both_backends_agree_on_the_largest_prints_and_look_at_the_best_minutiae_only() -> None:
    rng = np.random.default_rng(255)
    probe = unrelated(rng, limits.FINGER_MINUTIAE_MAX)
    other = disturbed(rng, probe, limits.FINGER_MINUTIAE_MAX)
    _assert_equal(probe, [other])
    best = slice(limits.STAGE2_MINUTIAE_MAX)
    whole = cpu.evidence(blob(probe), _gallery([other]), 0)
    part = cpu.evidence(
        blob((probe[0][best], probe[1][best])),
        _gallery([(other[0][best], other[1][best])]),
        0,
    )
    assert whole == part


def test_both_backends_agree_on_far_corners_and_on_equal_minutiae() -> None:
    rng = np.random.default_rng(5)
    corners, codes = unrelated(rng, 4)
    corners["x"] = [0, limits.COORDINATE_MAX, 0, limits.COORDINATE_MAX]
    corners["y"] = [0, 0, limits.COORDINATE_MAX, limits.COORDINATE_MAX]
    duplicates, _ = unrelated(rng, 20)
    duplicates[:] = duplicates[0]
    same_codes = np.broadcast_to(codes[0], (20, limits.CODE_WORDS)).copy()
    prints = [(corners, codes), (duplicates, same_codes), spread(rng, 15)]
    for probe in prints:
        _assert_equal(probe, prints)


@pytest.mark.parametrize("backend", [reference, cpu], ids=["reference", "cpu"])
def test_an_empty_print_scores_nothing_and_has_no_evidence(backend) -> None:
    rng = np.random.default_rng(6)
    empty, some = unrelated(rng, 0), unrelated(rng, 9)
    gallery = _gallery([empty, some])
    rows, stage1 = np.array([0, 1]), np.zeros(2, np.int32)
    assert backend.scores(blob(empty), gallery, rows, stage1).tolist() == [0, 0]
    assert backend.scores(blob(some), gallery, rows[:1], stage1[:1]).tolist() == [0]
    assert backend.evidence(blob(empty), gallery, 1) == NO_EVIDENCE
    assert backend.evidence(blob(some), gallery, 0) == NO_EVIDENCE
    assert backend.scores(blob(some), gallery, rows[:0], stage1[:0]).tolist() == []


def test_scores_come_in_the_order_of_the_rows_asked_for() -> None:
    rng = np.random.default_rng(7)
    probe = spread(rng, 20)
    gallery = _gallery([disturbed(rng, probe, size) for size in (5, 40, 0, 22, 13)])
    stage1 = _stage1(probe, gallery)
    every = cpu.scores(blob(probe), gallery, np.arange(5), stage1)
    asked = np.array([3, 0, 3, 2, 1])
    again = cpu.scores(blob(probe), gallery, asked, stage1[asked])
    assert every[asked].tolist() == again.tolist()


def test_a_blob_that_is_no_template_is_refused() -> None:
    with pytest.raises(LayoutError):
        cpu.scores(b"\1\0\0\0", _gallery([]), np.zeros(0, np.int64), np.zeros(0, np.int32))


@pytest.mark.parametrize("rotation", [0.0, 0.05, -0.2, 0.25])
def test_a_turned_and_shifted_copy_keeps_its_score_and_tells_the_motion(rotation: float) -> None:
    rng = np.random.default_rng(8)
    original = spread(rng, 35)
    copy = turned(original, rotation, 100, -60)
    gallery = _gallery([original, copy])
    self_score, copy_score = _scores(original, gallery)
    assert copy_score > 0.9 * self_score
    found = cpu.evidence(blob(original), gallery, 1)
    assert abs((found.rotation - round(rotation * 1024) + 512) % 1024 - 512) <= 2
    assert [(pair.probe_index, pair.candidate_index) for pair in found.pairs] == [
        (index, index) for index in range(35)
    ]
    assert max(pair.residual for pair in found.pairs) <= 8
    # The published motion lays the probe on the candidate, to within a pixel and a half.
    turn = 2 * np.pi * found.rotation / 1024
    x, y = original[0]["x"].astype(float), original[0]["y"].astype(float)
    missed_x = x * np.cos(turn) - y * np.sin(turn) + found.dx - copy[0]["x"]
    missed_y = x * np.sin(turn) + y * np.cos(turn) + found.dy - copy[0]["y"]
    assert np.hypot(missed_x, missed_y).max() <= 12


def test_a_print_matches_itself_best_a_disturbed_copy_well_and_an_unrelated_print_badly() -> None:
    rng = np.random.default_rng(9)
    probe = spread(rng, 35)
    prints = [probe, disturbed(rng, probe, 40), spread(rng, 35), spread(rng, 40)]
    itself, copy, *others = _scores(probe, _gallery(prints))
    assert itself > copy > max(others) + 5 * SCORE_ONE


def test_evidence_is_consistent_with_the_score_and_pairs_each_minutia_once() -> None:
    rng = np.random.default_rng(10)
    probe = spread(rng, 30)
    prints = [disturbed(rng, probe, size) for size in (3, 12, 30, 45)]
    gallery = _gallery(prints)
    scores = _scores(probe, gallery)
    for row, score in enumerate(scores):
        found = cpu.evidence(blob(probe), gallery, row)
        assert score == found.score > 0
        probe_indices = [pair.probe_index for pair in found.pairs]
        assert probe_indices == sorted(set(probe_indices))
        assert len(found.pairs) == len({pair.candidate_index for pair in found.pairs})
        assert all(0 <= pair.similarity <= 100 for pair in found.pairs)
        assert all(0 <= pair.residual < 14 * 8 for pair in found.pairs)


def test_direction_bits_do_not_change_the_score() -> None:
    rng = np.random.default_rng(11)
    minutiae, codes = spread(rng, 20)
    other = codes.copy()
    other[:, 3] ^= np.uint64(0xFFFF_FFFF_FFFF_8000)  # bits 207..255 of 256
    gallery = _gallery([(minutiae, codes), (minutiae, other)])
    # Stage 1 does look at them, so both are given the same score of it.
    stage1 = np.array([500, 500], np.int32)
    same, flipped = cpu.scores(blob((minutiae, codes)), gallery, np.array([0, 1]), stage1)
    assert same == flipped


def test_the_integer_direction_of_a_vector_is_within_a_unit_of_the_exact_one() -> None:
    rng = np.random.default_rng(12)
    x = rng.integers(-(2**40), 2**40, 5000) >> rng.integers(0, 38, 5000)
    y = rng.integers(-(2**40), 2**40, 5000) >> rng.integers(0, 38, 5000)
    kept = (x != 0) | (y != 0)
    exact = np.arctan2(y[kept], x[kept]) * 1024 / (2 * np.pi)
    missed = (direction_of(x[kept], y[kept]) - exact + 512) % 1024 - 512
    assert np.abs(missed).max() < 1


def _with_bare_neighbourhoods(seed: int) -> Print:
    """Return 12 minutiae that any seed places alike, with telling codes, and 16 elsewhere whose
    empty codes are like each other to the last bit.
    """
    same, own = np.random.default_rng(1), np.random.default_rng(seed)
    place = np.concatenate([same.integers(0, 4000, (12, 2)), own.integers(0, 4000, (16, 2))])
    angle = np.concatenate([same.integers(0, 1024, 12), own.integers(0, 1024, 16)])
    codes = np.zeros((limits.CODE_WORDS, 28), np.uint64)
    codes[:, :12] = same.integers(0, 1 << 63, (limits.CODE_WORDS, 12), dtype=np.uint64)
    codes[0, :12] ^= own.integers(0, 1 << 30, 12, dtype=np.uint64)
    none = np.zeros(28, np.int64)
    return Print(place[:, 0], place[:, 1], angle, none, none, codes)


def test_bare_neighbourhoods_that_lie_near_everything_do_not_take_all_seeds() -> None:
    probe, candidate = _with_bare_neighbourhoods(2), _with_bare_neighbourhoods(3)
    batch = batch_of([candidate])
    distance = distances(probe, batch)
    found = hypotheses(probe, batch, distance, similarities(distance, probe, batch))
    best = found.motions
    assert [int(best.rotation[0]), int(best.dx[0]), int(best.dy[0])] == [0, 0, 0]
