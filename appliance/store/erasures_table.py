"""Rows of erasures: what was deleted, and the certificate once its last byte is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appliance.domain.codes import Collection
from appliance.domain.data_duties import Erasure, ErasureCause
from appliance.store.database import Transaction
from appliance.store.instant import from_us, to_us

_COLUMNS = (
    "number, collection, reference_number, record_digest, cause, ordered_by, deleted_at,"
    " erased_at, certificate"
)


@dataclass(frozen=True, slots=True)
class Pending:
    """An erasure without its certificate, and the ordinal of the deleted item."""

    ordinal: int
    erasure: Erasure


def insert(tx: Transaction, ordinal: int, erasure: Erasure) -> int:
    """Keep that an item was deleted; return the number, that of ``erasure`` is not read."""
    tx.execute(
        "INSERT INTO erasure (ordinal, collection, reference_number, record_digest, cause,"
        " ordered_by, deleted_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            ordinal,
            erasure.collection.value,
            erasure.reference_number,
            erasure.record_digest,
            erasure.cause.value,
            erasure.ordered_by,
            to_us(erasure.deleted_at),
        ),
    )
    return tx.last_rowid


def pending(tx: Transaction, deleted_until: datetime, limit: int) -> list[Pending]:
    """Return up to ``limit`` erasures that still lack their certificate, the oldest first."""
    return [
        Pending(int(ordinal), _erasure(row))
        for ordinal, *row in tx.execute(
            f"SELECT ordinal, {_COLUMNS} FROM erasure"  # noqa: S608
            " WHERE erased_at IS NULL AND deleted_at <= ? ORDER BY number LIMIT ?",
            (to_us(deleted_until), limit),
        )
    ]


def pending_count(tx: Transaction) -> int:
    """Return how many erasures lack their certificate."""
    ((count,),) = tx.execute("SELECT count(*) FROM erasure WHERE erased_at IS NULL")
    return int(count)


def certify(tx: Transaction, number: int, at: datetime, certificate: str) -> None:
    """Keep the certificate of an erasure."""
    tx.execute(
        "UPDATE erasure SET erased_at = ?, certificate = ? WHERE number = ? AND erased_at IS NULL",
        (to_us(at), certificate, number),
    )


def page(tx: Transaction, after: int, limit: int) -> list[Erasure]:
    """Return up to ``limit`` erasures with a greater number, in order."""
    return [
        _erasure(row)
        for row in tx.execute(
            f"SELECT {_COLUMNS} FROM erasure WHERE number > ? ORDER BY number LIMIT ?",  # noqa: S608
            (after, limit),
        )
    ]


def _erasure(row: tuple[object, ...] | list[object]) -> Erasure:
    number, collection, reference, digest, cause, ordered_by, deleted, erased, certificate = row
    return Erasure(
        number=int(str(number)),
        collection=Collection(str(collection)),
        reference_number=str(reference),
        record_digest=digest if isinstance(digest, bytes) else b"",
        cause=ErasureCause(str(cause)),
        ordered_by=str(ordered_by),
        deleted_at=from_us(int(str(deleted))),
        erased_at=None if erased is None else from_us(int(str(erased))),
        certificate=str(certificate),
    )
