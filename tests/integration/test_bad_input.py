"""What cannot be used, through the commands and the wire: a named error, and nothing changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from appliance.cli.exit_codes import ExitCode
from appliance.client import ApplianceRefused
from appliance.domain.limits import TEMPLATE_BYTES_MAX
from tests.cli.command import appliance
from tests.codecs.records import iso, view
from tests.integration.centre import FIRST, OWNER, Centre, terms

FIELD = [(1, 20 + 17 * (n % 16), 20 + 23 * (n // 16), n, 60) for n in range(255)]
ENOUGH = tuple(FIELD[:20])


GOOD = iso(view(ENOUGH))
BAD: dict[str, tuple[bytes, str, str]] = {
    "truncated_header": (GOOD[:20], "TEMPLATE_MALFORMED", "cut short"),
    "truncated_minutiae": (GOOD[:-9], "TEMPLATE_MALFORMED", "came"),
    "oversized": (GOOD + bytes(TEMPLATE_BYTES_MAX), "TEMPLATE_UNSUPPORTED", "larger than 1048576"),
    "wrong_magic": (b"IMR\0" + GOOD[4:], "TEMPLATE_MALFORMED", "FMR"),
    "later_version": (iso(view(ENOUGH), version=b"040\0"), "TEMPLATE_UNSUPPORTED", "version"),
    "two_editions": (iso(view(ENOUGH), version=b"030\0"), "TEMPLATE_MALFORMED", ""),
    "no_minutiae": (iso(view(())), "QUALITY_INSUFFICIENT", "minutiae"),
    "x_outside": (iso(view((*ENOUGH, (1, 300, 5, 0, 0)))), "TEMPLATE_MALFORMED", "x 300"),
    "y_outside": (iso(view((*ENOUGH, (1, 5, 400, 0, 0)))), "TEMPLATE_MALFORMED", "y 400"),
    "more_stated": (iso(view(ENOUGH), stated_more=50), "TEMPLATE_MALFORMED", "states"),
    "less_stated": (iso(view(ENOUGH), stated_more=-50), "TEMPLATE_MALFORMED", "states"),
    "views_missing": (iso(view(ENOUGH), count=2), "TEMPLATE_MALFORMED", "view"),
    "no_image": (iso(view(ENOUGH), width=0), "TEMPLATE_MALFORMED", "no size"),
    "no_resolution": (iso(view(ENOUGH), ppcm=(0, 197)), "TEMPLATE_MALFORMED", "resolution"),
}
HEADER = "sample,vWA_1,vWA_2,TH01_1,TH01_2,FGA_1,FGA_2,D8S1179_1,D8S1179_2,D18S51_1,D18S51_2"
HEADER += ",D21S11_1,D21S11_2,D3S1358_1,D3S1358_2"
ROW = "{},16,17,6,9.3,22,24,12,14,13,17,28,30,15,16"


def state(centre: Centre) -> tuple[Mapping[str, int], list[int]]:
    """What no bad input may change: the reference data and the capacities used."""
    with centre.administrator() as admin, centre.fingers_of(FIRST) as client:
        return admin.count(), [use.used for use in client.use_today()]


def load(centre: Centre, *arguments: object) -> tuple[int, dict[str, Any], str]:
    """Run ``appliance load``; return exit status, report and what was said on the error stream."""
    here = ("--home", centre.appliance.home, "--as", f"{OWNER}-administrator", "--json")
    told = appliance("load", *arguments, *here)
    return told.returncode, json.loads(told.stdout or "{}"), told.stderr


def test_templates_that_cannot_be_used_are_refused_one_by_one_by_load(
    centre: Centre, tmp_path: Path
) -> None:
    for name, (record, _, _) in BAD.items():
        (tmp_path / f"{name}.iso").write_bytes(record)
    before = state(centre)
    status, report, _ = load(centre, "finger", tmp_path)
    assert status == ExitCode.UNUSABLE_INPUT
    assert report["accepted"] == 0
    assert state(centre) == before
    told = {each["reference_number"]: each for each in report["refusals"]}
    assert told.keys() == BAD.keys()
    for name, (_, reason, said) in BAD.items():
        assert (told[name]["reason"], said in told[name]["message"]) == (reason, True), told[name]
        assert (told[name]["offset"] is not None) == (reason == "TEMPLATE_MALFORMED"), told[name]


@pytest.mark.parametrize("name", BAD)
def test_a_probe_that_cannot_be_used_is_refused_and_on_record(centre: Centre, name: str) -> None:
    record, reason, said = BAD[name]
    before = state(centre)
    with centre.auditor() as auditor:
        last = list(auditor.record_entries())[-1].sequence
    with centre.fingers_of(FIRST) as client, pytest.raises(ApplianceRefused) as refused:
        client.search_finger(terms(FIRST), {"latent": record})
    assert refused.value.reason == reason
    assert said in refused.value.message
    assert state(centre) == before
    with centre.auditor() as auditor:
        (entry,) = [e for e in auditor.record_entries(last) if e.act.startswith("search_")]
    assert (entry.act, entry.party) == ("search_refused", FIRST)
    assert reason in {each.value for each in entry.details}


def test_a_template_with_255_minutiae_is_loaded_found_and_deleted(
    centre: Centre, tmp_path: Path
) -> None:
    (tmp_path / "FULL.iso").write_bytes(iso(view(FIELD)))
    before = state(centre)[0]
    status, report, _ = load(centre, "finger", tmp_path)
    assert (status, report["accepted"]) == (ExitCode.DONE, 1)
    with centre.fingers_of(FIRST) as client:
        answer = client.search_finger(terms(FIRST), {"latent": iso(view(FIELD))})
    assert answer.results[0].candidates[0].reference_number == "FULL"
    with centre.administrator() as admin:
        admin.duties.delete("TP", "FULL", "incorrect")
    assert state(centre)[0] == before


@pytest.mark.parametrize(
    ("header", "reason", "said"),
    [
        (HEADER.replace(",TH01_2", ""), "REQUEST_INVALID", "TH01_2 is missing"),
        (HEADER.replace("vWA", "D99S1"), "REQUEST_INVALID", "locus is not known"),
        (HEADER.replace("sample", "sample,name"), "PERSONAL_DATA_REFUSED", "'name'"),
        (HEADER + ",date of birth", "PERSONAL_DATA_REFUSED", "'date of birth'"),
    ],
)
def test_a_table_with_a_header_that_cannot_be_used_is_refused_before_any_row(
    centre: Centre, tmp_path: Path, header: str, reason: str, said: str
) -> None:
    (tmp_path / "table.csv").write_text(f"{header}\n{ROW.format('BAD-1')}\n")
    before = state(centre)
    status, report, error = load(centre, "dna", tmp_path / "table.csv")
    assert (status, report) == (ExitCode.UNUSABLE_INPUT, {})
    assert error.startswith(f"appliance: {reason}: ")
    assert said in error
    assert error.count("\n") == 1
    assert state(centre) == before


def test_rows_of_a_table_stand_for_themselves(centre: Centre, tmp_path: Path) -> None:
    rows = [
        ROW.format("ROW-1"),
        ROW.format("ROW-1"),
        ROW.format("ROW-2").replace("9.3", "OL"),
        ROW.format("ROW-3").replace("9.3", "99"),
        ROW.format("ROW-4").replace("9.3", "-2"),
        ROW.format("ROW-5") + ",1",
        ROW.format("ROW-6"),
    ]
    (tmp_path / "table.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    before = state(centre)[0]
    status, report, _ = load(centre, "dna", tmp_path / "table.csv")
    assert (status, report["accepted"]) == (ExitCode.UNUSABLE_INPUT, 4)
    lines = [each["reference_number"] for each in report["refusals"]]
    assert lines == ["line 3", "line 6", "line 7"]
    assert "comes twice" in report["refusals"][0]["message"]
    with centre.administrator() as admin:
        # An allele outside of the ladder is a wildcard, whichever way a laboratory writes it.
        kept = {n: admin.get("DNA_REFERENCE", f"ROW-{n}") for n in (1, 2, 3, 6)}
        assert admin.count()["DNA_REFERENCE"] == before["DNA_REFERENCE"] + 4
        for n in kept:
            admin.duties.delete("DNA_REFERENCE", f"ROW-{n}", "incorrect")
    assert state(centre)[0] == before


def test_three_alleles_at_a_locus_are_taken_as_the_annex_says(
    centre: Centre, tmp_path: Path
) -> None:
    header = HEADER.replace("TH01_2", "TH01_2,TH01_3")
    row = ROW.format("THREE").replace("6,9.3", "8,6,9.3")
    (tmp_path / "table.csv").write_text(f"{header}\n{row}\n")
    status, report, _ = load(centre, "dna", tmp_path / "table.csv")
    assert (status, report["accepted"]) == (ExitCode.DONE, 1)
    stain = [("vWA", ("16", "17")), ("TH01", ("6", "8")), ("FGA", ("22", "24"))]
    stain += [("D8S1179", ("12", "14")), ("D18S51", ("13", "17")), ("D21S11", ("28", "30"))]
    stain += [("D3S1358", ("15", "16"))]
    with centre.dna_of(FIRST) as client:
        answer = client.search_dna(terms(FIRST, "DNA/UNIDENTIFIED"), {"stain": stain})
    (match,) = answer.results[0].matches
    assert (match.reference_number, match.quality) == ("THREE", 2)
    # Of three values the first stays, the others become one wildcard.
    views = {view.locus: list(view.candidate) for view in match.loci}
    assert views["TH01"] == ["8", "*"]
    with centre.administrator() as admin:
        admin.duties.delete("DNA_REFERENCE", "THREE", "incorrect")


def test_a_search_with_a_bad_table_changes_nothing(centre: Centre, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text(f"{HEADER},surname\n{ROW.format('S-1')},x\n")
    before = state(centre)
    told = appliance(
        "search",
        "dna",
        tmp_path / "table.csv",
        *("--home", centre.appliance.home, "--as", f"{FIRST}-contact-point-dna"),
        *("--case", "C-1", "--officer", f"{FIRST}-OFFICER-1", "--ordered-by", "P-1"),
    )
    assert told.returncode == ExitCode.UNUSABLE_INPUT
    assert "PERSONAL_DATA_REFUSED" in told.stderr
    assert state(centre) == before
