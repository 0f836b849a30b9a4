"""``appliance convert`` as its users run it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.codecs import finger_record
from appliance.codecs.finger_writer import FingerFormat
from tests.codecs.nist_files import INCITS, STANDARD, nist_file, text_record, type9
from tests.codecs.records import iso, iso_2011, representation, view

EXTENDED = b"\0\1\0\x0b\1\1\2\3\1\3\4"


def _convert(folder: Path, *arguments: object) -> tuple[int, dict[str, Any]]:
    words = ["convert", *map(str, arguments), "--out", str(folder / "out"), "--json"]
    told = CliRunner().invoke(app, words)
    return told.exit_code, json.loads(told.stdout)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.iso").write_bytes(iso(view(), view(position=2, extended=EXTENDED)))
    (folder / "b.fmr").write_bytes(iso_2011(representation(impression=29)))
    return folder


@pytest.mark.parametrize("to", FingerFormat)
def test_a_record_is_converted_to_every_format(tmp_path: Path, source: Path, to: str) -> None:
    code, told = _convert(tmp_path, source / "a.iso", "--to", to)
    assert (code, told["converted"], told["refused"]) == (0, 1, 0)
    (done,) = told["files"]
    assert (done["standard"], done["views"], done["minutiae"]) == ("ISO/IEC 19794-2:2005", 2, 6)
    lost = "11 bytes of extended data, such as ridge counts, are not carried over"
    assert done["warnings"] == [lost]
    (name,) = done["written"]
    assert name == ("a.an2" if to.startswith("ansi-nist") else "a.fmr")
    views = finger_record.decode_views((tmp_path / "out" / name).read_bytes())
    assert [view.position for view in views] == [7, 2]


def test_each_view_may_become_a_file(tmp_path: Path, source: Path) -> None:
    _, told = _convert(tmp_path, source / "a.iso", "--to", "iso19794-2-2005", "--split")
    assert told["files"][0]["written"] == ["a-1.fmr", "a-2.fmr"]
    second = finger_record.decode((tmp_path / "out" / "a-2.fmr").read_bytes())
    assert (second.position, second.warnings) == (2, ())


def test_a_file_that_cannot_be_written_is_told_and_harms_no_other(
    tmp_path: Path, source: Path
) -> None:
    code, told = _convert(tmp_path, source, "--to", "incits378-2004")
    assert (code, told["converted"], told["refused"]) == (4, 1, 1)
    refused = told["files"][1]
    assert (refused["source"], refused["reason"]) == ("b.fmr", "TEMPLATE_UNSUPPORTED")
    assert "impression 29 is outside 0..15" in refused["message"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.fmr"]


def test_an_impression_that_the_format_lacks_can_be_named(tmp_path: Path, source: Path) -> None:
    code, _ = _convert(tmp_path, source / "b.fmr", "--to", "incits378-2004", "--impression", 0)
    assert code == 0
    assert finger_record.decode((tmp_path / "out" / "b.fmr").read_bytes()).impression == 0


def test_a_file_that_is_there_is_replaced_on_demand_alone(tmp_path: Path, source: Path) -> None:
    words = (source / "a.iso", "--to", "iso19794-2-2011")
    assert _convert(tmp_path, *words)[0] == 0
    written = (tmp_path / "out" / "a.fmr").read_bytes()
    (tmp_path / "out" / "a.fmr").write_bytes(b"other")
    code, told = _convert(tmp_path, *words)
    assert (code, told["files"][0]["reason"]) == (4, "FILE")
    assert (tmp_path / "out" / "a.fmr").read_bytes() == b"other"
    assert _convert(tmp_path, *words, "--overwrite")[0] == 0
    assert (tmp_path / "out" / "a.fmr").read_bytes() == written


@pytest.mark.requirement("A1.2")
def test_a_transaction_becomes_minutiae_and_says_what_was_left_out(tmp_path: Path) -> None:
    named = (2, text_record(2, {2: "00", 18: "SECRET"}))
    path = tmp_path / "case.an2"
    path.write_bytes(nist_file(named, type9(STANDARD), type9(INCITS)))
    code, told = _convert(tmp_path, path, "--to", "iso19794-2-2011")
    assert code == 0
    assert "a Type-2 record was left out" in told["files"][0]["warnings"]
    written = (tmp_path / "out" / "case.fmr").read_bytes()
    assert b"SECRET" not in written
    assert [view.position for view in finger_record.decode_views(written)] == [2, 21]


def test_the_report_for_people_names_refusals_and_warnings(tmp_path: Path, source: Path) -> None:
    words = ["convert", str(source), "--to", "incits378-2004", "--out", str(tmp_path / "out")]
    told = CliRunner().invoke(app, words)
    text = " ".join(told.stdout.split())
    assert text.startswith("1 converted, 1 refused a.iso: 11 bytes of extended data")
    assert "b.fmr: TEMPLATE_UNSUPPORTED: impression 29" in text
