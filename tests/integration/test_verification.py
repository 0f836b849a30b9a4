"""From a match to a hit, a note and the figures, on the command line of a running appliance."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.client import ApplianceRefused, LoadItem
from tests.integration.centre import FIRST, Centre, terms

EXPERT = f"{FIRST}-contact-point-dactyloscopic"
OFFICER = ("--officer", f"{FIRST}-OFFICER-1")


def _run(centre: Centre, name: str, *words: object) -> str:
    """Run a command that succeeds and return what it printed."""
    told = _try(centre, name, *words)
    assert told.exception is None, told.exception
    return told.output


def _try(centre: Centre, name: str, *words: object) -> Result:
    """Run a command in this process: there are many, and starting one each would take longest."""
    named = ["--as", name, "--home", str(centre.appliance.home)]
    return CliRunner().invoke(app, [*map(str, words), *named])


@pytest.mark.requirement("A1.6", "A6.1", "A19.1")
def test_an_expert_records_a_hit_and_the_owner_reads_it(centre: Centre) -> None:
    asked = terms(FIRST)
    with centre.fingers_of(FIRST) as client:
        answer = client.search_finger(asked, {"latent": centre.probes[11]})
    found = [each.reference_number for each in answer.results[0].candidates]
    assert found[0] == "F-11"
    number = asked.request_number
    match = (number, "latent", "TP", "F-11")
    said = json.loads(_run(centre, EXPERT, "verify", "hit", *match, *OFFICER, "--json"))
    assert said == {"verification": "hit", "replayed": False}
    assert "on record before" in _run(centre, EXPERT, "verify", "hit", *match, *OFFICER)
    shown = _run(centre, "RS-auditor", "verify", "show", number, "--party", FIRST)
    assert "F-11" in shown
    outcomes = json.loads(_run(centre, "RS-administrator", "verify", "list", "--json"))
    (mine,) = [each for each in outcomes if each["request_number"] == number]
    assert (mine["reference_number"], mine["officer"]) == ("F-11", "MK-OFFICER-1")
    other = (number, "latent", "TP", "F-149999")
    refused = _try(centre, EXPERT, "verify", "no-hit", *other, *OFFICER).exception
    assert isinstance(refused, ApplianceRefused)
    assert refused.reason == "REFERENCE_UNKNOWN"


@pytest.mark.requirement("A1.3")
def test_a_stain_that_matched_is_noted_until_the_note_is_removed_for_a_reason(
    centre: Centre,
) -> None:
    asked = terms(FIRST, "DNA/UNIDENTIFIED")
    with centre.administrator() as admin:
        (loaded,) = admin.load([LoadItem("DNA_UNIDENTIFIED", "NOTED-1", centre.profiles[17])])
        assert loaded.accepted
    with centre.dna_of(FIRST) as client:
        client.search_dna(asked, {"stain": centre.profiles[17]})
    owner, listing = "RS-administrator", ("note", "list", "--reference-number", "NOTED-1")
    (note,) = json.loads(_run(centre, owner, *listing, "--json"))
    assert (note["party"], note["request_number"]) == (FIRST, asked.request_number)
    assert note["occasion"] == "NOTE_OCCASION_MATCH"
    assert "NOTED-1" in _run(centre, owner, *listing)
    assert "is removed" in _run(centre, owner, "note", "remove", note["number"], "a twin")
    assert json.loads(_run(centre, owner, *listing, "--json")) == []
    (removed,) = json.loads(_run(centre, owner, *listing, "--removed", "--json"))
    assert removed["removal_reason"] == "a twin"
    with centre.administrator() as admin:
        admin.duties.delete("DNA_UNIDENTIFIED", "NOTED-1", "incorrect")
    assert json.loads(_run(centre, owner, *listing, "--removed", "--json")) == []


@pytest.mark.requirement("A21.1", "I13")
def test_the_evaluation_is_reported_as_page_table_and_json(centre: Centre, tmp_path: Path) -> None:
    with centre.fingers_of(FIRST) as client:
        client.search_finger(terms(FIRST), {"latent": centre.probes[12]})
    year = datetime.now(UTC).year
    period = ("--from", f"{year}-01-01", "--to", f"{year}-12-31")
    page, table = tmp_path / "report.html", tmp_path / "report.csv"
    told = _run(
        centre, "RS-auditor", "report", "evaluation", *period, "--party", FIRST,
        "--out", page, "--csv", table, "--json",
    )  # fmt: skip
    fingers = next(each for each in json.loads(told)["parties"] if each["category"] != "dna")
    assert int(fingers["answered"]) >= 1
    assert "<svg" in page.read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(table.read_text("utf-8"))))
    wanted = ("dactyloscopic", "answered")
    answered = [row["value"] for row in rows if (row["category"], row["figure"]) == wanted]
    assert answered == [fingers["answered"]]
    refused = _try(centre, EXPERT, "report", "evaluation", *period, "--json").exception
    assert isinstance(refused, ApplianceRefused)
    assert refused.reason == "ROLE_DENIED"
    nothing = _try(centre, "RS-auditor", "report", "evaluation", *period).exception
    assert isinstance(nothing, ValueError)


@pytest.mark.requirement("A6.1")
def test_a_search_writes_a_page_that_tells_how_to_record_the_outcome(
    centre: Centre, tmp_path: Path
) -> None:
    latent, page = tmp_path / "latent.iso", tmp_path / "answer.html"
    latent.write_bytes(centre.probes[13])
    told = _run(
        centre, EXPERT, "search", "finger", latent, "--case", "MK-7/26", *OFFICER,
        "--ordered-by", "MK-PROSECUTOR-3", "--request-number", "page-1", "--report", page,
    )  # fmt: skip
    assert "appliance verify hit" in told
    assert "appliance verify hit page-1 latent TP F-13" in page.read_text("utf-8")
    said = _run(centre, EXPERT, "verify", "hit", "page-1", "latent", "TP", "F-13", *OFFICER)
    assert said == "TP F-13 for latent: hit\n"
