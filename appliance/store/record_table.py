"""Rows of the record of supplies and of its signed heads."""

from __future__ import annotations

from appliance.store.database import Transaction


def last(tx: Transaction) -> tuple[int, bytes] | None:
    """Return sequence and digest of the newest entry, None while the record is empty."""
    rows = tx.execute("SELECT sequence, digest FROM record ORDER BY sequence DESC LIMIT 1")
    return (int(rows[0][0]), bytes(rows[0][1])) if rows else None


def insert(tx: Transaction, sequence: int, leaf: str, digest: bytes) -> None:
    """Append one entry; ``sequence`` must follow the newest one."""
    tx.execute(
        "INSERT INTO record (sequence, leaf, digest) VALUES (?, ?, ?)", (sequence, leaf, digest)
    )


def page(tx: Transaction, after: int, limit: int) -> list[tuple[int, str, bytes]]:
    """Return (sequence, leaf, digest) of up to ``limit`` entries after ``after``, in order."""
    return [
        (int(sequence), str(leaf), bytes(digest))
        for sequence, leaf, digest in tx.execute(
            "SELECT sequence, leaf, digest FROM record WHERE sequence > ?"
            " ORDER BY sequence LIMIT ?",
            (after, limit),
        )
    ]


def last_head(tx: Transaction) -> int:
    """Return the sequence of the newest signed head, 0 if there is none."""
    ((sequence,),) = tx.execute("SELECT coalesce(max(sequence), 0) FROM record_head")
    return int(sequence)


def insert_head(tx: Transaction, sequence: int, line: str) -> None:
    """Keep a signed head."""
    tx.execute("INSERT INTO record_head (sequence, line) VALUES (?, ?)", (sequence, line))


def heads_page(tx: Transaction, after: int, limit: int) -> list[tuple[int, str]]:
    """Return (sequence, line) of up to ``limit`` heads after ``after``, in order."""
    return [
        (int(sequence), str(line))
        for sequence, line in tx.execute(
            "SELECT sequence, line FROM record_head WHERE sequence > ? ORDER BY sequence LIMIT ?",
            (after, limit),
        )
    ]
