"""``appliance dna compare``: every pair, its class and its loci."""

from __future__ import annotations

import json
from pathlib import Path

from appliance.cli.exit_codes import ExitCode
from appliance.config import profile_pack
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


def test_the_rule_is_a_shipped_one_or_one_of_a_pack(tmp_path: Path) -> None:
    a = write(tmp_path / "a.csv", {"A": BASE})
    homozygous = {"B": changed("D8S1179", ("12", "12")), "C": BASE[:5] + [("11", "12")] * 3}
    b = write(tmp_path / "b.csv", homozygous)
    table = json.loads(profile_pack.default_pack_json(["MK"]))
    table["dna_rules"]["OWN"] = {
        "name": "OWN",
        "version": "3",
        "min_full_loci": 5,
        "mismatch_max": 2,
    }
    pack = tmp_path / "pack.json"
    pack.write_text(json.dumps(table))
    path = tmp_path / "pairs.json"
    found = {}
    for rule in ("PRUEM-2008", "CODIS-HIGH", "CODIS-MODERATE", "OWN"):
        options = ("--pack", pack) if rule == "OWN" else ()
        told = appliance("dna", "compare", a, b, "--json", path, "--rule", rule, *options)
        assert told.returncode == ExitCode.DONE, told.stderr
        document = json.loads(path.read_text())
        found[document["rule_profile"]] = [
            (pair["b"], pair["quality"]) for pair in document["pairs"]
        ]
    assert found == {
        "PRUEM-2008/1": [("B", 4)],
        "CODIS-HIGH/1": [],
        "CODIS-MODERATE/1": [("B", 4)],
        "OWN/3": [("B", 4)],
    }


def test_a_rule_that_is_nowhere_is_named(tmp_path: Path) -> None:
    a = write(tmp_path / "a.csv", {"A": BASE})
    told = appliance("dna", "compare", a, a, "--rule", "NONE")
    assert told.returncode == ExitCode.USAGE
    assert "'NONE'" in told.stderr
    assert "CODIS-MODERATE" in told.stderr
    broken = tmp_path / "pack.json"
    broken.write_text("{}")
    told = appliance("dna", "compare", a, a, "--pack", broken)
    assert told.returncode == ExitCode.UNUSABLE_INPUT
    assert "CONFIGURATION_INVALID" in told.stderr


def test_a_pair_warns_of_the_values_of_both_sides(tmp_path: Path) -> None:
    a = write(tmp_path / "a.csv", {"A": changed("TH01", ("6", "OL"))})
    b = write(tmp_path / "b.csv", {"B": changed("FGA", ("22", "53"))})
    path = tmp_path / "pairs.json"
    appliance("dna", "compare", a, b, "--json", path, "--all")
    (pair,) = json.loads(path.read_text())["pairs"]
    assert pair["warnings"] == [
        "a: TH01: 'OL' is not designated and became a wildcard",
        "b: FGA: 53 is outside the range seen so far",
    ]
