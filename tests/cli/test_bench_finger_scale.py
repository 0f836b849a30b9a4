"""Benches of generated fingers: their figures, and that they count what they say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from appliance.cli import (
    bench_finger_population,
    bench_finger_scale,
    hidden_mates,
    hidden_probes,
    print_statistics,
)
from appliance.cli.exit_codes import ExitCode
from appliance.cli.hidden_mates import Hidden, Outcome
from appliance.cli.output import progress_bar
from kernels.finger import encode_cpu, population, population_presets
from kernels.finger.layout import MINUTIA, unpack
from tests.cli.command import appliance
from tests.cli.test_bench import write_set
from tests.shared_data import shared_data_dir


def test_searches_at_rising_sizes_are_measured(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    sizes = ("--size", "300", "--size", "150", "--probes", "4")
    told = appliance("bench", "finger", "scale", *sizes, "--json", path)
    assert told.returncode == ExitCode.DONE, told.stderr
    measured = json.loads(path.read_text())
    assert measured == json.loads(told.stdout)
    small, large = measured["sizes"]
    assert (small["distractors"], large["distractors"]) == (150, 300)
    assert small["gallery_bytes"] < large["gallery_bytes"]
    assert (measured["searches"], measured["probes_of"]) == (4, "generated")
    assert small["rank1"] == small["mates_in_short_list"] == 100
    assert small["fnir_at_fpir_1"] is None
    assert small["search"]["comparisons_per_second"] > 0


def test_mates_of_given_sets_are_hidden_and_their_latents_searched(tmp_path: Path) -> None:
    one = write_set(tmp_path / "leader" / "one", 3, 3, 1)
    two = write_set(tmp_path / "leader" / "two", 2, 2, 2)
    told = appliance("bench", "finger", "scale", one, two, "--size", "120", "--latent")
    assert told.returncode == ExitCode.DONE, told.stderr
    measured = json.loads(told.stdout)
    assert (measured["mates"], measured["searches"]) == (5, 3 * 2 + 2 * 1)
    assert (measured["search_type"], measured["probes_of"]) == (
        "LT/TP",
        ["leader/one", "leader/two"],
    )


def test_what_the_short_list_drops_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    few = ("--distractors", "250", "--probes", "5")
    told = appliance("bench", "finger", "retention", *few, "--json", path)
    assert told.returncode == ExitCode.DONE, told.stderr
    measured = json.loads(path.read_text())
    assert (measured["searches"], measured["first_ranked"], measured["dropped"]) == (5, 5, 0)
    assert measured["mean_depth"] >= measured["short_list"]


def test_a_mate_that_a_short_list_lacks_is_told_with_the_score_it_would_have() -> None:
    trial = hidden_probes.generated(population_presets.LEADER, 3, latent=False)
    with progress_bar("generating", 80) as bar:
        others = hidden_mates.distractors([80], population_presets.LEADER, bar)
    epoch = hidden_mates.epoch_of(trial.mates, others.first(80))
    kept = hidden_mates.search(trial.probes[0], epoch, 40)
    assert (kept.rank, kept.wins, kept.dropped) == (1, True, False)
    far = hidden_mates.search(Hidden(trial.probes[0].probe, mate=1), epoch, 40)
    blank = encode_cpu.encode_batch([np.zeros(0, MINUTIA)])[0]
    nothing = hidden_mates.search(Hidden(blank, mate=0), epoch, 40)
    assert far.other_raw == kept.mate_raw
    assert (nothing.rank, nothing.mate_raw, nothing.wins, nothing.dropped) == (0, 0, False, False)
    assert Outcome(rank=0, mate_raw=9, other_raw=5, search_s=0).dropped


def test_a_share_of_missed_mates_is_told_only_where_enough_searches_show_it() -> None:
    outcomes = [Outcome(1, 50, at % 40, 0.1) for at in range(196)] + [
        Outcome(0, 90, 41, 0.1),
        Outcome(2, 39, 44, 0.1),
        Outcome(2, 43, 60, 0.1),
        Outcome(1, 61, 42, 0.1),
    ]
    figures = bench_finger_scale.identification(outcomes)
    assert figures["rank1"] == 98.5
    assert figures["mates_in_short_list"] == 99.5
    # Two of 200 strangers may be found, so the third best of them, 42, is the last refused.
    assert figures["fnir_at_fpir_1"] == 1.0
    assert figures["fnir_at_fpir_0.1"] is None
    assert figures["fnir_without_a_false_positive"] == 99.5


def test_the_first_distractors_are_the_same_however_many_follow() -> None:
    spec = population_presets.FJFX
    with progress_bar("generating", 200) as bar:
        many = hidden_mates.distractors([70, 130], spec, bar)
        few = hidden_mates.distractors([70], spec, bar)
    assert [each.templates for each in many.chunks] == [70, 60]
    assert len(many.first(70)) == 1
    assert many.first(70)[0].codes.tolist() == few.chunks[0].codes.tolist()


def test_a_latent_is_cut_out_of_a_print_as_one_piece() -> None:
    minutiae = population.finger(3, 1, population_presets.LEADER)[0]
    packed = encode_cpu.encode_batch([minutiae])[0]
    latent, _ = unpack(hidden_probes.cut_out(packed, np.random.default_rng(1)))
    low, high = hidden_probes.LATENT_MINUTIAE
    assert low <= len(latent) <= min(high, len(minutiae))
    place = (latent["x"] + 1j * latent["y"]) / population.UNITS_PER_PX
    whole = (minutiae["x"] + 1j * minutiae["y"]) / population.UNITS_PER_PX
    between = np.abs(place[:, None] - place)
    known = np.abs(whole[:, None] - whole).ravel()
    off = np.abs(between.ravel()[:, None] - known).min(axis=1)
    assert off.max() < 0.5


def test_statistics_tell_generated_prints_apart_by_what_was_put_into_them() -> None:
    made = {
        name: list(population.population(20, 5, 2, spec))
        for name, spec in (
            ("sure", population_presets.LEADER),
            ("doubtful", population_presets.MINDTCT),
        )
    }
    with progress_bar("measuring", 40) as bar:
        found = {name: print_statistics.of_prints(each, bar) for name, each in made.items()}
    false, missing, turned, count = (
        {name: float(np.median(each.samples[label])) for name, each in found.items()}
        for label in (
            "false, % of a print",
            "missing, % of a print",
            "turned, degrees",
            "minutiae",
        )
    )
    assert false["sure"] < 3 < false["doubtful"]
    assert missing["sure"] < 12 < missing["doubtful"]
    assert 2 < turned["sure"] < 15
    assert count["sure"] < count["doubtful"]
    assert found["sure"].ridge[0] > 0.6 > found["sure"].ridge[-1] + 0.3


@pytest.mark.parametrize("extractor", list(population_presets.OF_EXTRACTOR))
def test_a_preset_is_like_the_extractor_it_is_named_for(extractor: str) -> None:
    held = bench_finger_population.real_prints(
        [shared_data_dir() / "fingerprints" / "templates" / extractor / "fvc2002_db1b"]
    )
    made = list(population.population(20, 4, 2, population_presets.OF_EXTRACTOR[extractor]))
    with progress_bar("measuring", 30) as bar:
        real = print_statistics.of_prints([each[:4] for each in held], bar)
        generated = print_statistics.of_prints(made, bar)
    for label, factor in (("minutiae", 1.5), ("nearest neighbour, px", 1.5), ("quality", 1.5)):
        ratio = np.median(generated.samples[label]) / np.median(real.samples[label])
        assert 1 / factor < ratio < factor, label


def test_a_page_of_statistics_is_written(tmp_path: Path) -> None:
    root, out = tmp_path / "templates", tmp_path / "page"
    write_set(root / "leader" / "fvc2002_db1b", 3, 4, 1)
    told = appliance(
        "bench", "finger", "population", "--data", root, "--fingers", "3", "--out", out
    )
    assert told.returncode == ExitCode.DONE, told.stderr
    columns = json.loads(told.stdout)["extractors"]["leader"]
    assert list(columns) == ["real", "preset leader", "of the training"]
    page = (out / "README.md").read_text()
    pictures = sorted(each.name for each in out.glob("*.svg"))
    assert len(pictures) == 6
    assert all(f"({name})" in page for name in pictures)


def test_statistics_without_any_templates_are_refused(tmp_path: Path) -> None:
    told = appliance("bench", "finger", "population", "--data", tmp_path)
    assert told.returncode == ExitCode.UNUSABLE_INPUT
    assert "CONFIGURATION_INVALID" in told.stderr
