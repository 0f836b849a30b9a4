"""Chance matches come as often as foretold, among people whom nobody is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from appliance.cli.exit_codes import ExitCode
from tests.cli.command import appliance
from tests.shared_data import shared_data_dir

# With so few loci there is enough chance in a few million pairs.
LOCI, PAIRS = 3, 4_000_000
DEVIATIONS_MAX = 4


def adventitious(*arguments: object) -> dict[str, Any]:
    told = appliance("bench", "dna", "adventitious", "--loci", LOCI, "--pairs", PAIRS, *arguments)
    assert told.returncode == ExitCode.DONE, told.stderr
    figures: dict[str, Any] = json.loads(told.stdout)
    return figures


def require_as_foretold(figures: dict[str, Any], least: int) -> None:
    for kind in ("full", "one_off"):
        told = figures[kind]
        assert told["observed"] > least
        off = abs(told["observed"] - told["expected"])
        assert off < DEVIATIONS_MAX * told["standard_error"], told
        # What each answer tells, summed over all of them.
        off = abs(told["observed"] - told["expected_by_profile"])
        assert off < DEVIATIONS_MAX * told["standard_error"], told
        assert told["standard_error"] < told["expected"] / 5


def test_generated_people_match_by_chance_as_often_as_foretold(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    figures = adventitious("--json", path)
    assert figures == json.loads(path.read_text())
    assert figures["pairs"] >= PAIRS
    assert figures["population"] == "generated"
    require_as_foretold(figures, 50)


def test_people_of_a_published_population_match_by_chance_as_often_as_foretold() -> None:
    table = shared_data_dir() / "dna" / "allele_frequencies_long.csv"
    figures = adventitious("--frequencies", table, "--population", "Europe")
    assert figures["population"] == "STRidER-2025-08-06: Europe"
    require_as_foretold(figures, 500)


def test_a_table_that_lacks_a_locus_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("source,population,n_individuals,locus,allele,frequency\nA,Here,9,TH01,6,1\n")
    told = appliance("bench", "dna", "adventitious", "--frequencies", path, "--population", "Here")
    assert told.returncode == ExitCode.UNUSABLE_INPUT
    assert "locus vWA" in told.stderr


@pytest.mark.parametrize("loci", [1, 25])
def test_loci_out_of_range_are_refused(loci: int) -> None:
    assert appliance("bench", "dna", "adventitious", "--loci", loci).returncode == 2
