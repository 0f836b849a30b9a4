"""Art. 17(4): kept for two years, then deleted; the tree stays and is verified as before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from appliance.audit import record as record_module
from appliance.audit import retention
from appliance.audit.days import Days
from appliance.audit.leaf_range import Checked, LeafRange
from appliance.audit.period import day_is_over, years_after
from appliance.audit.record import Record, RecordReport
from appliance.audit.stored import Stored
from appliance.domain.codes import Collection
from appliance.domain.errors import RecordUnavailable
from appliance.domain.record import Act
from appliance.exchange.clock_guard import ClockGuard
from appliance.keys.day_key import DayKey, DayVault
from appliance.keys.head_signer import HeadSigner
from appliance.keys.key_vault import SLOT_BYTES, KeyDestroyed
from appliance.store import record_day_table, record_table
from appliance.store.filesystem import RealFileSystem
from appliance.store.record_day_table import RecordDay
from tests.audit.bench import Bench, fill, open_bench
from tests.exchange.world import ADMINISTRATOR, until
from tests.fixed_clock import SettableClock

TP = Collection.TP
_WRITTEN = [(TP, "RS-1")]


def _numbers(bench: Bench) -> list[int]:
    return [entry.sequence for entry in bench.record.entries(0, 1000)]


def _numbers_kept(bench: Bench) -> list[int]:
    """Also those of entries that are over and not shown any more."""
    rows = bench.database.read(lambda tx: record_table.sealed_between(tx, 1, 1000))
    return [sequence for sequence, _ in rows]


@pytest.mark.requirement("A17.6")
@pytest.mark.parametrize("noon", [True, False])
def test_an_entry_is_there_to_the_last_second_of_two_years_and_then_gone(
    bench: Bench, noon: bool
) -> None:
    bench.clock.time = datetime(2026, 3, 2, 12 if noon else 23, 0 if noon else 59, 59, tzinfo=UTC)
    bench.record.write(Act.SEARCH_ANSWERED, "MK", {}, _WRITTEN)
    bench.clock.time = datetime(2028, 3, 2, 12 if noon else 23, 0 if noon else 59, 58, tzinfo=UTC)
    assert bench.record.expire() == 0
    assert _numbers(bench) == [1]
    assert [entry.sequence for entry in bench.record.about(TP, "RS-1")] == [1]
    bench.clock.advance(seconds=2)
    bench.record.expire()
    assert 1 not in _numbers(bench)
    assert bench.record.about(TP, "RS-1") == []
    assert bench.record.verify().intact


@pytest.mark.requirement("A17.6")
def test_a_day_that_is_over_leaves_no_byte_that_opens(bench: Bench) -> None:
    for _ in range(3):
        bench.record.write(Act.SEARCH_ANSWERED, "MK", {}, _WRITTEN)
        fill(bench, 3)
        bench.clock.advance(days=1)
    run, key = bench.day_of(1)
    slots = bench.vault_path.read_bytes()
    rows = bench.database.read(lambda tx: tx.execute("SELECT sealed FROM record_payload LIMIT 4"))
    bench.clock.time = datetime(2028, 3, 3, 0, 0, 1, tzinfo=UTC)
    assert bench.record.expire() == 4
    assert bench.record.expire() == 0
    kept = bench.vault_path.read_bytes()
    assert any(slots[SLOT_BYTES : 2 * SLOT_BYTES])
    assert not any(kept[SLOT_BYTES : 2 * SLOT_BYTES])
    assert slots[2 * SLOT_BYTES : 4 * SLOT_BYTES] == kept[2 * SLOT_BYTES : 4 * SLOT_BYTES]
    held = "SELECT (SELECT count(*) FROM record_payload WHERE sequence <= 4),"
    held += " (SELECT count(*) FROM record_subject WHERE first_sequence = 1)"
    assert bench.database.read(lambda tx: tx.execute(held)) == [(0, 0)]
    # Whoever kept a copy of the rows and of the slot file of today opens nothing with them.
    vault = DayVault(bench.vault_path, bench.master, RealFileSystem())
    assert run.slot is not None
    assert run.sealed is not None
    with pytest.raises(KeyDestroyed):
        vault.open(run.slot, run.sealed, f"record of {run.day}".encode())
    bench.close()
    for path in bench.folder.iterdir():
        if path.name.startswith("appliance.db"):
            assert not any(bytes(sealed) in path.read_bytes() for (sealed,) in rows)
    assert key is not None


@pytest.mark.requirement("A17.6")
def test_the_tree_is_verified_and_goes_on_after_a_day_is_gone(bench: Bench) -> None:
    for _ in range(3):
        fill(bench, 10)
        bench.clock.advance(days=1)
    bench.clock.time = datetime(2028, 3, 4, 0, 0, 1, tzinfo=UTC)
    assert bench.record.expire() == 20
    (*_, first, second) = bench.record.entries(20, 1000)
    assert first.act is second.act is Act.RECORD_EXPIRED
    assert dict(first.details) == {"day": "2026-03-02", "entries": "1-10"}
    bench.record.sign_head()
    proof = bench.record.inclusion(3)
    proof.verify(bench.signer.public_bytes)
    bench.close()
    assert RecordReport(entries=32, heads=11, opened=12, signed=32) == bench.verify()


def test_years_are_those_of_the_profile(tmp_path: Path, bench: Bench) -> None:
    bench.close()
    again = open_bench(tmp_path, bench.signer, bench.clock, years=3)
    fill(again, 2)
    again.clock.time = datetime(2028, 6, 1, tzinfo=UTC)
    assert again.record.expire() == 0
    assert _numbers(again) == [1, 2]
    again.clock.time = datetime(2029, 3, 3, tzinfo=UTC)
    assert again.record.expire() == 2
    again.close()


def test_content_deleted_before_its_time_is_found(bench: Bench) -> None:
    """An intruder who knows how the service deletes cannot pretend that it was time."""
    fill(bench, 10)
    bench.clock.advance(days=1)
    fill(bench, 10)
    run, _ = bench.day_of(1)
    expired_at = int(datetime(2028, 4, 1, tzinfo=UTC).timestamp() * 1_000_000)
    bench.database.write(
        lambda tx: tx.execute(
            "UPDATE record_day SET expired_at = ? WHERE first_sequence = 1", (expired_at,)
        )
    ).result()
    bench.database.write(lambda tx: tx.execute("DELETE FROM record_payload WHERE sequence < 11"))
    report = bench.record.verify()
    assert (report.intact, report.broken_at) == (False, 4)
    assert "before its time" in report.reason
    assert run.first_sequence == 1


@pytest.mark.parametrize("works", range(6))
def test_a_crash_at_any_point_of_the_deletion_is_made_good(
    bench: Bench, works: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "ROWS_PER_WORK", 4)
    bench.record.write(Act.SEARCH_ANSWERED, "MK", {}, _WRITTEN)
    fill(bench, 9)
    bench.clock.time = datetime(2028, 3, 3, 0, 0, 1, tzinfo=UTC)
    bench.record.write(Act.SERVICE_STARTED, "RS", {})
    real, left = bench.database.write, [works]

    def failing(work):  # type: ignore[no-untyped-def]
        left[0] -= 1
        if left[0] < 0:
            raise RecordUnavailable("the disk is gone")
        return real(work)

    monkeypatch.setattr(bench.database, "write", failing)
    with pytest.raises(RecordUnavailable):
        bench.record.expire()
    monkeypatch.setattr(bench.database, "write", real)
    assert bench.record.verify().intact
    # The freed slot may belong to another day by then, whose key must not be harmed.
    bench.clock.advance(days=1)
    bench.record.write(Act.SERVICE_STARTED, "RS", {})
    bench.record.expire()
    bench.record.expire()
    runs = bench.database.read(record_day_table.everyone)
    assert [run.slot is None for run in runs] == [True, False, False]
    assert [entry.act for entry in bench.record.entries(0, 100)].count(Act.RECORD_EXPIRED) == 1
    assert bench.record.verify().intact
    # From the files, with no key kept in memory.
    assert bench.verify().intact


def test_years_are_counted_by_the_calendar() -> None:
    leap = datetime(2028, 2, 29, 8, tzinfo=UTC)
    assert datetime(2030, 3, 1, 8, tzinfo=UTC) == years_after(leap, 2)
    assert datetime(2032, 2, 29, 8, tzinfo=UTC) == years_after(leap, 4)
    ends_at = datetime(2028, 3, 3, tzinfo=UTC)
    assert day_is_over(date(2026, 3, 2), 2, ends_at)
    assert not day_is_over(date(2026, 3, 2), 2, ends_at - timedelta(microseconds=1))


def test_the_service_deletes_by_itself(tmp_path: Path, bench: Bench) -> None:
    fill(bench, 3)
    bench.close()
    bench.clock.time = datetime(2028, 3, 3, tzinfo=UTC)
    again = open_bench(tmp_path, bench.signer, bench.clock)
    again.record.start(lambda: None)
    for _ in range(500):
        if again.database.read(record_day_table.with_key)[0].first_sequence > 1:
            break
        again.record._stop.wait(0.01)
    again.close()
    assert isinstance(again.record, Record)
    assert again.verify().intact


@pytest.mark.requirement("A17.6")
def test_a_clock_that_was_set_forward_deletes_nothing_until_somebody_vouches_for_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_module, "EXPIRY_INTERVAL_S", 0.001)
    clock = SettableClock(bench.clock.now())
    guard = ClockGuard(bench.database, bench.record, clock, skew_max_s=5)
    fill(bench, 3)
    looks = 0

    def check() -> None:
        nonlocal looks
        clock.time = bench.clock.now()
        looks += 1
        guard.check()

    bench.clock.advance(days=800)
    bench.record.start(check)
    until(lambda: looks > 3)
    assert _numbers_kept(bench) == [1, 2, 3]
    guard.accept(ADMINISTRATOR, "the machine had stood still")
    until(lambda: 1 not in _numbers_kept(bench))
    bench.close()
    assert bench.verify().intact


def test_a_day_that_expires_while_it_is_verified_is_no_fault(bench: Bench) -> None:
    fill(bench, 4)

    class DaysOfAnExpiringRecord(Days):
        """The first day expires between the look at its row and the look at its key."""

        def key(self, run: RecordDay) -> DayKey:
            if bench.clock.time.year < 2028:
                bench.clock.advance(days=800)
                bench.record.expire()
            return super().key(run)

    days = DaysOfAnExpiringRecord(DayVault(bench.vault_path, bench.master, RealFileSystem()))
    checked = LeafRange(bench.database, days).check((1, 4))
    assert (checked.broken, [tile.deleted for tile in checked.tiles]) == (None, [(1, 2, 3, 4)])
    days.close()


@pytest.mark.parametrize("forged", [False, True])
def test_a_day_that_expires_at_midnight_under_a_verification_is_no_fault(
    tmp_path: Path, bench: Bench, forged: bool
) -> None:
    """Unless the head that says that it was time is not ours."""
    midnight = datetime(2026, 3, 3, tzinfo=UTC)
    bench.clock.time = midnight - timedelta(seconds=4)
    fill(bench, 3, head_every=1)
    bench.clock.time = years_after(midnight, 2) - timedelta(seconds=4)
    fill(bench, 1, head_every=1)
    stored = Stored(bench.database, bench.folder / "heads.log")

    def checked() -> Iterator[Checked]:
        """The walk has begun when the day expires, and comes to its leaves afterwards."""
        bench.clock.time = years_after(midnight, 2)
        if forged:
            bench.record._signing._signer = HeadSigner.create(tmp_path / "another.key")
        assert bench.record.expire() == 3
        days = Days(DayVault(bench.vault_path, bench.master, RealFileSystem()))
        yield from map(LeafRange(bench.database, days).check, stored.ranges())

    report = stored.verify(bench.signer.public_bytes, checked())
    assert (report.intact, report.broken_at) == ((False, 3) if forged else (True, 0))
