"""The worth of a DNA match, from the table of an installation to what its officer reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.cli import generated_data, installation
from appliance.cli.exit_codes import ExitCode
from appliance.cli.local_appliance import LocalAppliance
from appliance.client import Capacity, LoadItem
from appliance.client.values import Profile
from appliance.config.layout import Layout
from appliance.domain.clock import SystemClock
from appliance.domain.loci import ISSOL
from tests.cli.command import appliance

PERSONS = 400
TABLE = "frequencies.csv"
LOCI_OF_NEAR = 7


@pytest.fixture(scope="module")
def people() -> list[Profile]:
    return [
        generated_data.dna_profile(codes.tobytes())
        for codes in generated_data.dna_codes(PERSONS, 12)
    ]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, people: list[Profile]) -> Iterator[Path]:
    """A running appliance with a table of the population that its profiles stem from."""
    home = tmp_path_factory.mktemp("worth") / "centre"
    plan = installation.Plan("RS", ("MK",), port=0, telemetry_port=0)
    layout: Layout = installation.make(home, plan, SystemClock().now())
    (home / TABLE).write_bytes(generated_data.allele_frequencies("made", "Up", 10_000))
    settings = layout.settings.read_text()
    settings = settings.replace('population_file = ""', f'population_file = "{TABLE}"')
    layout.settings.write_text(settings.replace('population = ""', 'population = "Up"'))
    with LocalAppliance(home) as running:
        with running.client("RS-administrator", 60) as client:
            items = [LoadItem("DNA_REFERENCE", f"D-{at}", each) for at, each in enumerate(people)]
            assert all(each.accepted for each in client.load(items))
            client.declare([Capacity("MK", "not_yet_identified", 100)])
        yield home


def search(home: Path, csv: Path, *more: str) -> str:
    told = appliance(
        "search", "dna", csv, "--home", home, "--as", "MK-contact-point-dna", "--case", "MK-1/26",
        "--officer", installation.officer_id("MK"), "--ordered-by", "MK-PROSECUTOR-1", *more,
    )  # fmt: skip
    assert told.returncode == ExitCode.DONE, told.stderr
    return told.stdout


def write_stains(folder: Path, people: list[Profile]) -> Path:
    """Write one whole profile, and one of seven loci of which one was misread."""
    loci = [locus for locus, _ in people[0]]
    titles = ",".join(f"{locus}_{allele}" for locus in loci for allele in (1, 2))
    whole = [value for _, pair in people[3] for value in pair]
    near: list[str] = []
    for locus, (first, second) in people[5]:
        kept = (first, second) if locus in ISSOL else ("", "")
        near += (first, str(float(second) + 3).removesuffix(".0")) if locus == "FGA" else kept
    path = folder / "stains.csv"
    path.write_text(f"stain,{titles}\nWHOLE,{','.join(whole)}\nNEAR,{','.join(near)}\n")
    return path


@pytest.mark.requirement("I7.2")
def test_an_officer_reads_what_differs_and_what_chance_does(
    home: Path, people: list[Profile], tmp_path: Path
) -> None:
    path = write_stains(tmp_path, people)
    told = " ".join(search(home, path).split())
    assert "Probe WHOLE: D-3, quality 1 (full match)" in told
    assert f"Probe NEAR: D-5, quality 4 (one mismatch), 6 of {LOCI_OF_NEAR} loci match" in told
    assert f"false matches by chance in a file of {PERSONS}." in told
    assert "made: Up, common ancestry 0.01" in told
    assert "≠" in told
    results = json.loads(search(home, path, "--json"))["results"]
    (whole,), (near,) = (result["matches"] for result in results)
    assert whole["flagged"] is False
    assert (whole["worth"]["loci_used"], near["worth"]["loci_used"]) == (26, LOCI_OF_NEAR)
    for match in (whole, near):
        worth = match["worth"]
        expected = worth["random_match_probability"] * PERSONS
        assert worth["expected_adventitious"] == pytest.approx(expected)
        assert worth["searched_profiles"] == str(PERSONS)
        assert worth["likelihood_ratio"] == pytest.approx(1 / worth["random_match_probability"])
        assert 1 < worth["parent_child_likelihood_ratio"] < worth["likelihood_ratio"]
        assert 1 < worth["sibling_likelihood_ratio"] < worth["likelihood_ratio"]
        assert (worth["population"], worth["theta"]) == ("made: Up", 0.01)
        assert len(worth["table_version"]) == 64
    assert near["worth"]["expected_adventitious"] > 1e6 * whole["worth"]["expected_adventitious"]


def test_a_table_that_cannot_be_used_keeps_the_service_from_starting(tmp_path: Path) -> None:
    home = tmp_path / "centre"
    installation.make(
        home, installation.Plan("RS", ("MK",), port=0, telemetry_port=0), SystemClock().now()
    )
    settings = (home / "appliance.toml").read_text()
    settings = settings.replace('population_file = ""', f'population_file = "{TABLE}"')
    (home / "appliance.toml").write_text(settings.replace('population = ""', 'population = "Up"'))
    content = generated_data.allele_frequencies("made", "Up", 10_000)
    (home / TABLE).write_bytes(content.replace(b",TH01,", b",TH02,", 1).replace(b"0.", b"x.", 1))
    told = appliance("serve", "--home", home)
    assert told.returncode == ExitCode.UNUSABLE_INPUT
    assert "allele frequencies, line 2, locus vWA: 'x." in told.stderr
