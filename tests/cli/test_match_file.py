"""A file of matches holds each once, can be gone on with, and is no programme of a spreadsheet."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from appliance.cli.match_file import COLUMNS, MatchFile
from appliance.v1 import answers_pb2, codes_pb2, dna_pb2
from appliance.v1 import mass_comparison_pb2 as pb


def match(cursor: int, reference_number: str = "S-1") -> pb.MassMatch:
    return pb.MassMatch(
        cursor=cursor,
        header=answers_pb2.AnswerHeader(answer_number=f"RS-2026-M000001-{cursor:08d}"),
        reference_number=reference_number,
        provenance=answers_pb2.Provenance(rule_profile="PCC-SEE/1"),
        match=dna_pb2.DnaMatch(
            reference_number="D-9",
            collection=codes_pb2.COLLECTION_DNA_REFERENCE,
            quality=1,
            loci=[
                dna_pb2.LocusView(
                    locus="TH01",
                    probe=["6", "9.3"],
                    candidate=["6", "9.3"],
                    relation=dna_pb2.LOCUS_RELATION_EQUAL,
                )
            ],
        ),
    )


def test_a_table_is_gone_on_with_behind_its_last_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "matches.csv"
    file = MatchFile(path)
    file.write(match(1))
    file.write(match(2))
    assert file.sync() == 2
    file.close()
    path.write_text(path.read_text() + "3,RS-2026-M0000")
    file = MatchFile(path)
    assert file.cursor == 2
    file.write(match(3))
    file.close()
    with path.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["cursor"] for row in rows] == ["1", "2", "3"]
    assert list(COLUMNS) == list(rows[0])
    assert rows[0]["rule_profile"] == "PCC-SEE/1"
    assert rows[0]["loci"] == "TH01 6,9.3|6,9.3 equal"


def test_json_lines_are_gone_on_with_too(tmp_path: Path) -> None:
    path = tmp_path / "matches.jsonl"
    for cursor in (1, 2):
        file = MatchFile(path)
        assert file.cursor == cursor - 1
        file.write(match(cursor))
        file.close()
    assert [json.loads(line)["cursor"] for line in path.read_text().splitlines()] == ["1", "2"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_taken_for_a_formula(tmp_path: Path, text: str) -> None:
    path = tmp_path / "matches.csv"
    file = MatchFile(path)
    file.write(match(1, text))
    file.close()
    with path.open(newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["reference_number"] == "'" + text.replace("\r", " ")


@pytest.mark.parametrize("name", ["other.csv", "other.jsonl"])
def test_a_file_of_something_else_is_left_as_it_is(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("id,TH01_1\nS-1,6\n")
    with pytest.raises(ValueError, match="not a file of matches"):
        MatchFile(path)
    assert path.read_text() == "id,TH01_1\nS-1,6\n"
