"""The record: one entry per act, chained, and no change to it goes unseen."""

from __future__ import annotations

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from appliance.audit import chain
from appliance.audit.record import ENTRIES_PER_PAGE_MAX, Record, RecordReport, verify_files
from appliance.domain.errors import ConfigurationInvalid, InvariantBroken, RecordUnavailable
from appliance.domain.record import Act
from appliance.keys.head_signer import HeadSigner
from appliance.store.database import Transaction
from appliance.store.filesystem import RealFile
from tests.audit.bench import Bench, fill, open_bench
from tests.store.simulated_disk import SimulatedDisk, SimulatedFile, SimulatedFileSystem


def test_an_entry_reads_back_as_it_was_written(bench: Bench) -> None:
    sequence = bench.record.write(Act.SEARCH_ANSWERED, "MK", {"b": 'Љубав, "quote"', "a": ""})
    (entry,) = bench.record.entries(0, 10)
    assert (sequence, entry.sequence) == (1, 1)
    assert entry.recorded_at == bench.clock.now()
    assert entry.details == (("a", ""), ("b", 'Љубав, "quote"'))
    assert (entry.act, entry.party) == (Act.SEARCH_ANSWERED, "MK")


def test_the_chain_can_be_recomputed_from_its_description(bench: Bench) -> None:
    """The rule of ``chain``, written out with the standard library alone."""
    fill(bench, 3)
    digest = hashlib.sha256(b"pruem-appliance record of supplies, version 1").digest()
    for entry in bench.record.entries(0, 10):
        time = entry.recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
        leaf = [entry.sequence, time, entry.act.value, entry.party, [*map(list, entry.details)]]
        text = json.dumps(leaf, ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(digest + text.encode()).digest()
        assert digest == entry.digest


def test_pages_follow_each_other_and_are_bounded(bench: Bench) -> None:
    fill(bench, 7)
    pages = [[entry.sequence for entry in bench.record.entries(after, 3)] for after in (0, 3, 6, 7)]
    assert pages == [[1, 2, 3], [4, 5, 6], [7], []]
    assert len(bench.record.entries(0, 10 * ENTRIES_PER_PAGE_MAX)) == 7
    assert bench.record.entries(0, -1) == []


def test_an_act_that_fails_leaves_no_entry(bench: Bench) -> None:
    def work(tx: Transaction) -> None:
        bench.record.append(tx, Act.REFERENCE_LOADED, "RS", {})
        raise InvariantBroken("the act failed")

    bench.record.write(Act.SERVICE_STARTED, "RS", {})
    with pytest.raises(InvariantBroken):
        bench.database.write(work).result()
    assert bench.record.write(Act.SERVICE_STARTED, "RS", {}) == 2
    assert bench.record.verify().intact


def test_entries_of_many_threads_form_one_chain(bench: Bench) -> None:
    def write(number: int) -> int:
        return bench.record.write(Act.SEARCH_REFUSED, "MK", {"n": str(number)})

    with ThreadPoolExecutor(16) as pool:
        sequences = list(pool.map(write, range(200)))
    assert list(range(1, 201)) == sorted(sequences)
    bench.record.sign_head()
    assert RecordReport(200, 2, True, 0, "") == bench.record.verify()


def test_an_entry_too_large_is_refused(bench: Bench) -> None:
    bench.record.write(Act.SEARCH_REFUSED, "MK", {"n": "x" * chain.DETAIL_CHARS_MAX})
    for details in ({"n": "x" * (chain.DETAIL_CHARS_MAX + 1)}, {str(n): "" for n in range(33)}):
        with pytest.raises(InvariantBroken):
            bench.record.write(Act.SEARCH_REFUSED, "MK", details)
    assert bench.record.verify().entries == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record SET leaf = '[]'",
        "DELETE FROM record",
        "INSERT OR REPLACE INTO record SELECT * FROM record WHERE sequence = 1",
        "INSERT INTO record SELECT 9, leaf, digest FROM record WHERE sequence = 1",
        "UPDATE record_head SET line = ''",
        "DELETE FROM record_head",
        "INSERT OR REPLACE INTO record_head SELECT * FROM record_head",
    ],
)
def test_the_database_itself_refuses_changes_of_the_record(bench: Bench, statement: str) -> None:
    fill(bench, 3)
    with pytest.raises(InvariantBroken, match=r"record"):
        bench.database.write(lambda tx: tx.execute(statement)).result()
    assert bench.record.verify().intact


def test_an_untouched_record_verifies_offline_and_while_it_isopen_bench(bench: Bench) -> None:
    fill(bench, 10)
    expected = RecordReport(10, 6, True, 0, "")
    assert expected == bench.record.verify()
    assert expected == bench.verify()
    bench.close()
    # Closing signed the tenth entry too, in both places.
    assert RecordReport(10, 8, True, 0, "") == bench.verify()


def test_a_line_torn_by_a_crash_is_cut_off_and_the_log_goes_on(bench: Bench) -> None:
    fill(bench, 3)
    bench.close()
    log = bench.folder / "heads.log"
    log.write_bytes(log.read_bytes() + b'{"store":"00')
    assert bench.verify().intact
    again = open_bench(bench.folder, bench.signer)
    fill(again, 3)
    again.close()
    assert RecordReport(6, 4, True, 0, "") == again.verify()


def test_no_second_head_is_signed_over_the_same_entry(bench: Bench) -> None:
    bench.record.sign_head()
    assert bench.record.verify().heads == 0
    fill(bench, 1, head_every=1)
    bench.record.sign_head()
    # One head, kept in two places.
    assert bench.record.verify().heads == 2


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
    return Record(bench.database, signer, log, clock, filesystem=files, on_fatal=told.append)


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
    record = Record(made.database, made.signer, tmp_path / "timed.log", made.clock, interval_s=0.01)
    record.start()
    record.write(Act.SERVICE_STARTED, "RS", {})
    log = tmp_path / "timed.log"
    for _ in range(500):
        if log.stat().st_size:
            break
        record._stop.wait(0.01)
    assert log.stat().st_size > 0
    record.close()
    made.close()


def test_a_missing_database_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid, match="no database"):
        verify_files(tmp_path / "appliance.db", tmp_path / "heads.log", b"")
