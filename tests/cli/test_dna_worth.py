"""What chance does, told for profiles and for whole files without a service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from appliance.cli.exit_codes import ExitCode
from appliance.domain import loci
from tests.cli.command import appliance
from tests.shared_data import shared_data_dir

HEADER = "source,population,n_individuals,locus,allele,frequency"
THETA = 0.02


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Two alleles of one half each at every locus of ISSOL."""
    rows = [f"A,Here,1000,{locus},{allele},0.5" for locus in loci.ISSOL for allele in (14, 15)]
    path = tmp_path / "frequencies.csv"
    path.write_text("\n".join((HEADER, *rows)))
    return path


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    path = tmp_path / "profiles.csv"
    titles = [f"{locus}_{number}" for locus in loci.ISSOL for number in (1, 2)]
    rows = [["S-1", *("14", "15") * 7], ["S-2", *("14", "14") * 6, "", ""]]
    path.write_text("\n".join(",".join(row) for row in (["sample", *titles], *rows)))
    return path


def told(*arguments: object) -> Any:
    ran = appliance("dna", *arguments, "--json")
    assert ran.returncode == ExitCode.DONE, ran.stderr
    return json.loads(ran.stdout)


def test_each_profile_is_told_with_all_its_figures(table: Path, profiles: Path) -> None:
    options = ("--frequencies", table, "--population", "Here", "--file-size", 200, "--theta", THETA)
    first, second = told("worth", profiles, *options)
    scale = (1 + THETA) * (1 + 2 * THETA)
    rest = (1 - THETA) / 2
    one = (2 * (THETA + rest) ** 2 / scale) ** 7
    other = ((2 * THETA + rest) * (3 * THETA + rest) / scale) ** 6
    assert first["random_match_probability"] == pytest.approx(one)
    assert first["expected_adventitious"] == pytest.approx(200 * one)
    assert second["likelihood_ratio"] == pytest.approx(1 / other)
    assert (first["loci_used"], second["loci_used"]) == (7, 6)
    assert first["one_off_expected_adventitious"] > first["expected_adventitious"]
    assert first["reference_number"] == "S-1"
    assert (first["population"], first["theta"]) == ("A: Here", THETA)
    assert (first["searched_profiles"], len(first["table_version"])) == (200, 64)
    assert first["sibling_likelihood_ratio"] > 1
    assert first["parent_child_likelihood_ratio"] > 1


def test_profiles_are_shown_as_a_table(table: Path, profiles: Path) -> None:
    ran = appliance("dna", "worth", profiles, "--frequencies", table, "--population", "Here")
    assert ran.returncode == ExitCode.DONE, ran.stderr
    assert "False matches by chance in a file of 1,000,000 (A: Here" in " ".join(ran.stdout.split())
    assert "S-2" in ran.stdout


def test_whole_files_are_told_for_each_locus_set_that_the_table_covers(table: Path) -> None:
    options = ("--frequencies", table, "--population", "Here", "--stains", 10, "--persons", 1000)
    six, seven = told("expected", *options)
    # Of two equally frequent alleles: 2·S2² − S4 = 3/8 equal, one half differ in one allele.
    assert six["full_expected"] == pytest.approx(10_000 * (3 / 8) ** 6)
    assert seven["full_expected"] == pytest.approx(10_000 * (3 / 8) ** 7)
    assert seven["one_off_expected"] == pytest.approx(10_000 * 7 * (3 / 8) ** 6 / 2)
    assert (six["one_off"], six["loci"], seven["locus_set"]) == (None, 6, "ISSOL")
    ran = appliance("dna", "expected", *options)
    assert "10 profiles with 1,000; A: Here" in ran.stdout
    assert "│    7 │ ISSOL " in ran.stdout
    assert "no match" in ran.stdout


def test_the_published_table_is_told_for_europe() -> None:
    path = shared_data_dir() / "dna" / "allele_frequencies_long.csv"
    options = ("--frequencies", path, "--population", "Europe")
    rows = told("expected", *options, "--stains", 1, "--persons", 1_000_000)
    assert [row["loci"] for row in rows] == [6, 7, 8, 10, 12, 15]
    assert rows[1]["full_expected"] == pytest.approx(0.00096, rel=0.01)
    assert rows[1]["one_off_expected"] == pytest.approx(0.062, rel=0.02)


@pytest.mark.parametrize("command", [("worth", "profiles"), ("expected",)])
def test_a_table_that_cannot_be_used_is_refused_with_its_line(
    command: tuple[str, ...], table: Path, profiles: Path
) -> None:
    table.write_text(table.read_text().replace("0.5", "0.6", 1))
    arguments = (profiles,) if len(command) == 2 else ("--stains", 1, "--persons", 1)
    ran = appliance("dna", command[0], *arguments, "--frequencies", table, "--population", "Here")
    assert ran.returncode == ExitCode.UNUSABLE_INPUT
    assert "line 3, locus vWA: the frequencies sum to 1.1000, not to 1" in ran.stderr
    assert ran.stdout == ""
