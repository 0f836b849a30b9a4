"""The record: one entry per act, chained, and no change to it goes unseen."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest

from appliance.audit import chain
from appliance.audit.record import ENTRIES_PER_PAGE_MAX, Record, RecordReport, verify_files
from appliance.domain.errors import ConfigurationInvalid, InvariantBroken, RecordUnavailable
from appliance.domain.record import Act
from appliance.keys.head_signer import HeadSigner
from appliance.store.database import Database, Transaction
from appliance.store.filesystem import RealFile, RealFileSystem
from tests.fixed_clock import FixedClock

_TRIGGERS = (
    "record_grows_at_its_end",
    "record_is_not_changed",
    "record_is_not_deleted",
    "record_head_is_not_changed",
    "record_head_is_not_deleted",
)


@dataclass
class Bench:
    """A record on a real database, and what is needed to open it again."""

    folder: Path
    signer: HeadSigner
    clock: FixedClock
    database: Database
    record: Record

    def close(self) -> None:
        self.record.close()
        self.database.close()

    def verify(self) -> RecordReport:
        return verify_files(
            self.folder / "appliance.db", self.folder / "heads.log", self.signer.public_bytes
        )


def _open(folder: Path, signer: HeadSigner) -> Bench:
    clock = FixedClock()
    database = Database(folder / "appliance.db", on_fatal=lambda _error: None)
    record = Record(database, signer, folder / "heads.log", clock)
    return Bench(folder, signer, clock, database, record)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = _open(tmp_path, HeadSigner.create(tmp_path / "head.key"))
    yield made
    made.close()


def _fill(bench: Bench, entries: int, *, head_every: int = 3) -> None:
    for number in range(1, entries + 1):
        bench.clock.advance(seconds=1)
        bench.record.write(Act.SEARCH_RECEIVED, "MK", {"request_number": f"{number}"})
        if number % head_every == 0:
            bench.record.sign_head()


def _tamper(bench: Bench, *statements: str) -> None:
    bench.close()
    connection = apsw.Connection(str(bench.folder / "appliance.db"))
    for trigger in _TRIGGERS:
        connection.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def _rechain(folder: Path) -> None:
    """Do what an intruder would: compute every digest anew after a change."""
    connection = apsw.Connection(str(folder / "appliance.db"))
    previous = chain.GENESIS
    for sequence, leaf in connection.execute("SELECT sequence, leaf FROM record").fetchall():
        previous = chain.digest(previous, str(leaf))
        connection.execute("UPDATE record SET digest = ? WHERE sequence = ?", (previous, sequence))
    connection.close()


def test_an_entry_reads_back_as_it_was_written(bench: Bench) -> None:
    sequence = bench.record.write(Act.SEARCH_ANSWERED, "MK", {"b": 'Љубав, "quote"', "a": ""})
    (entry,) = bench.record.entries(0, 10)
    assert (sequence, entry.sequence) == (1, 1)
    assert entry.recorded_at == bench.clock.now()
    assert entry.details == (("a", ""), ("b", 'Љубав, "quote"'))
    assert (entry.act, entry.party) == (Act.SEARCH_ANSWERED, "MK")


def test_the_chain_can_be_recomputed_from_its_description(bench: Bench) -> None:
    """The rule of ``chain``, written out with the standard library alone."""
    _fill(bench, 3)
    digest = hashlib.sha256(b"pruem-appliance record of supplies, version 1").digest()
    for entry in bench.record.entries(0, 10):
        time = entry.recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
        leaf = [entry.sequence, time, entry.act.value, entry.party, [*map(list, entry.details)]]
        text = json.dumps(leaf, ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(digest + text.encode()).digest()
        assert digest == entry.digest


def test_pages_follow_each_other_and_are_bounded(bench: Bench) -> None:
    _fill(bench, 7)
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
    _fill(bench, 3)
    with pytest.raises(InvariantBroken, match=r"record"):
        bench.database.write(lambda tx: tx.execute(statement)).result()
    assert bench.record.verify().intact


def test_an_untouched_record_verifies_offline_and_while_it_is_open(bench: Bench) -> None:
    _fill(bench, 10)
    expected = RecordReport(10, 6, True, 0, "")
    assert expected == bench.record.verify()
    assert expected == bench.verify()
    bench.close()
    # Closing signed the tenth entry too, in both places.
    assert RecordReport(10, 8, True, 0, "") == bench.verify()


_SWAP = (
    "UPDATE record SET sequence = 100 WHERE sequence = 4",
    "UPDATE record SET sequence = 4 WHERE sequence = 5",
    "UPDATE record SET sequence = 5 WHERE sequence = 100",
)
_INSERTED = (
    *(f"UPDATE record SET sequence = {n + 1} WHERE sequence = {n}" for n in range(10, 4, -1)),  # noqa: S608
    "INSERT INTO record SELECT 5, leaf, digest FROM record WHERE sequence = 1",
)


@pytest.mark.parametrize("covering", [False, True])
@pytest.mark.parametrize(
    ("statements", "broken_at", "broken_at_covered"),
    [
        (("UPDATE record SET leaf = replace(leaf, '\"5\"', '\"6\"') WHERE sequence = 5",), 5, 6),
        (("UPDATE record SET digest = zeroblob(32) WHERE sequence = 5",), 5, None),
        (("DELETE FROM record WHERE sequence = 5",), 5, 5),
        (("DELETE FROM record WHERE sequence = 1",), 1, 1),
        (("DELETE FROM record WHERE sequence > 8",), 9, 9),
        (("DELETE FROM record",), 1, 1),
        (_SWAP, 4, 4),
        (_INSERTED, 5, 5),
    ],
)
def test_every_change_is_found_where_it_begins(
    bench: Bench,
    statements: tuple[str, ...],
    broken_at: int,
    broken_at_covered: int | None,
    covering: bool,
) -> None:
    """``covering``: the intruder recomputed all digests, so that only signed heads can tell."""
    _fill(bench, 10)
    _tamper(bench, *statements)
    if covering:
        _rechain(bench.folder)
    report = bench.verify()
    expected = broken_at_covered if covering else broken_at
    assert (expected is None, expected or 0) == (report.intact, report.broken_at)


def test_a_cut_tail_is_found_by_the_log_alone(bench: Bench) -> None:
    _fill(bench, 10)
    _tamper(bench, "DELETE FROM record_head", "DELETE FROM record WHERE sequence > 7")
    report = bench.verify()
    assert (report.entries, report.intact, report.broken_at) == (7, False, 8)
    assert "9 entries" in report.reason


def test_a_cut_tail_is_found_by_the_database_alone(bench: Bench) -> None:
    _fill(bench, 10)
    _tamper(bench, "DELETE FROM record WHERE sequence > 9")
    (bench.folder / "heads.log").write_bytes(b"")
    report = bench.verify()
    assert (report.intact, report.broken_at) == (False, 10)


def _change_line(change: Callable[[dict[str, object]], None]) -> Callable[[bytes], bytes]:
    def changed(log: bytes) -> bytes:
        first, rest = log.split(b"\n", 1)
        fields = json.loads(first)
        change(fields)
        return json.dumps(fields, separators=(",", ":")).encode() + b"\n" + rest

    return changed


@pytest.mark.parametrize(
    "damage",
    [
        _change_line(lambda fields: fields.update(signature="00" * 64)),
        _change_line(lambda fields: fields.update(digest="00" * 32)),
        _change_line(lambda fields: fields.update(sequence=4)),
        _change_line(lambda fields: fields.update(store="00" * 16)),
        _change_line(lambda fields: fields.update(signed_at="2026-03-02T11:00:00.000000+00:00")),
        lambda log: b"nonsense\n" + log,
        lambda log: b"x" * 5000 + log,
        lambda log: b"\n".join(reversed(log.splitlines())) + b"\n",
    ],
)
def test_a_changed_head_is_found(bench: Bench, damage: Callable[[bytes], bytes]) -> None:
    _fill(bench, 10)
    bench.close()
    log = bench.folder / "heads.log"
    log.write_bytes(damage(log.read_bytes()))
    assert not bench.verify().intact


def test_heads_of_another_key_are_not_ours(bench: Bench, tmp_path: Path) -> None:
    _fill(bench, 3)
    other = HeadSigner.create(tmp_path / "other.key").public_bytes
    report = verify_files(bench.folder / "appliance.db", bench.folder / "heads.log", other)
    assert (report.intact, report.broken_at) == (False, 3)


def test_a_line_torn_by_a_crash_is_cut_off_and_the_log_goes_on(bench: Bench) -> None:
    _fill(bench, 3)
    bench.close()
    log = bench.folder / "heads.log"
    log.write_bytes(log.read_bytes() + b'{"store":"00')
    assert bench.verify().intact
    again = _open(bench.folder, bench.signer)
    _fill(again, 3)
    again.close()
    assert RecordReport(6, 4, True, 0, "") == again.verify()


def test_no_second_head_is_signed_over_the_same_entry(bench: Bench) -> None:
    bench.record.sign_head()
    assert bench.record.verify().heads == 0
    _fill(bench, 1, head_every=1)
    bench.record.sign_head()
    # One head, kept in two places.
    assert bench.record.verify().heads == 2


class _FullFile(RealFile):
    """A file on a full disk."""

    def append(self, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


class _FullFileSystem(RealFileSystem):
    def open(self, path: Path, *, create: bool = False) -> _FullFile:
        return _FullFile(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def test_a_failed_log_of_heads_is_not_tried_again(bench: Bench, tmp_path: Path) -> None:
    record = Record(
        bench.database, bench.signer, tmp_path / "x.log", bench.clock, filesystem=_FullFileSystem()
    )
    record.write(Act.SERVICE_STARTED, "RS", {})
    with pytest.raises(RecordUnavailable, match="No space"):
        record.sign_head()
    record.write(Act.SERVICE_STARTED, "RS", {})
    with pytest.raises(RecordUnavailable, match="failed earlier"):
        record.sign_head()


def test_heads_are_signed_at_the_interval(tmp_path: Path) -> None:
    made = _open(tmp_path, HeadSigner.create(tmp_path / "head.key"))
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
