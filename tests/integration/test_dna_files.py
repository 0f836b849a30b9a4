"""DNA profiles come in as CSV and CODIS import files; the rest is skipped or refused by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from appliance.cli.exit_codes import ExitCode
from tests.cli.command import appliance
from tests.codecs.cmf_files import COMMENT, LOCI, NAME_OF_A_READER, cmf, specimen
from tests.integration.centre import FIRST, OWNER, Centre, terms


def load(centre: Centre, path: Path, *options: object) -> tuple[int, dict[str, Any], str]:
    """Run ``appliance load dna``; return exit status, report and what the error stream says."""
    here = ("--home", centre.appliance.home, "--as", f"{OWNER}-administrator", "--json")
    told = appliance("load", "dna", path, *options, *here)
    return told.returncode, json.loads(told.stdout or "{}"), told.stderr


def forget(centre: Centre, collection: str, *numbers: str) -> None:
    with centre.administrator() as admin:
        for number in numbers:
            admin.duties.delete(collection, number, "incorrect")


def test_a_codis_import_file_is_loaded_by_its_categories(centre: Centre, tmp_path: Path) -> None:
    path = tmp_path / "import.xml"
    five = dict(list(LOCI.items())[:5])
    path.write_bytes(
        cmf(
            specimen("CMF-1"),
            specimen("CMF-2", "Arrestee"),
            specimen("CMF-3", "Forensic Mixture"),
            specimen("CMF-4", "Elimination, Known"),
            specimen("CMF-5", values={"TH01": ("6", "7", "8", "9")}),
            specimen("CMF-6", values=five),
        )
    )
    with centre.administrator() as admin:
        before = admin.count()
    status, report, _ = load(centre, path)
    assert status == ExitCode.UNUSABLE_INPUT
    assert (report["accepted"], report["refused"]) == (2, 2)
    assert [(each["category"], each["count"]) for each in report["skipped"]] == [
        ("Forensic Mixture", 1),
        ("Elimination, Known", 1),
    ]
    mixture, short = sorted(
        report["refusals"], key=lambda each: each["reference_number"], reverse=True
    )
    assert "locus TH01: more than 3 values: a mixed profile" in mixture["message"]
    assert short["reference_number"] == "CMF-6"
    assert short["message"].startswith("line ")
    assert "5 loci are fully designated" in short["message"]
    with centre.administrator() as admin:
        after = admin.count()
        kept = admin.get("DNA_UNIDENTIFIED", "CMF-1").record
        with centre.dna_of(FIRST) as client:
            answer = client.search_dna(
                terms(FIRST, "DNA/UNIDENTIFIED"), {"stain": list(LOCI.items())}
            )
    assert after["DNA_UNIDENTIFIED"] == before["DNA_UNIDENTIFIED"] + 1
    assert after["DNA_REFERENCE"] == before["DNA_REFERENCE"] + 1
    assert NAME_OF_A_READER.encode() not in kept
    assert COMMENT.encode() not in kept
    found = {match.reference_number for match in answer.results[0].matches}
    assert {"CMF-1", "CMF-2"} <= found
    forget(centre, "DNA_UNIDENTIFIED", "CMF-1")
    forget(centre, "DNA_REFERENCE", "CMF-2")


def test_a_drop_out_of_a_stain_is_kept_as_written_and_matches_as_a_wildcard(
    centre: Centre, tmp_path: Path
) -> None:
    names = list(LOCI)
    header = ",".join(["sample", *(f"{name}_{n}" for name in names for n in (1, 2))])
    cells = ",".join(f"{(*LOCI[name], '')[0]},{(*LOCI[name], '')[1]}" for name in names)
    path = tmp_path / "stains.csv"
    path.write_text(f"{header}\nDROP-1,{cells}\n")
    status, _, said = load(centre, path, "--single-allele", "drop_out")
    assert (status, "for traces" in said) == (ExitCode.USAGE, True)
    options = ("--collection", "DNA_UNIDENTIFIED", "--single-allele", "drop_out")
    status, report, _ = load(centre, path, *options)
    assert (status, report["accepted"]) == (ExitCode.DONE, 1)
    assert report["warnings"] == {
        "D3S1358: a single value was read with a wildcard for a drop-out": 1
    }
    with centre.administrator() as admin:
        kept = admin.get("DNA_UNIDENTIFIED", "DROP-1").record
    assert kept.startswith(b"READING=drop_out,absent;vWA=16,17")
    assert b"D3S1358=15," in kept
    probe = [*LOCI.items()]
    probe[names.index("D3S1358")] = ("D3S1358", ("15", "18"))
    with centre.dna_of(FIRST) as client:
        answer = client.search_dna(terms(FIRST, "DNA/UNIDENTIFIED"), {"stain": probe})
    (match,) = answer.results[0].matches
    assert (match.reference_number, match.quality) == ("DROP-1", 2)
    forget(centre, "DNA_UNIDENTIFIED", "DROP-1")


def test_a_cmf_file_that_was_cut_loads_its_whole_specimens_and_says_where_it_ends(
    centre: Centre, tmp_path: Path
) -> None:
    path = tmp_path / "cut.xml"
    whole = cmf(specimen("CUT-1"), specimen("CUT-2"))
    path.write_bytes(whole[: whole.index(b"CUT-2") + 900])
    status, report, _ = load(centre, path)
    assert (status, report["accepted"], report["refused"]) == (ExitCode.UNUSABLE_INPUT, 1, 1)
    assert "not well-formed XML" in report["refusals"][0]["message"]
    forget(centre, "DNA_UNIDENTIFIED", "CUT-1")


def test_options_of_one_format_are_refused_for_the_other(centre: Centre, tmp_path: Path) -> None:
    path = tmp_path / "import.xml"
    path.write_bytes(cmf(specimen()))
    for option in (("--collection", "DNA_REFERENCE"), ("--id-column", "sample")):
        status, _, said = load(centre, path, *option)
        assert (status, "for CSV files" in said) == (ExitCode.USAGE, True)
    status, _, said = load(centre, path, "--format", "csv")
    assert status == ExitCode.UNUSABLE_INPUT
    assert said.startswith("appliance: REQUEST_INVALID: line 1: ")
