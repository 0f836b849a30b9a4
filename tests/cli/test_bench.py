"""The benchmarks print the figures that they promise, measured on what they are given."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from appliance.cli import generated_data
from appliance.cli.exit_codes import ExitCode
from tests.cli.command import appliance
from tests.shared_data import shared_data_dir


def write_set(folder: Path, fingers: int, impressions: int, seed: int) -> Path:
    """Write generated templates as a test set."""
    folder.mkdir(parents=True)
    for finger, prints in enumerate(generated_data.finger_records(fingers, impressions, seed)):
        for number, record in enumerate(prints):
            (folder / f"{finger + 1}_{number + 1}.iso").write_bytes(record)
    return folder


def test_accuracy_counts_every_pair_of_every_set(tmp_path: Path) -> None:
    one, two = write_set(tmp_path / "one", 4, 3, 1), write_set(tmp_path / "two", 3, 2, 2)
    (two / "9_1.iso").write_bytes(b"not a record")
    figures, scores = tmp_path / "figures.json", tmp_path / "scores.csv"
    told = appliance("bench", "finger", "accuracy", one, two, "--json", figures, "--scores", scores)
    assert told.returncode == ExitCode.DONE, told.stderr
    measured = json.loads(figures.read_text())
    assert measured["genuine"] == 4 * 3 + 3 * 1
    assert measured["impostor"] == (12 * 11 // 2 - 12) + (7 * 6 // 2 - 3)
    assert measured["unreadable_templates"] == 1
    assert measured["eer"] < 20
    assert measured["rank1"] >= 80
    assert measured["comparisons_per_second_core"] > 0
    assert {"fmr100", "fmr1000", "zerofmr"} <= measured.keys()
    with scores.open() as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == measured["genuine"] + measured["impostor"]
    broken = [int(row["score"]) for row in rows if "9_1" in (row["probe"], row["candidate"])]
    assert broken == [0] * 6


def test_a_score_is_trained_on_the_named_sets_and_each_set_is_scored_without_itself(
    tmp_path: Path,
) -> None:
    root, out, cache = tmp_path / "made", tmp_path / "score.json", tmp_path / "cache"
    for seed, name in enumerate(("fvc2000_db2b", "fvc2002_db1b", "another_sensor")):
        write_set(root / "extractor" / name, 5, 3, seed)
    told = appliance("bench", "finger", "train", root, "--out", out, "--cache", cache)
    assert told.returncode == ExitCode.DONE, told.stderr
    trained = json.loads(out.read_text())
    assert trained["sets"] == ["extractor/fvc2000_db2b", "extractor/fvc2002_db1b"]
    assert (trained["genuine"], trained["impostor"]) == (2 * 15, 2 * 90)
    assert len(list(cache.iterdir())) == 2
    told = appliance(
        *("bench", "finger", "accuracy", root / "extractor" / "fvc2000_db2b"),
        *("--loso", root, "--cache", cache),
    )
    measured = json.loads(told.stdout)
    assert measured["weights"] == "leave one set out"
    assert (measured["genuine"], measured["impostor"]) == (15, 90)


def test_training_without_any_training_set_is_refused(tmp_path: Path) -> None:
    told = appliance("bench", "finger", "train", tmp_path, "--out", tmp_path / "score.json")
    assert told.returncode == ExitCode.UNUSABLE_INPUT
    assert not (tmp_path / "score.json").exists()


def test_accuracy_of_a_folder_without_templates_is_refused(tmp_path: Path) -> None:
    told = appliance("bench", "finger", "accuracy", tmp_path)
    assert told.returncode == ExitCode.UNUSABLE_INPUT
    assert "CONFIGURATION_INVALID" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "items"),
    [
        (("finger", "speed", "--templates", "300", "--probes", "3"), "templates"),
        (("dna", "speed", "--profiles", "5000", "--queries", "4"), "profiles"),
    ],
)
def test_speed_prints_rates_latencies_and_sizes(
    tmp_path: Path, arguments: tuple[str, ...], items: str
) -> None:
    path = tmp_path / "figures.json"
    told = appliance("bench", *arguments, "--json", path)
    assert told.returncode == ExitCode.DONE, told.stderr
    measured = json.loads(path.read_text())
    assert measured == json.loads(told.stdout)
    assert measured["backend"] == "cpu"
    assert measured[items] in (300, 5000)
    assert measured["search"]["comparisons_per_second"] > 0
    assert measured["search"]["p99_ms"] >= measured["search"]["p50_ms"] > 0
    assert measured["ready_s"] >= measured["load_s"] >= 0


def test_dna_speed_says_on_which_population_and_in_which_memory(tmp_path: Path) -> None:
    told = appliance("bench", "dna", "speed", "--profiles", "20000", "--queries", "2")
    measured = json.loads(told.stdout)
    assert measured["population"] == {"loci": 24, "missing_ratio": 0.05, "wildcard_ratio": 0.03}
    assert measured["bytes_per_profile"]["exact"] == 48
    assert measured["bytes_per_profile"]["planes"] <= 80


def test_a_mass_comparison_is_measured_and_held_to_single_searches(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    sizes = ("--stains", "400", "--profiles", "3000")
    told = appliance("bench", "dna", "mass", *sizes, "--json", path)
    assert told.returncode == ExitCode.DONE, told.stderr
    measured = json.loads(path.read_text())
    assert measured == json.loads(told.stdout)
    assert (measured["sampled_stains"], measured["sampled_stains_differing"]) == (200, 0)
    assert measured["matches"] >= 4
    assert measured["pairs_per_second"] > 0
    assert measured["peak_memory_bytes"] > 0


def test_a_backend_that_cannot_run_is_an_error_that_says_why() -> None:
    told = appliance("bench", "dna", "speed", "--profiles", "10", "--backend", "cuda")
    assert told.returncode == ExitCode.UNAVAILABLE
    assert "backend cuda" in told.stderr


def test_the_acceptance_is_told_with_the_overwriting_of_memory_and_without(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    few = ("--threads", "2", "--seconds", "0.3", "--paced-per-second", "20")
    told = appliance("bench", "acceptance", *few, "--json", path)
    assert told.returncode == ExitCode.DONE, told.stderr
    measured = json.loads(path.read_text())
    overwritten = {name: each["memory_overwritten"] for name, each in measured.items()}
    assert overwritten == {"erasing": True, "no_erasing": False}
    for each in measured.values():
        assert each["accepted"] > 0 < each["cpu_ms_per_request"]
        assert each["paced"]["accepted"] == 6


def test_the_acceptance_of_a_whole_appliance_is_told_through_its_service(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    told = appliance(
        "bench", "acceptance", "--through-service", "30", "--threads", "4", "--json", path
    )
    assert told.returncode == ExitCode.DONE, told.stderr
    measured = json.loads(path.read_text())
    assert (measured["accepted"], measured["calls_under_way"]) == (30, 8)
    assert measured["accepted_per_second"] > 0
    assert measured["p99_ms"] >= measured["p50_ms"] > 0


def test_service_compares_searches_through_tls_with_the_engine(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    told = appliance(
        "bench",
        "service",
        "--clients",
        "2",
        "--searches",
        "8",
        "--templates",
        "60",
        "--json",
        path,
    )
    assert told.returncode == ExitCode.DONE, told.stderr
    measured = json.loads(path.read_text())
    for part in ("service", "engine"):
        assert measured[part]["searches_per_second"] > 0
        assert measured[part]["p99_ms"] >= measured[part]["p50_ms"] > 0


def test_real_fingerprints_are_told_apart() -> None:
    folder = shared_data_dir() / "fingerprints" / "templates" / "leader" / "fvc2002_db1b"
    told = appliance("bench", "finger", "accuracy", folder)
    measured = json.loads(told.stdout)
    assert (measured["genuine"], measured["impostor"]) == (280, 2880)
    assert measured["eer"] < 3
    assert measured["rank1"] > 97
