"""Settings that the store keeps for itself: short texts under a name."""

from __future__ import annotations

from appliance.domain.errors import StorageCorrupt
from appliance.store.database import Transaction


def get(tx: Transaction, name: str) -> str | None:
    """Return the text under a name, None if there is none."""
    rows = tx.execute("SELECT value FROM setting WHERE name = ?", (name,))
    return str(rows[0][0]) if rows else None


def put(tx: Transaction, name: str, value: str) -> None:
    """Keep a text under a name, in place of what was there."""
    tx.execute(
        "INSERT INTO setting (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def store_id(tx: Transaction) -> bytes:
    """Return the 16 bytes that tell this store from every other; made with the database."""
    value = get(tx, "store_id")
    if value is None or len(value) != 32:
        raise StorageCorrupt("the database has no store id")
    return bytes.fromhex(value)
