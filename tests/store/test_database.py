from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import apsw
import pytest

from appliance.domain.errors import (
    ConfigurationInvalid,
    InvariantBroken,
    RecordUnavailable,
    StorageCorrupt,
)
from appliance.store import limits, schema, setting_table
from appliance.store.database import Database, Transaction
from tests.store.never_fatal import never_fatal
from tests.store.simulated_disk import SimulatedDisk, SimulatedVfs


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "appliance.db", on_fatal=never_fatal)
    yield opened
    opened.close()


def _put(name: str, value: str = "x") -> Callable[[Transaction], None]:
    return lambda tx: setting_table.put(tx, name, value)


def _get(database: Database, name: str) -> str | None:
    return database.read(lambda tx: setting_table.get(tx, name))


def _hold(database: Database) -> tuple[threading.Event, Future[Any]]:
    """Make the writer wait inside a group of its own, so that what comes next is grouped."""
    entered, release = threading.Event(), threading.Event()

    def work(_tx: Transaction) -> None:
        entered.set()
        release.wait(10)

    future = database.write(work)
    entered.wait(10)
    return release, future


def test_a_write_is_seen_by_every_read_after_it(database: Database) -> None:
    for number in range(50):
        database.write(_put("n", str(number))).result()
        assert str(number) == _get(database, "n")


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    for number in range(3):
        database = Database(tmp_path / "a.db", on_fatal=never_fatal)
        assert (str(number - 1) if number else None) == _get(database, "n")
        database.write(_put("n", str(number))).result()
        database.close()
    assert (tmp_path / "a.db").stat().st_mode & 0o777 == 0o600


def test_a_work_that_fails_takes_nothing_from_the_others_of_its_group(database: Database) -> None:
    release, held = _hold(database)

    def half(tx: Transaction) -> None:
        setting_table.put(tx, "half", "written")
        raise KeyError("half done")

    first = database.write(_put("first"))
    broken = database.write(half)
    wrong = database.write(lambda tx: tx.execute("INSERT INTO setting (name) VALUES ('a')"))
    last = database.write(_put("last"))
    release.set()
    held.result(), first.result(), last.result()
    with pytest.raises(KeyError):
        broken.result()
    with pytest.raises(InvariantBroken):
        wrong.result()
    assert tuple(_get(database, n) for n in ("first", "half", "last")) == ("x", None, "x")


def test_works_that_wait_together_share_one_commit(tmp_path: Path) -> None:
    commits: list[float] = []
    database = Database(tmp_path / "a.db", on_fatal=never_fatal, observe_commit=commits.append)
    release, held = _hold(database)
    futures = [database.write(_put(str(n))) for n in range(limits.GROUP_WORKS_MAX)]
    release.set()
    for future in [held, *futures]:
        future.result()
    assert len(commits) == 2
    database.close()


def test_closing_finishes_what_was_accepted_and_refuses_the_rest(database: Database) -> None:
    release, _ = _hold(database)
    futures = [database.write(_put(str(n))) for n in range(20)]
    threading.Timer(0.05, release.set).start()
    database.close()
    database.close()
    assert [future.result(timeout=0) for future in futures] == [None] * 20
    with pytest.raises(RecordUnavailable):
        database.write(_put("late")).result()
    with pytest.raises(RecordUnavailable):
        _get(database, "late")


def test_readers_run_beside_the_writer_and_see_one_snapshot(database: Database) -> None:
    database.write(_put("n", "old")).result()

    def twice(tx: Transaction) -> tuple[str | None, str | None]:
        before = setting_table.get(tx, "n")
        database.write(_put("n", "new")).result()
        return before, setting_table.get(tx, "n")

    assert database.read(twice) == ("old", "old")
    assert _get(database, "n") == "new"


def test_more_readers_than_connections_wait_for_their_turn(database: Database) -> None:
    results: list[str | None] = []
    threads = [
        threading.Thread(target=lambda: results.append(_get(database, "store_id")))
        for _ in range(4 * limits.READERS_MAX)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(results)) == 1
    assert len(results) == 4 * limits.READERS_MAX


def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises(RecordUnavailable):
        database.read(_put("n"))


def test_a_cancelled_write_never_runs(database: Database) -> None:
    release, _ = _hold(database)
    future = database.write(_put("n"))
    assert future.cancel()
    release.set()
    database.write(_put("other")).result()
    assert None is _get(database, "n")


def test_every_store_has_an_id_of_its_own(tmp_path: Path) -> None:
    ids = set()
    for name in ("a.db", "b.db", "a.db"):
        database = Database(tmp_path / name, on_fatal=never_fatal)
        ids.add(database.read(setting_table.store_id))
        database.close()
    assert len(ids) == 2
    assert {16} == {len(value) for value in ids}


