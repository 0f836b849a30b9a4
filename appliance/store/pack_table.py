"""Rows of profile packs and of their activations."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

from appliance.domain.errors import StorageCorrupt
from appliance.store.database import Transaction
from appliance.store.instant import from_us, to_us


class PackRow(NamedTuple):
    """A pack as it was signed."""

    version: str
    serial: int
    digest: bytes
    content: bytes
    signature: bytes


class ActivationRow(NamedTuple):
    """The word that a pack comes into force at an instant."""

    number: int
    version: str
    effective_from: datetime
    activated_at: datetime
    activated_by: str


def keep(tx: Transaction, row: PackRow) -> None:
    """Keep a pack that was not held before."""
    tx.execute(
        "INSERT INTO pack (version, serial, digest, content, signature) VALUES (?, ?, ?, ?, ?)", row
    )


def activate(
    tx: Transaction, version: str, effective_from: datetime, at: datetime, by: str
) -> ActivationRow:
    """Keep the word that a pack comes into force, and return it."""
    tx.execute(
        "INSERT INTO pack_activation (version, effective_from, activated_at, activated_by)"
        " VALUES (?, ?, ?, ?)",
        (version, to_us(effective_from), to_us(at), by),
    )
    return ActivationRow(tx.last_rowid, version, effective_from, at, by)


def packs(tx: Transaction) -> list[PackRow]:
    """Return every pack, oldest first. Raises StorageCorrupt for one that is not what was kept."""
    rows = [
        PackRow(*row)
        for row in tx.execute(
            "SELECT version, serial, digest, content, signature FROM pack ORDER BY serial"
        )
    ]
    for row in rows:
        if hashlib.sha256(row.content).digest() != row.digest:
            raise StorageCorrupt(f"profile pack {row.version} is not what was activated")
    return rows


def activations(tx: Transaction) -> list[ActivationRow]:
    """Return every activation, in the order in which they were made."""
    return [
        ActivationRow(number, version, from_us(effective), from_us(at), by)
        for number, version, effective, at, by in tx.execute(
            "SELECT number, version, effective_from, activated_at, activated_by"
            " FROM pack_activation ORDER BY number"
        )
    ]
