"""What the database promises when the disk refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.domain.errors import RecordUnavailable
from appliance.store import limits, setting_table
from appliance.store.database import Database
from tests.store.never_fatal import never_fatal
from tests.store.simulated_disk import SimulatedDisk, SimulatedVfs


class _Bench:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.disk = SimulatedDisk()
        self.fatal: list[BaseException] = []
        self._vfs = SimulatedVfs(self.disk)
        self.database = Database(folder / "a.db", on_fatal=self.fatal.append, vfs=self._vfs.name)

    def put(self, value: str) -> None:
        self.database.write(lambda tx: setting_table.put(tx, "n", value)).result()

    def get(self) -> str | None:
        return self.database.read(lambda tx: setting_table.get(tx, "n"))

    def close(self) -> None:
        self.database.close()
        self._vfs.unregister()

    def after_restart(self) -> str | None:
        self.close()
        database = Database(self.folder / "a.db", on_fatal=never_fatal)
        value = database.read(lambda tx: setting_table.get(tx, "n"))
        database.close()
        return value


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[_Bench]:
    made = _Bench(tmp_path)
    made.put("first")
    yield made
    made.disk.full = made.disk.sync_fails = False
    made.close()


def test_a_full_disk_refuses_every_write_and_undoes_it_and_is_no_reason_to_stop(
    bench: _Bench,
) -> None:
    bench.disk.full = True
    futures = [
        bench.database.write(lambda tx: setting_table.put(tx, "n", "second")) for _ in range(5)
    ]
    for future in futures:
        with pytest.raises(RecordUnavailable):
            future.result()
    assert bench.get() == "first"
    bench.disk.full = False
    bench.put("third")
    assert bench.get() == "third"
    assert bench.fatal == []


def test_a_failed_sync_refuses_the_write_stops_the_service_and_is_never_tried_again(
    bench: _Bench,
) -> None:
    bench.disk.sync_fails = True
    with pytest.raises(RecordUnavailable):
        bench.put("second")
    assert len(bench.fatal) == 1
    bench.disk.sync_fails = False
    asked = bench.disk.syncs_asked
    for _ in range(3):
        with pytest.raises(RecordUnavailable):
            bench.put("third")
    bench.database.close()
    assert bench.disk.syncs_asked == asked
    assert len(bench.fatal) == 1


def test_a_failed_sync_of_a_checkpoint_stops_the_service_too(
    bench: _Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CHECKPOINT_PAGES", 1)

    def observe(_seconds: float) -> None:
        # The commit is durable by now; only the checkpoint after it still syncs.
        bench.disk.sync_fails = True

    monkeypatch.setattr(bench.database, "_observe_commit", observe)
    bench.put("second")
    with pytest.raises(RecordUnavailable):
        bench.put("third")
    assert len(bench.fatal) == 1
    bench.disk.sync_fails = False
    assert bench.after_restart() == "second"


def test_a_disk_full_at_a_checkpoint_loses_nothing(
    bench: _Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CHECKPOINT_PAGES", 1)
    monkeypatch.setattr(
        bench.database, "_observe_commit", lambda _seconds: setattr(bench.disk, "full", True)
    )
    bench.put("second")
    bench.disk.full = False
    monkeypatch.setattr(bench.database, "_observe_commit", lambda _seconds: None)
    bench.put("third")
    assert bench.fatal == []
    assert bench.after_restart() == "third"
