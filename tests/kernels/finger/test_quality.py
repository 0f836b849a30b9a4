"""The learned quality: never lower for more of a print, defined for every one, and reproducible."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kernels.finger import population, quality, quality_curve, train_quality
from kernels.finger.layout import MINUTIA, Minutiae
from kernels.finger.quality import KNOTS, QualityModel
from kernels.finger.quality_measures import measures
from kernels.finger.train_quality import Searches
from tests.kernels.finger.generated_minutiae import edge_templates

MEASURES = list(KNOTS)


def _made(x: list[int], y: list[int], angle: list[int], grade: int = 60) -> Minutiae:
    made = np.zeros(len(x), MINUTIA)
    made["x"], made["y"], made["angle"], made["quality"] = x, y, angle, grade
    return made


def test_the_measures_are_what_they_say() -> None:
    """A square of 8 mm with a fifth minutia in its middle, of which one is a poor one."""
    side = 1260
    square = _made([0, side, 0, side, side // 2], [0, 0, side, side, side // 2], [0, 0, 128, 0, 64])
    square["quality"][0] = 10
    found = measures(square)
    assert found == {
        "count": 5,
        "area": side * side // 24_800,
        "spread": int(side / np.sqrt(5)) // 8,
        "surrounded": 0,
        # Four minutiae of one ridge direction, the fifth across it: of 20 neighbours 8 are across.
        "flow": 60,
        "spacing": int(np.hypot(side // 2, side // 2)) // 8,
        "sound": 80,
    }
    assert list(found) == MEASURES


def test_strange_prints_have_a_quality_and_no_high_one() -> None:
    model = quality.shipped()
    rng = np.random.default_rng(8)
    for each in edge_templates(rng):
        assert 0 <= model.of(each) <= 100
    line = _made([100 * n for n in range(40)], [900] * 40, [0] * 40)
    for poor in (
        line[:0],
        line[:1],
        line[:2],
        _made([700] * 40, [700] * 40, list(range(40))),
        np.concatenate([line[:3]] * 40),
    ):
        assert model.of(poor) < 10
    assert model.of(line) < 60


def test_copies_of_minutiae_make_no_print_better() -> None:
    model = quality.shipped()
    for minutiae in population.finger(5, 3):
        doubled = np.concatenate([minutiae[:60], minutiae[:60]])
        assert model.of(doubled) == model.of(minutiae[:60])


def test_the_order_of_minutiae_is_nothing_to_the_quality() -> None:
    (minutiae,) = population.finger(6, 1)
    shuffled = np.random.default_rng(1).permutation(minutiae)
    assert quality.shipped().of(shuffled) == quality.shipped().of(minutiae)


def test_no_measure_that_rises_lowers_the_quality() -> None:
    model = quality.shipped()
    rng = np.random.default_rng(3)
    tops = np.array([knots[-1] + 10 for knots in KNOTS.values()])
    values = rng.integers(0, tops, (400, len(tops)))
    before = np.array(model.of_measures(values))
    for at in range(len(tops)):
        more = values.copy()
        more[:, at] += rng.integers(1, 30, len(values))
        assert (np.array(model.of_measures(more)) >= before).all()


def test_a_print_of_few_minutiae_is_worse_than_the_whole() -> None:
    model = quality.shipped()
    prints = [each for one in population.generate(20, 1, 4) for each in one]
    few = [model.of(each[:8]) for each in prints]
    whole = [model.of(each) for each in prints]
    assert np.mean(few) + 10 < np.mean(whole)


def _searches(count: int, seed: int) -> Searches:
    """Return searches that miss the more, the fewer minutiae, and by nothing else."""
    rng = np.random.default_rng(seed)
    tops = np.array([knots[-1] for knots in KNOTS.values()])
    values = rng.integers(0, tops + 1, (count, len(tops)))
    odds = (values[:, MEASURES.index("count")] - 20) / 4
    mates = np.full(count, 7)
    return Searches(values, mates, rng.binomial(7, 1 / (1 + np.exp(-odds))))


def test_training_finds_what_foretells_misses_and_is_reproducible() -> None:
    model = train_quality.train(_searches(2_000, 1), "t")
    assert model.digest() == train_quality.train(_searches(2_000, 1), "t").digest()
    unseen = _searches(2_000, 2)
    foretold = np.array(model.of_measures(unseen.values))
    for low, high in ((0, 20), (40, 60), (80, 100)):
        band = (foretold >= low) & (foretold <= high)
        found = 100 * unseen.found[band].sum() / unseen.mates[band].sum()
        assert abs(found - foretold[band].mean()) < 5


def test_refusing_by_quality_leaves_fewer_misses_and_the_mean_over_ties() -> None:
    searches = Searches(np.zeros((4, 7), np.int64), np.full(4, 10), np.array([0, 5, 10, 10]))
    shares = np.array([0.0, 25, 50, 75])
    knowing = quality_curve.ideal(searches)
    assert quality_curve.misses_percent(searches, knowing, shares) == [37.5, 16.6667, 0, 0]
    blind = np.zeros(4, np.int64)
    assert quality_curve.misses_percent(searches, blind, shares) == [37.5] * 4


def test_a_model_that_was_changed_is_not_used(tmp_path: Path) -> None:
    held = json.loads(quality.MODEL_FILE.read_text())
    held["weights"][0] += 1
    path = tmp_path / "quality.json"
    path.write_text(json.dumps(held))
    with pytest.raises(quality.QualityModelError, match="digest"):
        quality.read(path)


def test_a_model_by_which_more_content_is_worse_is_not_used(tmp_path: Path) -> None:
    shipped = quality.shipped()
    falling = QualityModel("1", -shipped.weights - 1, shipped.offset)
    path = tmp_path / "quality.json"
    train_quality.save(path, falling, {})
    with pytest.raises(quality.QualityModelError, match="below 0"):
        quality.read(path)


def test_the_shipped_model_names_what_it_was_trained_on() -> None:
    held = json.loads(quality.MODEL_FILE.read_text())
    assert len(held["sets"]) == 21
    assert not [each for each in held["sets"] if "neuro" in each]
    assert {"command", "seed", "operating_hundredths", "calibration", "score_sha256"} <= set(held)
