"""The log of heads: whole lines, durable, on a disk that fills up, tears and fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from appliance.audit.record import Record, RecordReport
from appliance.domain.errors import RecordUnavailable
from appliance.domain.record import Act
from appliance.keys.day_key import DayVault
from appliance.keys.head_signer import HeadSigner
from appliance.store.filesystem import RealFile, RealFileSystem
from tests.audit.bench import Bench, fill, open_bench
from tests.store.simulated_disk import SimulatedDisk, SimulatedFile, SimulatedFileSystem


def test_a_line_torn_by_a_crash_is_cut_off_and_the_log_goes_on(bench: Bench) -> None:
    fill(bench, 3)
    bench.close()
    log = bench.folder / "heads.log"
    log.write_bytes(log.read_bytes() + b'{"store":"00')
    assert bench.verify().intact
    again = open_bench(bench.folder, bench.signer)
    fill(again, 3)
    again.close()
    assert RecordReport(6, 2, 6, 6) == again.verify()


class _TearingFile(SimulatedFile):
    """Leaves half of what a full disk refuses, as a real one may."""

    def append(self, data: bytes) -> int:
        if self._disk.full:
            RealFile.write_at(self, self.size(), data[: len(data) // 2])
        return super().append(data)


class _TearingFileSystem(SimulatedFileSystem):
    def open(self, path: Path, *, create: bool = False) -> _TearingFile:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        return _TearingFile(descriptor, path, self._disk)


def _record_on(disk: SimulatedDisk, bench: Bench, told: list[BaseException]) -> Record:
    files = _TearingFileSystem(disk)
    log = bench.folder / "heads.log"
    clock, signer = bench.clock, bench.signer
    vault = DayVault(bench.vault_path, bench.master, RealFileSystem())
    return Record(bench.database, signer, vault, log, clock, filesystem=files, on_fatal=told.append)


def test_a_log_of_heads_on_a_full_disk_goes_on_once_there_is_room(bench: Bench) -> None:
    disk, told = SimulatedDisk(), []
    record = _record_on(disk, bench, told)
    log = bench.folder / "heads.log"
    record.write(Act.SERVICE_STARTED, "RS", {})
    disk.full = True
    for _ in range(2):
        with pytest.raises(RecordUnavailable, match="no space"):
            record.sign_head()
    assert log.read_bytes() == b""
    disk.full = False
    # The head that the database holds already reaches the log without a newer entry.
    record.sign_head()
    record.sign_head()
    assert log.read_bytes().count(b"\n") == 1
    assert told == []
    assert record.verify().intact
    record.close()


def test_a_failed_sync_of_the_log_of_heads_ends_the_service(bench: Bench) -> None:
    disk, told = SimulatedDisk(), []
    record = _record_on(disk, bench, told)
    record.write(Act.SERVICE_STARTED, "RS", {})
    disk.sync_fails = True
    with pytest.raises(RecordUnavailable):
        record.sign_head()
    assert len(told) == 1
    disk.sync_fails = False
    with pytest.raises(RecordUnavailable, match="failed earlier"):
        record.sign_head()


def test_heads_are_signed_at_the_interval(tmp_path: Path) -> None:
    made = open_bench(tmp_path, HeadSigner.create(tmp_path / "head.key"))
    vault = DayVault(made.vault_path, made.master, RealFileSystem())
    log = tmp_path / "timed.log"
    record = Record(made.database, made.signer, vault, log, made.clock, interval_s=0.01)
    record.start(lambda: None)
    record.write(Act.SERVICE_STARTED, "RS", {})
    for _ in range(500):
        if log.stat().st_size:
            break
        record._stop.wait(0.01)
    assert log.stat().st_size > 0
    record.close()
    made.close()
