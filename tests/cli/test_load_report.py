"""The report of a load: lines of refused items, counted warnings, and bounds on both."""

from __future__ import annotations

import json

import pytest
import typer

from appliance.cli import load_report
from appliance.cli.exit_codes import ExitCode
from appliance.cli.load_report import LoadReport
from appliance.client import LoadResult


def test_a_refusal_of_the_appliance_is_told_with_the_line_of_its_row(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = LoadReport()
    for line in (2, 4, 9):
        report.sent(line, ("TH01: a single value was read as a homozygote",))
    report.received(LoadResult("DNA_REFERENCE", "R-1", True))
    report.received(LoadResult("DNA_REFERENCE", "R-2", False, "REFERENCE_EXISTS", "is held"))
    report.received(LoadResult("DNA_REFERENCE", "R-3", True))
    report.skipped[("Staff", "never exchanged")] = 5
    with pytest.raises(typer.Exit) as left:
        report.tell(as_json=True)
    assert left.value.exit_code == ExitCode.UNUSABLE_INPUT
    told = json.loads(capsys.readouterr().out)
    assert (told["accepted"], told["refused"]) == (2, 1)
    assert told["refusals"][0]["message"] == "line 4: is held"
    assert told["skipped"] == [{"category": "Staff", "reason": "never exchanged", "count": 5}]
    assert told["warnings"] == {"TH01: a single value was read as a homozygote": 3}


def test_the_same_is_told_to_people(capsys: pytest.CaptureFixture[str]) -> None:
    report = LoadReport(accepted=3)
    report.skipped[("Staff", "never exchanged")] = 5
    report.sent(2, ("a warning",))
    report.tell(as_json=False)
    told = capsys.readouterr().out
    assert "3 loaded, 0 refused, 5 skipped" in told
    assert "skipped 5 of Staff: never exchanged" in told
    assert "1 times: a warning" in told


def test_however_many_items_are_refused_all_are_counted_and_some_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(load_report, "REFUSALS_KEPT_MAX", 3)
    report = LoadReport()
    for number in range(10):
        report.received(LoadResult("TP", f"R-{number}", False, "REFERENCE_EXISTS", "is held"))
    assert (report.refused, len(report.refusals)) == (10, 3)
    assert report.reasons == {"REFERENCE_EXISTS": 10}


def test_however_many_warnings_differ_only_some_are_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(load_report, "WARNINGS_COUNTED_MAX", 3)
    report = LoadReport()
    for number in range(10):
        report.sent(number, (f"warning {number}", "warning 0"))
    assert report.warnings["warning 0"] == 11
    assert report.warnings[load_report.OTHER_WARNINGS] == 7
    assert len(report.warnings) == 4
