"""Rows of notices to contact points."""

from __future__ import annotations

import json
from datetime import datetime

from appliance.domain.codes import Category
from appliance.domain.notice import Notice, NoticeKind
from appliance.store.database import Transaction
from appliance.store.instant import from_us, to_us

_COLUMNS = (
    "number, kind, party, category, address, facts, created_at, attempts, delivered_at,"
    " given_up_at, last_error"
)
_PENDING = "delivered_at IS NULL AND given_up_at IS NULL"


def insert(tx: Transaction, notice: Notice) -> int:
    """Keep a notice, due at once, and return its number; that of ``notice`` is not read."""
    tx.execute(
        "INSERT INTO notice (kind, party, category, address, facts, created_at, next_attempt_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            notice.kind.value,
            notice.party,
            notice.category.value,
            notice.address,
            json.dumps(notice.facts, ensure_ascii=False),
            to_us(notice.created_at),
            to_us(notice.created_at),
        ),
    )
    return tx.last_rowid


def due(tx: Transaction, at: datetime, limit: int) -> list[Notice]:
    """Return up to ``limit`` notices whose next attempt has come, the longest due first."""
    return [
        _notice(row)
        for row in tx.execute(
            f"SELECT {_COLUMNS} FROM notice WHERE {_PENDING} AND next_attempt_at <= ?"  # noqa: S608
            " ORDER BY next_attempt_at, number LIMIT ?",
            (to_us(at), limit),
        )
    ]


def page(tx: Transaction, after: int, limit: int) -> list[Notice]:
    """Return up to ``limit`` notices with a greater number than ``after``, in order."""
    return [
        _notice(row)
        for row in tx.execute(
            f"SELECT {_COLUMNS} FROM notice WHERE number > ? ORDER BY number LIMIT ?",  # noqa: S608
            (after, limit),
        )
    ]


def pending(tx: Transaction) -> int:
    """Return how many notices are neither delivered nor given up."""
    ((count,),) = tx.execute(f"SELECT count(*) FROM notice WHERE {_PENDING}")  # noqa: S608
    return int(count)


def delivered(tx: Transaction, number: int, at: datetime) -> None:
    """Mark a notice as delivered."""
    tx.execute(
        "UPDATE notice SET delivered_at = ?, attempts = attempts + 1, last_error = ''"
        " WHERE number = ?",
        (to_us(at), number),
    )


def failed(tx: Transaction, number: int, error: str, next_attempt_at: datetime) -> None:
    """Count a failed attempt and set when the next one is due."""
    tx.execute(
        "UPDATE notice SET attempts = attempts + 1, last_error = ?, next_attempt_at = ?"
        " WHERE number = ?",
        (error, to_us(next_attempt_at), number),
    )


def give_up(tx: Transaction, number: int, error: str, at: datetime) -> None:
    """Attempt a notice no more; it stays listed as given up."""
    tx.execute(
        "UPDATE notice SET attempts = attempts + 1, last_error = ?, given_up_at = ?"
        " WHERE number = ?",
        (error, to_us(at), number),
    )


def erase_settled(tx: Transaction, created_before: datetime) -> int:
    """Erase settled notices older than an instant; return how many."""
    tx.execute(
        f"DELETE FROM notice WHERE created_at < ? AND NOT ({_PENDING})",  # noqa: S608
        (to_us(created_before),),
    )
    return tx.changes


def _notice(row: tuple[object, ...]) -> Notice:
    number, kind, party, category, address, facts, created, attempts, done, over, error = row
    return Notice(
        number=int(str(number)),
        kind=NoticeKind(str(kind)),
        party=str(party),
        category=Category(str(category)),
        address=str(address),
        facts=tuple((str(name), str(value)) for name, value in json.loads(str(facts))),
        created_at=from_us(int(str(created))),
        attempts=int(str(attempts)),
        delivered_at=None if done is None else from_us(int(str(done))),
        given_up_at=None if over is None else from_us(int(str(over))),
        last_error=str(error),
    )
