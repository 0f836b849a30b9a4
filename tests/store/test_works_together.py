"""Works that take many items at once, and statements over many rows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from appliance.domain.errors import InvariantBroken, RecordUnavailable
from appliance.store import limits, setting_table
from appliance.store.database import Database, Transaction
from appliance.store.promise import Promise
from tests.store.never_fatal import never_fatal


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


def _outcome(promise: Promise[int]) -> int | BaseException:
    try:
        return promise.result()
    except BaseException as error:
        return error


def test_items_of_one_work_are_done_at_once_in_the_order_of_their_arrival(
    database: Database,
) -> None:
    taken: list[list[int]] = []
    refused = InvariantBroken("three")

    def work(tx: Transaction, items: list[int]) -> list[int | InvariantBroken]:
        taken.append(items)
        setting_table.put(tx, f"n {items[0]}", "x")
        return [refused if item == 3 else -item for item in items]

    release, _ = _hold(database)
    promises = [database.write_together(work, number) for number in range(5)]
    between = database.write(_put("between"))
    promises.append(database.write_together(work, 5))
    assert not any(promise.done() for promise in promises)
    release.set()
    between.result()
    assert [_outcome(promise) for promise in promises] == [0, -1, -2, refused, -4, -5]
    assert all(promise.done() for promise in promises)
    assert taken == [[0, 1, 2, 3, 4], [5]]
    assert _get(database, "n 0") == "x"


def test_an_item_at_which_a_work_for_many_fails_takes_nothing_from_the_others(
    database: Database,
) -> None:
    failed = KeyError("two")

    def work(tx: Transaction, items: list[int]) -> list[int]:
        for item in items:
            setting_table.put(tx, str(item), "x")
            if item == 2:
                raise failed
        return items

    release, _ = _hold(database)
    promises = [database.write_together(work, number) for number in range(4)]
    release.set()
    assert [_outcome(promise) for promise in promises] == [0, 1, failed, 3]
    assert [_get(database, str(number)) for number in range(4)] == ["x", "x", None, "x"]


def test_an_item_after_the_end_is_refused(database: Database) -> None:
    database.close()
    refused = _outcome(database.write_together(lambda _tx, items: items, 1))
    assert isinstance(refused, RecordUnavailable)


def test_a_statement_over_many_rows_takes_each_once_and_in_order(database: Database) -> None:
    count = 3 * limits.STATEMENT_ROWS_MAX + 7

    def work(tx: Transaction) -> list[tuple[Any, ...]]:
        rows = [(f"row {number:03}", str(number)) for number in range(count)]
        assert tx.execute_rows("INSERT INTO setting (name, value)", []) == []
        return tx.execute_rows("INSERT INTO setting (name, value)", rows, "RETURNING value")

    assert [(str(number),) for number in range(count)] == database.write(work).result()
