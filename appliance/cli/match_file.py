"""Matches of a mass comparison in a file: CSV for spreadsheets or JSON lines, as they come."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import IO, Any, Protocol

from google.protobuf.json_format import MessageToDict

from appliance.v1 import mass_comparison_pb2 as pb
from appliance.v1.codes_pb2 import Collection
from appliance.v1.dna_pb2 import LocusRelation

COLUMNS = (
    "cursor",
    "answer_number",
    "answered_at",
    "reference_number",
    "requested_party",
    "collection",
    "matching_reference_number",
    "rank",
    "quality",
    "compared_loci",
    "full_loci",
    "matching_loci",
    "mismatching_alleles",
    "flagged",
    "expected_by_chance",
    "rule_profile",
    "warnings",
    "loci",
)
_FORMULA_SIGNS = ("=", "+", "-", "@")


class MatchWriter(Protocol):
    """Takes match after match."""

    def write(self, match: pb.MassMatch) -> None:
        """Write one match."""


class MatchCsv:
    """A row a match; no cell of it is taken for a formula by a spreadsheet. One thread."""

    def __init__(self, stream: IO[str], *, header: bool) -> None:
        self._rows = csv.writer(stream, lineterminator="\n")
        if header:
            self._rows.writerow(COLUMNS)

    def write(self, match: pb.MassMatch) -> None:
        """Write one row."""
        self._rows.writerow([harmless(cell) for cell in _cells(match)])


class MatchLines:
    """A JSON document a line, the match as the contract has it. One thread."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, match: pb.MassMatch) -> None:
        """Write one line."""
        document = MessageToDict(match, preserving_proto_field_name=True)
        self._stream.write(json.dumps(document, ensure_ascii=False) + "\n")


class MatchFile:
    """A file that a comparison can be resumed into. One thread; close it.

    ``.csv`` gives a table, every other name JSON lines. ``cursor`` is that of the last match in
    it; a line torn by an end of the process is cut off. Raises ValueError for another file's
    content.
    """

    def __init__(self, path: Path) -> None:
        self.cursor, kept_bytes = _whole_lines(path)
        self._stream = path.open("a", encoding="utf-8", newline="")
        self._stream.truncate(kept_bytes)
        is_csv = path.suffix.lower() == ".csv"
        self._writer: MatchWriter = (
            MatchCsv(self._stream, header=not kept_bytes) if is_csv else MatchLines(self._stream)
        )

    def write(self, match: pb.MassMatch) -> None:
        """Write one match."""
        self._writer.write(match)
        self.cursor = match.cursor

    def sync(self) -> int:
        """Make what was written durable; return the cursor of the last match."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        return self.cursor

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def harmless(cell: str) -> str:
    """Return a cell of one line that spreadsheets show as text: an apostrophe before a formula."""
    line = " ".join(cell.splitlines())
    return f"'{line}" if line.lstrip().startswith(_FORMULA_SIGNS) else line


def _whole_lines(path: Path) -> tuple[int, int]:
    """Return the last cursor in a file and the bytes up to the end of its last whole line."""
    if not path.exists():
        return 0, 0
    cursor = kept = 0
    with path.open("rb") as stream:
        for number, line in enumerate(stream):
            if not line.endswith(b"\n"):
                break
            kept += len(line)
            if path.suffix.lower() != ".csv" or number:
                cursor = _cursor(path, line)
    return cursor, kept


def _cursor(path: Path, line: bytes) -> int:
    try:
        if path.suffix.lower() == ".csv":
            return int(line.split(b",", 1)[0])
        return int(json.loads(line)["cursor"])
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path}: not a file of matches; name another with --out") from None


def _cells(match: pb.MassMatch) -> list[str]:
    found = match.match
    values: list[Any] = [
        match.cursor,
        match.header.answer_number,
        match.header.answered_at.ToJsonString(),
        match.reference_number,
        match.header.requested_party,
        Collection.Name(found.collection).removeprefix("COLLECTION_"),
        found.reference_number,
        found.rank,
        found.quality,
        found.compared_loci,
        found.full_loci,
        found.matching_loci,
        found.mismatching_alleles,
        "yes" if found.flagged else "no",
        f"{found.worth.expected_adventitious:.3g}" if found.HasField("worth") else "",
        match.provenance.rule_profile,
        "; ".join(found.warnings),
        "; ".join(
            f"{view.locus} {','.join(view.probe)}|{','.join(view.candidate)}"
            f" {LocusRelation.Name(view.relation).removeprefix('LOCUS_RELATION_').lower()}"
            for view in found.loci
        ),
    ]
    return [str(value) for value in values]
