"""JSON for software on one stream, progress for people on the other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from appliance.cli.output import console, print_json, progress_bar, write_json

DOCUMENT = {"b": 1, "a": ["Прüm", None, 1.5, {"deep": True}]}


def test_json_is_one_document_with_its_keys_in_their_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    print_json(DOCUMENT)
    printed = capsys.readouterr().out
    assert json.loads(printed) == DOCUMENT
    assert list(json.loads(printed)) == ["b", "a"]
    assert "Прüm" in printed
    write_json(tmp_path / "figures.json", DOCUMENT)
    assert (tmp_path / "figures.json").read_text("utf-8") == printed


def test_progress_never_mixes_with_what_is_piped(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("loading", 3) as bar:
        bar.advance()
        bar.advance(2)
    with progress_bar("counting", None) as bar:
        bar.set(4, 5)
    told = capsys.readouterr()
    assert told.out == ""
    assert "loading" in told.err
    assert "3/3" in told.err
    assert "4/5" in told.err


def test_other_peoples_texts_are_never_taken_for_markup(capsys: pytest.CaptureFixture[str]) -> None:
    text = "[bold]OFFICER[/nothing] :warning:"
    console.print(text)
    assert capsys.readouterr().out == text + "\n"
