"""What mass comparison jobs hold: sealed batches, digests of reference numbers, sealed matches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from appliance.store.database import Transaction


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A sealed batch: ``first`` is the position of its first profile in the job, from 0."""

    batch: int
    digest: bytes
    first: int
    profiles: int
    slot: int
    sealed: bytes


_COLUMNS = "batch, digest, first, profiles, slot, sealed"


def add_batch(tx: Transaction, job: int, row: BatchRow) -> None:
    """Keep a batch."""
    tx.execute(
        f"INSERT INTO mass_batch (job, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (job, row.batch, row.digest, row.first, row.profiles, row.slot, row.sealed),
    )


def batch(tx: Transaction, job: int, number: int) -> BatchRow | None:
    """Return a batch by its number, None if it is not held (any more)."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM mass_batch WHERE job = ? AND batch = ?",  # noqa: S608
        (job, number),
    )
    return BatchRow(*rows[0]) if rows else None


def first_batch(tx: Transaction, job: int, position: int) -> BatchRow | None:
    """Return the batch that holds the profile at a position, None if none does."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM mass_batch"  # noqa: S608
        " WHERE job = ? AND first <= ? AND ? < first + profiles",
        (job, position, position),
    )
    return BatchRow(*rows[0]) if rows else None


def slots(tx: Transaction) -> list[int]:
    """Return the slots of all batches that are held."""
    return [int(slot) for (slot,) in tx.execute("SELECT slot FROM mass_batch")]


def drop_batches(tx: Transaction, job: int, compared: int | None = None) -> list[int]:
    """Delete the batches of a job that end at a position or before, all for None; their slots."""
    condition = "job = ? AND first + profiles <= coalesce(?, first + profiles)"
    found = tx.execute(
        f"SELECT slot FROM mass_batch WHERE {condition}",  # noqa: S608
        (job, compared),
    )
    tx.execute(f"DELETE FROM mass_batch WHERE {condition}", (job, compared))  # noqa: S608
    return [int(slot) for (slot,) in found]


def held_references(tx: Transaction, job: int, references: Sequence[bytes]) -> set[bytes]:
    """Return which of these digests of reference numbers the job holds."""
    return {
        reference
        for reference in references
        if tx.execute(
            "SELECT 1 FROM mass_reference WHERE job = ? AND reference = ?", (job, reference)
        )
    }


def add_references(tx: Transaction, job: int, references: Iterable[bytes]) -> None:
    """Keep digests of reference numbers."""
    tx.execute_many(
        "INSERT INTO mass_reference (job, reference) VALUES (?, ?)",
        ((job, reference) for reference in references),
    )


def drop_references(tx: Transaction, job: int) -> None:
    """Forget the reference numbers of a job."""
    tx.execute("DELETE FROM mass_reference WHERE job = ?", (job,))


def add_matches(tx: Transaction, job: int, after: int, sealed: Sequence[bytes]) -> None:
    """Keep matches under the cursors that follow ``after``."""
    tx.execute_many(
        "INSERT INTO mass_match (job, cursor, sealed) VALUES (?, ?, ?)",
        ((job, cursor, content) for cursor, content in enumerate(sealed, after + 1)),
    )


def matches(tx: Transaction, job: int, after: int, limit: int) -> list[tuple[int, bytes]]:
    """Return (cursor, sealed) of up to ``limit`` matches after a cursor, in order."""
    rows = tx.execute(
        "SELECT cursor, sealed FROM mass_match WHERE job = ? AND cursor > ?"
        " ORDER BY cursor LIMIT ?",
        (job, after, limit),
    )
    return [(int(cursor), bytes(sealed)) for cursor, sealed in rows]


def drop_matches(tx: Transaction, job: int, cursor: int) -> None:
    """Delete the matches up to a cursor."""
    tx.execute("DELETE FROM mass_match WHERE job = ? AND cursor <= ?", (job, cursor))
