"""A database serves the exchange or its evaluation, for good, and so does what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.app import purpose
from appliance.domain.codes import Collection
from appliance.domain.errors import ConfigurationInvalid
from appliance.store.database import Database, Transaction
from tests.store.never_fatal import never_fatal


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "appliance.db", on_fatal=never_fatal)
    yield made
    made.close()


def _hold(database: Database, number: str, collection: Collection, *, deleted: bool) -> None:
    def work(tx: Transaction) -> None:
        tx.execute("INSERT INTO block VALUES (1, 0, 1, 1, zeroblob(32)) ON CONFLICT DO NOTHING")
        tx.execute(
            "INSERT INTO item (collection, reference_number, segment, block, position, loaded_at,"
            " deleted_at) SELECT ?, ?, 1, 0, count(*), 0, ? FROM item",
            (collection.value, number, 1 if deleted else None),
        )

    database.write(work).result()


@pytest.mark.requirement("A21.1")
@pytest.mark.parametrize("pilot", [True, False])
def test_the_purpose_of_a_database_is_never_changed(database: Database, pilot: bool) -> None:
    purpose.bind(database, pilot=pilot)
    purpose.bind(database, pilot=pilot)
    with pytest.raises(ConfigurationInvalid, match=r"instance\.pilot: this database is"):
        purpose.bind(database, pilot=not pilot)
    purpose.bind(database, pilot=pilot)


@pytest.mark.requirement("A21.1")
@pytest.mark.parametrize("collection", Collection)
@pytest.mark.parametrize(
    ("number", "pilot"),
    [("F-1", True), ("TEST", True), ("test-1", True), ("TEST.1", True), ("TEST-1", False)],
)
def test_no_start_with_data_of_the_other_kind(
    database: Database, number: str, pilot: bool, collection: Collection
) -> None:
    _hold(database, number, collection, deleted=False)
    with pytest.raises(ConfigurationInvalid, match=number):
        purpose.bind(database, pilot=pilot)
    # Nothing was bound: without the stray item either purpose is free.
    database.write(lambda tx: tx.execute("DELETE FROM item")).result()
    purpose.bind(database, pilot=not pilot)


def test_data_of_its_own_kind_and_what_is_deleted_stand_in_no_way(database: Database) -> None:
    _hold(database, "TEST-1", Collection.TP, deleted=False)
    _hold(database, "TEST-2", Collection.DNA_REFERENCE, deleted=False)
    _hold(database, "F-1", Collection.UL, deleted=True)
    purpose.bind(database, pilot=True)
