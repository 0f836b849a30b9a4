"""The evaluation report: every figure on one page without outside resources, and as safe CSV."""

from __future__ import annotations

import csv
import io
import re

import pytest

from appliance.cli import bars_svg, evaluation_csv, evaluation_report
from appliance.cli.bars_svg import Bar
from tests.cli.figures import figures
from tests.cli.test_report_page import HOSTILE, Reader


def _read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.mark.requirement("A21.1", "I13")
def test_the_page_tells_every_figure_by_party_category_and_class() -> None:
    reader = _read(evaluation_report.page(figures()))
    cells = reader.texts["td"]
    use = cells[cells.index("MK") :][:13]
    assert use == ["MK", "dactyloscopic", "131", "126", "11", "3", "113", "5", "6", "2", "17",
                   "1.234 s", "98.007 s"]  # fmt: skip
    by_class = cells[cells.index("trace–person") :][:8]
    assert by_class == ["trace–person", "140", "66", "210", "41", "91", "71", "7"]
    assert cells[-3:] == ["MK", "not yet identified", "139"]
    mass = ["MK", "26", "13", "5", "2", "6", "5300", "4100", "77"]
    assert cells[cells.index("5300") - 6 :][:9] == mass
    refused = cells[cells.index("CERTIFICATE_UNKNOWN") - 2 :][:4]
    assert refused == ["(no name)", "", "CERTIFICATE_UNKNOWN", "2"]
    assert "2026-01-01 to 2026-03-31" in reader.texts["p"][0]


@pytest.mark.requirement("A21.1")
def test_the_page_draws_requests_matches_and_times_and_needs_nothing_from_outside() -> None:
    page = evaluation_report.page(figures())
    reader = _read(page)
    assert reader.seen.count("svg") == 3
    assert reader.references == []
    assert not re.search(r"https?:|url\(|@import|<script|<link|<img", page)
    drawn = reader.texts["title"]
    for told in (
        "MK dactyloscopic, answered: 113",
        "MK dactyloscopic, trace–person, no-hits: 91",
        "up to 10 min, answers: 40",
        "up to 2 h, answers: 20",
        "longer, answers: 3",
    ):
        assert told in drawn


def test_hostile_names_stay_text() -> None:
    reader = _read(evaluation_report.page(figures(HOSTILE, HOSTILE)))
    assert "script" not in reader.seen
    assert "img" not in reader.seen
    assert HOSTILE in reader.texts["td"]


def test_bars_are_as_long_as_their_numbers() -> None:
    drawn = bars_svg.draw("bars", ("a", "b"), [Bar("whole", (30, 10)), Bar("half", (0, 20))])
    found = re.findall(r'class="bar\d" [^>]*width="([\d.]+)" height="16"', drawn)
    widths = [float(each) for each in found]
    assert widths == [420.0, 140.0, 0.0, 280.0]
    assert bars_svg.draw("none", ("a",), []).startswith("<svg")
    assert 'width="0.0"' in bars_svg.draw("nothing", ("a",), [Bar("empty", (0,))])


@pytest.mark.requirement("A21.1", "I13")
def test_the_table_holds_the_same_figures_one_a_row() -> None:
    rows = list(csv.DictReader(io.StringIO(evaluation_csv.table(figures()))))
    told = {
        (r["party"], r["category"], r["match_class"], r["figure"], r["detail"]): r["value"]
        for r in rows
    }
    assert len(told) == len(rows)
    mine = ("MK", "dactyloscopic")
    assert told[*mine, "", "answered", ""] == "113"
    assert told[*mine, "trace_person", "hits", ""] == "41"
    assert told[*mine, "", "refusals", "PURPOSE_UNKNOWN"] == "8"
    assert told[*mine, "", "answers_within_s", "longer"] == "3"
    assert told["MK", "", "", "capacity_used", "not yet identified"] == "139"
    assert told["MK", "dna", "", "mass_jobs", ""] == "26"
    assert told["MK", "dna", "", "mass_matches", ""] == "77"
    assert {("2026-01-01", "2026-03-31")} == {(r["first_day"], r["last_day"]) for r in rows}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(evaluation_csv.table(figures(text, text)))))
    assert all(not cell.startswith(tuple("=+-@\t\r")) for row in rows for cell in row)
    assert f"'{text}" in rows[len(rows) - 1]


def test_numbers_stay_numbers() -> None:
    assert evaluation_csv.safe("131") == "131"
