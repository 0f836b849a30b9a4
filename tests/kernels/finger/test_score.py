"""The learned score: the same numbers on both backends, sane on strange prints, reproducible."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from appliance.matching import calibration
from kernels.finger import fusion, population, stage1_cpu, stage2_cpu, stage2_score, train_score
from kernels.finger import stage2_arithmetic as arithmetic
from kernels.finger.encode_cpu import encode_batch
from kernels.finger.layout import MINUTIA, FingerGallery, Minutiae, assemble
from kernels.finger.projection import shipped as shipped_projection
from kernels.finger.train_score import Samples

ONE_IN_TEN_THOUSAND = 4000
"""The level, in hundredths, that one different finger in 10,000 reaches."""


def _best(probe: Minutiae, gallery: FingerGallery) -> int:
    blob = encode_batch([probe])[0]
    stage1 = stage1_cpu.scores(blob, gallery)
    stage2 = stage2_cpu.scores(blob, gallery, np.arange(gallery.templates), stage1)
    return int(fusion.final(stage1, stage2).max())


def _minutiae(x: list[int], y: list[int], angle: list[int]) -> Minutiae:
    made = np.zeros(len(x), MINUTIA)
    made["x"], made["y"], made["angle"], made["kind"], made["quality"] = x, y, angle, 1, 80
    return made


def _grid(step_px: int, directions: int) -> Minutiae:
    places = [
        (400 + 8 * step_px * column, 400 + 8 * step_px * row, 256 * turn // directions)
        for row in range(11)
        for column in range(11)
        for turn in range(directions)
    ]
    x, y, angle = (list(values) for values in zip(*places[:255], strict=True))
    return _minutiae(x, y, angle)


STRANGE = {
    "one minutia": _minutiae([1000], [1000], [0]),
    "two minutiae": _minutiae([1000, 1400], [1000, 1100], [0, 90]),
    "three minutiae": _minutiae([1000, 1400, 1200], [1000, 1100, 1500], [0, 90, 30]),
    "all at one point": _minutiae([1000] * 40, [1000] * 40, list(range(0, 240, 6))),
    "one minutia forty times": _minutiae([1000] * 40, [1000] * 40, [7] * 40),
    "all on a line": _minutiae(list(range(0, 2560, 64)), [1000] * 40, [0] * 40),
    "a dense grid": _grid(8, 1),
    "a grid as wide as ridges": _grid(20, 1),
    "every direction at every point": _grid(12, 8),
    "every direction at far points": _grid(40, 4),
}


@pytest.fixture(scope="module")
def gallery() -> FingerGallery:
    fingers = population.generate(60, 1, 20_260)
    few = [finger[0][:count] for finger in fingers[:8] for count in (1, 2, 3)]
    return assemble(encode_batch([*(finger[0] for finger in fingers), *few]))


@pytest.mark.parametrize("name", STRANGE)
def test_no_strange_probe_comes_near_a_finger(name: str, gallery: FingerGallery) -> None:
    best = _best(STRANGE[name], gallery)
    assert calibration.shipped().meaning(best) < ONE_IN_TEN_THOUSAND


def test_a_finger_comes_far_above_every_strange_probe(gallery: FingerGallery) -> None:
    again = population.generate(60, 2, 20_260)[5][1]
    assert calibration.shipped().meaning(_best(again, gallery)) > 1.5 * ONE_IN_TEN_THOUSAND


def test_the_shipped_model_names_what_it_was_trained_on() -> None:
    held = json.loads(stage2_score.MODEL_FILE.read_text())
    assert stage2_score.shipped().digest() == held["sha256"]
    assert held["projection_sha256"] == shipped_projection().digest()
    assert not any("uareu" in name or "upek" in name for name in held["sets"])


def test_a_model_with_a_changed_weight_is_refused(tmp_path: Path) -> None:
    held = json.loads(stage2_score.MODEL_FILE.read_text())
    held["line"][0] += 1
    path = tmp_path / "score.json"
    path.write_text(json.dumps(held))
    with pytest.raises(stage2_score.ScoreModelError):
        stage2_score.read(path)


PAIRS = 12_000


def _samples(seed: int) -> Samples:
    """Three hypotheses of each pair; in genuine ones one of them shows it."""
    rng = np.random.default_rng(seed)
    genuine = rng.random(PAIRS) < 0.4
    values = rng.normal(0, 300, (PAIRS, 3, 2))
    telling = np.flatnonzero(genuine)
    values[telling, rng.integers(0, 3, len(telling))] += (2000, -1000)
    pair = np.repeat(np.arange(PAIRS), 3)
    return Samples(("pairs", "firm"), values.reshape(-1, 2).astype(np.int64), pair, genuine)


def test_training_finds_the_hypothesis_that_tells() -> None:
    model = train_score.train(_samples(1))
    fresh = _samples(2)
    best = model.scores_of(fresh.values).reshape(PAIRS, 3).max(axis=1)
    level = np.quantile(best[~fresh.genuine], 0.999)
    assert np.mean(best[fresh.genuine] > level) > 0.98


def test_training_twice_gives_the_same_model_and_a_saved_one_reads_back(tmp_path: Path) -> None:
    model, again = train_score.train(_samples(1)), train_score.train(_samples(1))
    assert model.digest() == again.digest()
    path = tmp_path / "model" / "score.json"
    train_score.save(path, model, {"sets": ["made up"]})
    assert stage2_score.read(path).digest() == model.digest()


def test_the_integer_logarithm_and_decay_follow_the_exact_ones() -> None:
    values = np.unique(np.round(np.geomspace(1, 2**50, 5000)).astype(np.int64))
    missed = arithmetic.logarithm(values) / 256 - np.log2(values)
    assert np.abs(missed).max() < 0.008
    steps = np.arange(600)
    assert np.abs(arithmetic.decay(steps) / 1024 - np.exp(-steps / 64)).max() < 0.001
