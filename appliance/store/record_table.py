"""Rows of the record of supplies: leaves, nodes of the tree over them, sealed content, heads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from appliance.store.database import Transaction

_LAST = "record: last sequence"


def last_sequence(tx: Transaction) -> int:
    """Return the sequence of the newest entry, 0 while the record is empty."""
    if _LAST not in tx.memory:
        ((tx.memory[_LAST],),) = tx.execute("SELECT coalesce(max(sequence), 0) FROM record")
    return int(tx.memory[_LAST])


def insert_many(tx: Transaction, entries: Sequence[tuple[int, bytes, bytes]]) -> None:
    """Append entries, each a (sequence, leaf hash, sealed content) that follows the one before."""
    tx.execute_rows(
        "INSERT INTO record (sequence, leaf_hash)",
        [(sequence, leaf_hash) for sequence, leaf_hash, _ in entries],
    )
    tx.execute_rows(
        "INSERT INTO record_payload (sequence, sealed)",
        [(sequence, sealed) for sequence, _, sealed in entries],
    )
    tx.memory[_LAST] = entries[-1][0]


def hashes(tx: Transaction, level: int, first: int, count: int) -> list[bytes]:
    """Return the hashes of ``count`` subtrees of a level from number ``first``, as far as kept.

    Level 0 are the leaves, numbered from 0; other levels are kept where 8 divides them.
    """
    if level == 0:
        rows = tx.execute(
            "SELECT leaf_hash FROM record WHERE sequence BETWEEN ? AND ? ORDER BY sequence",
            (first + 1, first + count),
        )
    else:
        rows = tx.execute(
            "SELECT hash FROM record_node WHERE level = ? AND number BETWEEN ? AND ?"
            " ORDER BY number",
            (level, first, first + count - 1),
        )
    return [value for (value,) in rows]


def insert_node(tx: Transaction, level: int, number: int, value: bytes) -> None:
    """Keep the hash of a complete subtree."""
    tx.execute(
        "INSERT INTO record_node (level, number, hash) VALUES (?, ?, ?)", (level, number, value)
    )


def nodes(tx: Transaction, level: int) -> int:
    """Return how many nodes of a level are kept."""
    ((count,),) = tx.execute("SELECT count(*) FROM record_node WHERE level = ?", (level,))
    return int(count)


def sealed_between(tx: Transaction, first: int, last: int) -> list[tuple[int, bytes]]:
    """Return (sequence, sealed content) of the entries of a range that have content, in order."""
    return tx.execute(
        "SELECT sequence, sealed FROM record_payload WHERE sequence BETWEEN ? AND ?"
        " ORDER BY sequence",
        (first, last),
    )


def sequences(tx: Transaction, first: int, last: int) -> list[int]:
    """Return the sequences of a range that have a leaf, in order."""
    rows = tx.execute(
        "SELECT sequence FROM record WHERE sequence BETWEEN ? AND ? ORDER BY sequence",
        (first, last),
    )
    return [int(sequence) for (sequence,) in rows]


def contents(tx: Transaction, after: int, limit: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield (sequence, leaf hash, sealed content) of entries after ``after`` that have content."""
    yield from tx.iterate(
        "SELECT sequence, leaf_hash, sealed FROM record_payload JOIN record USING (sequence)"
        " WHERE sequence > ? ORDER BY sequence LIMIT ?",
        (after, limit),
    )


def content(tx: Transaction, sequence: int) -> tuple[int, bytes, bytes] | None:
    """Return what ``contents`` says of one entry, None where it has no content."""
    found = next(contents(tx, sequence - 1, 1), None)
    return found if found is not None and found[0] == sequence else None


def delete_contents(tx: Transaction, first: int, last: int) -> int:
    """Delete the contents of expired entries; return how many there were."""
    tx.execute("DELETE FROM record_payload WHERE sequence BETWEEN ? AND ?", (first, last))
    return tx.changes


def last_head(tx: Transaction) -> tuple[int, int]:
    """Return number and size of the newest signed head, (0, 0) if there is none."""
    rows = tx.execute("SELECT number, size FROM record_head ORDER BY number DESC LIMIT 1")
    return (int(rows[0][0]), int(rows[0][1])) if rows else (0, 0)


def insert_head(tx: Transaction, number: int, size: int, line: str) -> None:
    """Keep a signed head."""
    tx.execute(
        "INSERT INTO record_head (number, size, line) VALUES (?, ?, ?)", (number, size, line)
    )


def heads_page(tx: Transaction, after: int, limit: int) -> list[tuple[int, str]]:
    """Return (number, line) of up to ``limit`` heads after number ``after``, in order."""
    return [
        (int(number), str(line))
        for number, line in tx.execute(
            "SELECT number, line FROM record_head WHERE number > ? ORDER BY number LIMIT ?",
            (after, limit),
        )
    ]
