"""Rows of outages for reasons of vis major (IA Art. 11(2)); one lasts at a time."""

from __future__ import annotations

from datetime import datetime

from appliance.domain.capacity import Outage
from appliance.store.database import Transaction
from appliance.store.instant import from_us, to_us


def begin(tx: Transaction, reason: str, at: datetime) -> Outage:
    """Keep that an outage began."""
    tx.execute("INSERT INTO outage (reason, began_at) VALUES (?, ?)", (reason, to_us(at)))
    return Outage(tx.last_rowid, reason, at, None)


def end(tx: Transaction, number: int, at: datetime) -> None:
    """Keep that an outage ended."""
    tx.execute("UPDATE outage SET ended_at = ? WHERE number = ?", (to_us(at), number))


def present(tx: Transaction) -> Outage | None:
    """Return the outage that lasts, None if none does."""
    rows = tx.execute("SELECT number, reason, began_at FROM outage WHERE ended_at IS NULL")
    if not rows:
        return None
    number, reason, began = rows[0]
    return Outage(int(number), str(reason), from_us(began), None)


def newest(tx: Transaction, limit: int) -> list[Outage]:
    """Return up to ``limit`` outages, the newest first."""
    return [
        Outage(int(number), str(reason), from_us(began), None if ended is None else from_us(ended))
        for number, reason, began, ended in tx.execute(
            "SELECT number, reason, began_at, ended_at FROM outage ORDER BY number DESC LIMIT ?",
            (limit,),
        )
    ]


def newest_since(tx: Transaction, since: datetime) -> Outage | None:
    """Return the newest outage that lasted at or after an instant, None if none did."""
    found = newest(tx, 1)
    if found and (found[0].ended_at is None or found[0].ended_at >= since):
        return found[0]
    return None
