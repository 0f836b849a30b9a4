"""``appliance dna compare``: every pair, its class and its loci."""

from __future__ import annotations

import json
from pathlib import Path

from appliance.cli.exit_codes import ExitCode
from tests.cli.command import appliance

LOCI = ("vWA", "TH01", "D21S11", "FGA", "D8S1179", "D3S1358", "D18S51", "D16S539")
BASE = [
    ("16", "17"),
    ("6", "9.3"),
    ("28", "30"),
    ("22", "24"),
    ("12", "14"),
    ("15", "16"),
    ("13", "17"),
    ("9", "11"),
]


def write(path: Path, profiles: dict[str, list[tuple[str, str]]]) -> Path:
    """Write profiles in the layout of the genotype tables."""
    head = ["sample", *(f"{locus}_{number}" for locus in LOCI for number in (1, 2))]
    lines = [",".join(head)]
    for name, values in profiles.items():
        lines.append(",".join([name, *(value for pair in values for value in pair)]))
    path.write_text("\n".join(lines) + "\n")
    return path


def changed(locus: str, pair: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the base profile with one locus changed."""
    values = list(BASE)
    values[LOCI.index(locus)] = pair
    return values


def test_each_pair_is_classed_as_the_decision_says(tmp_path: Path) -> None:
    a = write(tmp_path / "a.csv", {"A": BASE})
    b = write(
        tmp_path / "b.csv",
        {
            "same": BASE,
            "wildcard": changed("FGA", ("22", "*")),
            "micro": changed("FGA", ("22", "24.1")),
            "other": changed("FGA", ("22", "27")),
            "stranger": [("11", "12"), ("5", "5"), *BASE[2:]],
        },
    )
    path = tmp_path / "pairs.json"
    told = appliance("dna", "compare", a, b, "--json", path, "--all")
    assert told.returncode == ExitCode.DONE, told.stderr
    document = json.loads(path.read_text())
    assert {pair["b"]: pair["quality"] for pair in document["pairs"]} == {
        "same": 1,
        "wildcard": 2,
        "micro": 3,
        "other": 4,
        "stranger": 0,
    }
    assert document["matches"] == 4
    micro = next(pair for pair in document["pairs"] if pair["b"] == "micro")
    assert (micro["compared_loci"], micro["full_loci"], micro["mismatching_alleles"]) == (8, 7, 1)
    view = next(row for row in micro["loci"] if row["locus"] == "FGA")
    assert view == {
        "locus": "FGA",
        "probe": ["22", "24"],
        "candidate": ["22", "24.1"],
        "relation": "micro_variant",
    }


def test_without_all_only_matches_are_written(tmp_path: Path) -> None:
    a = write(tmp_path / "a.csv", {"A": BASE, "B": [("11", "12")] * 8})
    path = tmp_path / "pairs.json"
    appliance("dna", "compare", a, a, "--json", path)
    pairs = json.loads(path.read_text())["pairs"]
    assert [(pair["a"], pair["b"]) for pair in pairs] == [("A", "A"), ("B", "B")]


def test_a_table_with_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sample,surname,vWA_1,vWA_2\nA,x,16,17\n")
    told = appliance("dna", "compare", path, path)
    assert told.returncode == ExitCode.UNUSABLE_INPUT
    assert "PERSONAL_DATA_REFUSED" in told.stderr


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    told = appliance("dna", "compare", tmp_path / "none.csv", tmp_path / "none.csv")
    assert told.returncode == ExitCode.UNUSABLE_INPUT
    assert told.stderr.count("\n") == 1
    assert "Traceback" not in told.stderr
