"""A record for measurements: written in bulk like one that was appended, kept, and used again."""

from __future__ import annotations

import json
from operator import methodcaller
from pathlib import Path

import pytest

from appliance.audit.record import verify_files
from appliance.cli import bench_record
from appliance.cli.bench_record import _Bench
from appliance.cli.exit_codes import ExitCode
from appliance.domain.codes import Collection
from tests.cli.command import appliance

LEAVES = 700


def _rows(bench: _Bench) -> dict[str, list[tuple[object, ...]]]:
    """What two records of the same entries have in common: all but salts, keys and signatures."""
    wanted = {
        "record": "SELECT sequence, length(leaf_hash) FROM record",
        "record_payload": "SELECT sequence, length(sealed) FROM record_payload",
        "record_node": "SELECT level, number, length(hash) FROM record_node",
        "record_subject": "SELECT sequence, length(tag) FROM record_subject ORDER BY sequence",
        "record_head": "SELECT number, size FROM record_head",
    }
    return {
        name: bench._database.read(methodcaller("execute", sql)) for name, sql in wanted.items()
    }


def test_a_record_written_in_bulk_is_as_one_that_was_appended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_record, "LEAVES_PER_DAY", 400)
    monkeypatch.setattr(bench_record, "BULK_LEAVES_PER_COMMIT", 200)
    monkeypatch.setattr(bench_record, "LEAVES_PER_COMMIT", 100)
    for name in ("appended", "bulk"):
        (tmp_path / name).mkdir()
    appended = _Bench(tmp_path / "appended", new=True)
    appended.append(LEAVES)
    bulk = _Bench(tmp_path / "bulk", new=True)
    bulk.append(100)
    bulk.add_in_bulk(LEAVES - 100)
    heads = [(1, 100), (2, 256), (3, 512), (4, 700)]
    assert _rows(bulk) == _rows(appended) | {"record_head": heads}
    report = verify_files(bulk._files, bulk._public_bytes)
    assert (report.intact, report.opened, report.heads) == (True, LEAVES, 4)
    for sequence in (1, 256, 257, LEAVES):
        bulk._record.inclusion(sequence).verify(bulk._public_bytes)
    about = bulk._record.about(Collection.TP, "BENCH-500")
    assert [entry.sequence for entry in about] == [500]
    assert about[0].details == appended._record.about(Collection.TP, "BENCH-500")[0].details
    assert bulk._files.heads.read_text().count("\n") == 4
    bulk.close()
    appended.close()


def test_a_record_that_is_kept_is_measured_again_and_loses_a_day_each_time(tmp_path: Path) -> None:
    folder, figures = tmp_path / "kept", tmp_path / "figures.json"
    made = appliance("bench", "record", "--leaves", 1_000, "--keep", folder, "--json", figures)
    assert made.returncode == ExitCode.DONE, made.stderr
    first = json.loads(figures.read_text())
    assert first == json.loads(made.stdout)
    assert (first["appended"], first["leaves"], first["opened"]) == (1_000, 1_000, 1_000)
    assert (first["expired_leaves"], "written_in_bulk" in first) == (1_000, False)
    again = appliance("bench", "record", "--use", folder)
    assert again.returncode == ExitCode.DONE, again.stderr
    second = json.loads(again.stdout)
    assert second["leaves"] > 1_000
    assert second["opened"] == second["leaves"] - 1_000
    assert second["expired_leaves"] == second["opened"]
    for name in ("proof_ms", "proof_ms_p99", "verified_leaves_per_s", "expired_in_s"):
        assert second[name] > 0


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--keep", "kept"), ExitCode.UNUSABLE_INPUT, "holds already a record"),
        (("--use", "empty"), ExitCode.UNUSABLE_INPUT, "holds no record of this command"),
        (("--use", "kept", "--keep", "empty"), ExitCode.USAGE, "one of --folder"),
    ],
)
def test_a_folder_that_is_not_as_it_must_be_is_refused(
    tmp_path: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    for name in ("kept", "empty"):
        (tmp_path / name).mkdir()
    _Bench(tmp_path / "kept", new=True).close()
    named = [each if each.startswith("--") else tmp_path / each for each in arguments]
    told = appliance("bench", "record", "--leaves", 1_000, *named)
    assert told.returncode == status
    assert said in told.stderr