def test_the_log_is_copied_into_the_database_and_does_not_grow_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CHECKPOINT_PAGES", 500)
    monkeypatch.setattr(limits, "CHECKPOINT_WAIT_PAGES", 1_000)
    database = Database(tmp_path / "a.db", on_fatal=never_fatal)
    for number in range(40):
        database.write(_put("blob", str(number) * 200_000)).result()
    pages = (tmp_path / "a.db-wal").stat().st_size / 4096
    database.close()
    assert pages < 1_200


def test_a_database_of_a_newer_release_is_refused_and_left_alone(tmp_path: Path) -> None:
    Database(tmp_path / "a.db", on_fatal=never_fatal).close()
    connection = apsw.Connection(str(tmp_path / "a.db"))
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    with pytest.raises(ConfigurationInvalid, match="9999"):
        Database(tmp_path / "a.db", on_fatal=never_fatal)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(StorageCorrupt):
        Database(tmp_path / "a.db", on_fatal=never_fatal)


def test_migrations_run_in_order_once_each_and_whole(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    connection = apsw.Connection(str(tmp_path / "a.db"))
    (folder / "0001_first.sql").write_text("CREATE TABLE a (x); INSERT INTO a VALUES (1);")
    schema.migrate(connection, folder)
    (folder / "0002_second.sql").write_text("INSERT INTO a VALUES (2); INSERT INTO b VALUES (3);")
    with pytest.raises(apsw.SQLError):
        schema.migrate(connection, folder)
    assert (
        connection.execute("SELECT x FROM a").fetchall(),
        connection.pragma("user_version"),
    ) == ([(1,)], 1)
    (folder / "0002_second.sql").write_text("INSERT INTO a VALUES (2);")
    schema.migrate(connection, folder)
    schema.migrate(connection, folder)
    assert connection.execute("SELECT x FROM a").fetchall() == [(1,), (2,)]
    (folder / "0004_gap.sql").write_text("SELECT 1;")
    with pytest.raises(InvariantBroken, match="number 3"):
        schema.migrate(connection, folder)


def test_what_a_group_needs_before_its_commit_is_asked_once_and_can_refuse_all_of_it(
    database: Database,
) -> None:
    asked: list[str] = []

    def sync() -> None:
        asked.append("synced")
        if len(asked) > 1:
            raise RecordUnavailable("the disk refuses")

    def work(name: str) -> Callable[[Transaction], None]:
        def needing(tx: Transaction) -> None:
            tx.before_commit(sync)
            setting_table.put(tx, name, "x")

        return needing

    for prefix in ("kept", "undone"):
        release, _ = _hold(database)
        futures = [database.write(work(f"{prefix} {number}")) for number in range(5)]
        release.set()
        refused = [isinstance(future.exception(), RecordUnavailable) for future in futures]
        assert [prefix == "undone"] * 5 == refused
    assert asked == ["synced", "synced"]
    assert (_get(database, "kept 4"), _get(database, "undone 0")) == ("x", None)
    database.write(_put("later")).result()


def test_what_works_remember_for_each_other_is_forgotten_with_a_work_that_is_undone(
    database: Database,
) -> None:
    seen: list[dict[str, int]] = []

    def work(value: int) -> Callable[[Transaction], None]:
        def remember(tx: Transaction) -> None:
            seen.append(dict(tx.memory))
            tx.memory["n"] = value
            if value == 2:
                raise KeyError("undone")

        return remember

    release, _ = _hold(database)
    futures = [database.write(work(value)) for value in range(4)]
    release.set()
    assert [bool(future.exception()) for future in futures] == [False, False, True, False]
    database.write(work(9)).result()
    assert seen == [{}, {"n": 0}, {"n": 1}, {}, {}]


def test_commits_go_on_while_the_log_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CHECKPOINT_PAGES", 1)
    disk = SimulatedDisk()
    copying, go_on = threading.Event(), threading.Event()
    sync = disk.sync

    def held(path: Path) -> None:
        if threading.current_thread().name == "database-checkpointer":
            copying.set()
            go_on.wait(10)
        sync(path)

    monkeypatch.setattr(disk, "sync", held)
    vfs = SimulatedVfs(disk)
    database = Database(tmp_path / "a.db", on_fatal=never_fatal, vfs=vfs.name)
    database.write(_put("n", "0")).result()
    assert copying.wait(10)
    for number in range(20):
        database.write(_put("n", str(number))).result(10)
    assert not go_on.is_set()
    go_on.set()
    database.close()
    vfs.unregister()
