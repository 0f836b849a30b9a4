"""Heads leave the machine: as new files only, whole, once, and later where they cannot now."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.audit.head_drop import HeadDrop
from appliance.domain.errors import RecordUnavailable
from appliance.telemetry.metrics import Metrics
from tests.audit.bench import Bench, fill, open_bench


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_every_head_is_carried_once_in_files_that_are_never_written_again(bench: Bench) -> None:
    share = bench.folder / "share"
    drop = HeadDrop(bench.database, share)
    fill(bench, 9)
    assert drop.carry() == 3
    (first,) = _files(share)
    before = first.read_bytes()
    assert (drop.carry(), _files(share)) == (0, [first])
    fill(bench, 3)
    assert HeadDrop(bench.database, share).carry() == 1
    bench.clock.advance(days=1)
    fill(bench, 3)
    drop.carry()
    assert first.read_bytes() == before
    assert [path.name for path in _files(share)] == [
        "heads-000000000001-000000000003.jsonl",
        "heads-000000000004-000000000004.jsonl",
        "heads-000000000005-000000000005.jsonl",
    ]
    assert [path.parent.name for path in _files(share)] == [
        "2026-03-02",
        "2026-03-02",
        "2026-03-03",
    ]
    carried = b"".join(path.read_bytes() for path in _files(share))
    assert carried == (bench.folder / "heads.log").read_bytes()


def test_a_share_that_is_away_keeps_nothing_back_for_ever(bench: Bench) -> None:
    share = bench.folder / "share"
    share.write_text("not a folder")
    metrics = Metrics()
    drop = HeadDrop(bench.database, share, metrics)
    fill(bench, 3)
    with pytest.raises(RecordUnavailable, match="share"):
        drop.carry()
    assert b"appliance_audit_exported_timestamp_seconds 1.0" in metrics.exposition()
    share.unlink()
    assert drop.carry() == 1
    assert b"appliance_audit_exported_timestamp_seconds 1.0\n" not in metrics.exposition()


def test_a_running_record_carries_its_heads_and_a_stopped_one_the_last(bench: Bench) -> None:
    bench.close()
    share = bench.folder / "share"
    again = open_bench(bench.folder, bench.signer, bench.clock, heads_export=share)
    again.record.start(lambda: None)
    fill(again, 4)
    again.close()
    carried = b"".join(path.read_bytes() for path in _files(share))
    assert carried == (bench.folder / "heads.log").read_bytes()
    assert carried.count(b"\n") == 2
