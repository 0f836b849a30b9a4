"""An exported record is checked without its appliance, by two programs that share no line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.audit import export
from appliance.audit.record import RecordReport
from appliance.domain.codes import Collection
from appliance.domain.errors import ConfigurationInvalid
from appliance.domain.record import Act
from appliance.store import setting_table
from tests.audit.bench import Bench, fill
from tests.oracles import record_oracle

pytestmark = pytest.mark.requirement("A17.3", "A17.5")


@dataclass
class Exported:
    """The three files that leave the appliance."""

    lines: list[bytes]
    heads: list[bytes]
    public: bytes
    folder: Path

    def check(self) -> RecordReport:
        """Write the files and have them checked by the appliance's own program."""
        export_path, heads_path = self.folder / "export.jsonl", self.folder / "heads.jsonl"
        export_path.write_bytes(b"".join(self.lines))
        heads_path.write_bytes(b"".join(self.heads))
        return export.verify_export(export_path, heads_path, self.public)

    def oracle(self) -> int:
        """Return what the second program says."""
        return record_oracle.first_in_doubt(b"".join(self.lines), b"".join(self.heads), self.public)


@pytest.fixture
def exported(bench: Bench) -> Exported:
    """A record of 20 entries, the first ten of which are expired and one of which is withheld."""
    fill(bench, 9, head_every=3)
    bench.record.write(Act.SEARCH_ANSWERED, "MK", {"a": "é"}, [(Collection.TP, "Ж-1")])
    bench.clock.time = datetime(2028, 3, 3, 0, 0, 1, tzinfo=UTC)
    bench.record.expire()
    fill(bench, 8, head_every=4)
    bench.record.write(Act.SEARCH_ANSWERED, "MK", {"a": "é"}, [(Collection.TP, "Ж-1")])
    bench.record.sign_head()
    store = bench.database.read(setting_table.store_id)
    leaves = bench.record.leaves(0, 1000)
    lines = [export.line(leaf, withheld=leaf.sequence == 12) for leaf in leaves]
    heads = (bench.folder / "heads.log").read_bytes().splitlines(keepends=True)
    folder = bench.folder / "elsewhere"
    folder.mkdir()
    return Exported([export.header(store), *lines], heads, bench.signer.public_bytes, folder)


def test_a_sound_export_is_intact_to_both(exported: Exported) -> None:
    assert RecordReport(entries=20, heads=7, opened=9, signed=20) == exported.check()
    assert exported.oracle() == 0


def _changed(at: int, **changes: object) -> Callable[[Exported], None]:
    def change(exported: Exported) -> None:
        said = json.loads(exported.lines[at])
        exported.lines[at] = json.dumps(said | changes, ensure_ascii=False).encode() + b"\n"

    return change


def _swap(lines: list[bytes], at: int) -> None:
    lines[at], lines[at + 1] = lines[at + 1], lines[at]


def _head(at: int, **changes: object) -> Callable[[Exported], None]:
    def change(exported: Exported) -> None:
        said = json.loads(exported.heads[at]) | changes
        exported.heads[at] = json.dumps(said, separators=(",", ":")).encode() + b"\n"

    return change


@pytest.mark.parametrize(
    ("change", "broken_at"),
    [
        (_changed(15, leaf="[15]"), 15),
        (_changed(15, salt="00" * 16), 15),
        (_changed(15, leaf_hash="00" * 32), 15),
        (_changed(3, leaf_hash="00" * 32), 1),
        (_changed(5, leaf_hash="00" * 32), 4),
        (_changed(15, leaf_hash="00"), 15),
        (_changed(15, sequence=16), 15),
        (_changed(12, content=""), 12),
        (lambda exported: exported.lines.pop(15), 15),
        (lambda exported: exported.lines.pop(), 20),
        (lambda exported: exported.lines.insert(15, exported.lines[14]), 15),
        (lambda exported: _swap(exported.lines, 15), 15),
        (lambda exported: exported.lines.__setitem__(15, b"nonsense\n"), 15),
        (lambda exported: exported.lines.__setitem__(15, b"\n"), 15),
        (_head(1, root="00" * 32), 6),
        (_head(1, signature="00" * 64), 6),
        (_head(1, store="00" * 16), 6),
        (lambda exported: exported.heads.pop(1), 3),
        (lambda exported: _swap(exported.heads, 1), 3),
        (lambda exported: exported.heads.insert(1, exported.heads[0]), 3),
    ],
)
def test_every_change_of_an_export_is_found_at_one_place_by_both(
    exported: Exported, change: Callable[[Exported], object], broken_at: int
) -> None:
    change(exported)
    report = exported.check()
    assert (False, broken_at) == (report.intact, report.broken_at)
    assert exported.oracle() == broken_at


def test_a_head_that_cannot_be_read_leaves_in_doubt_what_it_stands_over(
    exported: Exported,
) -> None:
    exported.heads[1] = b"nonsense\n"
    report = exported.check()
    assert (report.intact, report.broken_at) == (False, 4)


def test_an_export_cut_behind_its_last_head_is_known_to_be_unsigned(exported: Exported) -> None:
    exported.heads.pop()
    report = exported.check()
    assert (report.entries, report.signed, report.intact) == (20, 19, True)


def test_content_that_is_called_expired_before_its_time_is_found(exported: Exported) -> None:
    said = json.loads(exported.lines[17])
    said = {"sequence": 17, "leaf_hash": said["leaf_hash"], "content": "expired"}
    exported.lines[17] = json.dumps(said).encode() + b"\n"
    report = exported.check()
    assert (report.intact, report.broken_at) == (False, 17)


@pytest.mark.parametrize("first", [b"", b"{}\n", b'{"format":"x","store":""}\n', b"\xff\n"])
def test_a_file_that_is_no_export_is_refused(exported: Exported, first: bytes) -> None:
    exported.lines[0] = first
    with pytest.raises(ConfigurationInvalid, match="no export"):
        exported.check()
    exported.folder.joinpath("export.jsonl").unlink()
    with pytest.raises(ConfigurationInvalid, match="No such file"):
        export.verify_export(exported.folder / "export.jsonl", exported.folder / "heads.jsonl", b"")
