"""Rows of declarations and of what is used of the declared capacities."""

from __future__ import annotations

from datetime import date, datetime

from appliance.domain.capacity import Declaration
from appliance.domain.codes import Bucket
from appliance.store.database import Transaction
from appliance.store.instant import from_us, to_us


def declare(tx: Transaction, declaration: Declaration) -> None:
    """Keep a declaration beside all earlier ones."""
    tx.execute(
        "INSERT INTO declaration (party, bucket, searches_per_day, effective_from, declared_by)"
        " VALUES (?, ?, ?, ?, ?)",
        (
            declaration.party,
            declaration.bucket.value,
            declaration.searches_per_day,
            to_us(declaration.effective_from),
            declaration.declared_by,
        ),
    )


def declarations(tx: Transaction) -> list[Declaration]:
    """Return every declaration, in the order they were made."""
    return [
        Declaration(str(party), Bucket(bucket), int(searches), from_us(start), str(declared_by))
        for party, bucket, searches, start, declared_by in tx.execute(
            "SELECT party, bucket, searches_per_day, effective_from, declared_by"
            " FROM declaration ORDER BY number"
        )
    ]


def in_force(tx: Transaction, party: str, bucket: Bucket, at: datetime) -> int | None:
    """Return the searches a day in force, None where nothing is.

    The latest effective date that has come counts; of two on one date, the one made later.
    """
    rows = tx.execute(
        "SELECT searches_per_day FROM declaration"
        " WHERE party = ? AND bucket = ? AND effective_from <= ?"
        " ORDER BY effective_from DESC, number DESC LIMIT 1",
        (party, bucket.value, to_us(at)),
    )
    return int(rows[0][0]) if rows else None


def parties(tx: Transaction) -> list[str]:
    """Return the Parties that anything was ever declared for, sorted."""
    return [
        str(party)
        for (party,) in tx.execute("SELECT DISTINCT party FROM declaration ORDER BY party")
    ]


def used(tx: Transaction, party: str, bucket: Bucket, day: date) -> int:
    """Return the searches used of a day."""
    rows = tx.execute(
        "SELECT used FROM capacity_use WHERE party = ? AND bucket = ? AND day = ?",
        (party, bucket.value, day.isoformat()),
    )
    return int(rows[0][0]) if rows else 0


def take(tx: Transaction, party: str, bucket: Bucket, day: date, searches: int) -> None:
    """Add to what is used of a day."""
    tx.execute(
        "INSERT INTO capacity_use (party, bucket, day, used) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (party, bucket, day) DO UPDATE SET used = used + excluded.used",
        (party, bucket.value, day.isoformat(), searches),
    )


def give_back(tx: Transaction, party: str, bucket: Bucket, day: date, searches: int) -> None:
    """Take back what ``take`` added; the table refuses to go below nothing."""
    tx.execute(
        "UPDATE capacity_use SET used = used - ? WHERE party = ? AND bucket = ? AND day = ?",
        (searches, party, bucket.value, day.isoformat()),
    )
