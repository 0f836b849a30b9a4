"""Files of prints are read before they are sent, so that only minutiae leave the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.cli import print_files
from appliance.codecs import finger_record
from appliance.domain.errors import TemplateMalformed, TemplateUnsupported
from tests.codecs.nist_files import STANDARD, nist_file, text_record, type9
from tests.codecs.records import incits, iso, view

NAMED = (2, text_record(2, {2: "00", 18: "SECRET"}))
PHOTOGRAPH = (10, text_record(10, {2: "00", 20: "SECRET"}))


def _file(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_binary_record_is_sent_as_it_is(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.fmr", incits())
    assert print_files.read(path).record == incits()
    assert not print_files.read(path).warnings


@pytest.mark.requirement("A1.2")
def test_of_a_transaction_the_minutiae_alone_are_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _file(tmp_path, "case.an2", nist_file(NAMED, PHOTOGRAPH, type9(STANDARD)))
    sent = print_files.records([path])
    assert list(sent) == ["case"]
    assert b"SECRET" not in sent["case"]
    assert len(finger_record.decode(sent["case"]).minutiae) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "case: a Type-2 record was left out" in told
    assert "SECRET" not in told


def test_what_was_tolerated_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _file(tmp_path, "two", iso(view(), view(number=1), stated_more=-1))
    print_files.records([path])
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["two: the header states 71 bytes, the record has 72"]


def test_a_named_file_may_be_called_anything_and_a_folder_is_sifted(tmp_path: Path) -> None:
    named = _file(tmp_path, "latent.dat", iso())
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("b.iso", "a.AN2", "c.png", "d.txt"):
        _file(folder, name, iso())
    assert [path.name for path in print_files.found([named, folder])] == [
        "latent.dat",
        "a.AN2",
        "b.iso",
    ]


def test_a_file_that_cannot_be_read_is_not_sent(tmp_path: Path) -> None:
    with pytest.raises(TemplateMalformed):
        print_files.records([_file(tmp_path, "a.iso", iso()[:-1])])
    with pytest.raises(TemplateUnsupported, match="no Type-9 record"):
        print_files.records([_file(tmp_path, "b.an2", nist_file(NAMED))])


def test_a_file_beyond_the_limit_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(print_files, "FILE_BYTES_MAX", 47)
    with pytest.raises(TemplateUnsupported, match="48 bytes is larger than 47"):
        print_files.read(_file(tmp_path, "a.iso", iso()))
