"""Days of the record: which entries lie under which key, and which days have expired."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from appliance.store.database import Transaction
from appliance.store.instant import from_us, to_us

_COLUMNS = "first_sequence, day, key_slot, key_sealed, expired_at"
_NEWEST = "record_day: newest"


@dataclass(frozen=True, slots=True)
class RecordDay:
    """A run of entries of one day (UTC), from ``first_sequence`` to the next run.

    ``slot`` and ``sealed`` are the day's key, None once it is destroyed.
    """

    first_sequence: int
    day: date
    slot: int | None
    sealed: bytes | None
    expired_at: datetime | None


def newest(tx: Transaction) -> RecordDay | None:
    """Return the run that the newest entry belongs to."""
    if _NEWEST not in tx.memory:
        found = _select(tx, "ORDER BY first_sequence DESC LIMIT 1")
        tx.memory[_NEWEST] = found[0] if found else None
    run: RecordDay | None = tx.memory[_NEWEST]
    return run


def holding(tx: Transaction, sequence: int) -> RecordDay | None:
    """Return the run that an entry belongs to."""
    found = _select(
        tx, "WHERE first_sequence <= ? ORDER BY first_sequence DESC LIMIT 1", (sequence,)
    )
    return found[0] if found else None


def over(tx: Transaction, first: int, last: int) -> list[RecordDay]:
    """Return the runs that the entries of a range belong to, in order."""
    return _select(
        tx,
        "WHERE first_sequence BETWEEN (SELECT coalesce(max(first_sequence), 1) FROM record_day"
        " WHERE first_sequence <= ?) AND ? ORDER BY first_sequence",
        (first, last),
    )


def everyone(tx: Transaction) -> list[RecordDay]:
    """Return every run, in order."""
    return _select(tx, "ORDER BY first_sequence")


def with_key(tx: Transaction, day: date | None = None) -> list[RecordDay]:
    """Return the runs whose key is not known to be destroyed, of one day or of all, in order."""
    if day is None:
        return _select(tx, "WHERE key_slot IS NOT NULL ORDER BY first_sequence")
    return _select(
        tx, "WHERE key_slot IS NOT NULL AND day = ? ORDER BY first_sequence", (day.isoformat(),)
    )


def insert(tx: Transaction, first_sequence: int, day: date, slot: int, sealed: bytes) -> None:
    """Begin a run."""
    tx.execute(
        "INSERT INTO record_day (first_sequence, day, key_slot, key_sealed) VALUES (?, ?, ?, ?)",
        (first_sequence, day.isoformat(), slot, sealed),
    )
    tx.memory.pop(_NEWEST, None)


def expire(tx: Transaction, day: date, at: datetime) -> None:
    """Mark a day as expired, before its key is destroyed and its contents are deleted."""
    tx.execute(
        "UPDATE record_day SET expired_at = ? WHERE day = ? AND expired_at IS NULL",
        (to_us(at), day.isoformat()),
    )
    tx.memory.pop(_NEWEST, None)


def clear_key(tx: Transaction, day: date) -> None:
    """Forget the key of an expired day, once it is destroyed and its contents are deleted."""
    tx.execute(
        "UPDATE record_day SET key_slot = NULL, key_sealed = NULL WHERE day = ?",
        (day.isoformat(),),
    )
    tx.memory.pop(_NEWEST, None)


def end_of(tx: Transaction, first_sequence: int) -> int | None:
    """Return the last sequence of a run, None for the newest run, which has no end yet."""
    ((following,),) = tx.execute(
        "SELECT min(first_sequence) FROM record_day WHERE first_sequence > ?", (first_sequence,)
    )
    return None if following is None else int(following) - 1


def insert_index(tx: Transaction, first_sequence: int, rows: Iterable[tuple[bytes, int]]) -> None:
    """Index entries of a run: (tag, sequence) each, none given twice."""
    tx.execute_rows(
        "INSERT INTO record_subject (first_sequence, tag, sequence)",
        [(first_sequence, tag, sequence) for tag, sequence in rows],
    )


def find_subject(
    tx: Transaction, first_sequence: int, tag: bytes, after: int, limit: int
) -> list[int]:
    """Return up to ``limit`` entries of a run after ``after`` that stand under a tag, in order."""
    rows = tx.execute(
        "SELECT sequence FROM record_subject WHERE first_sequence = ? AND tag = ? AND sequence > ?"
        " ORDER BY sequence LIMIT ?",
        (first_sequence, tag, after, limit),
    )
    return [int(sequence) for (sequence,) in rows]


def delete_subjects(tx: Transaction, first_sequence: int, limit: int) -> int:
    """Delete up to ``limit`` rows of an expired run's index; return how many were deleted."""
    tx.execute(
        "DELETE FROM record_subject WHERE (first_sequence, tag, sequence) IN"
        " (SELECT first_sequence, tag, sequence FROM record_subject WHERE first_sequence = ?"
        " LIMIT ?)",
        (first_sequence, limit),
    )
    return tx.changes


def _select(tx: Transaction, rest: str, params: tuple[object, ...] = ()) -> list[RecordDay]:
    return [
        RecordDay(
            int(first),
            date.fromisoformat(day),
            slot,
            sealed,
            None if expired_us is None else from_us(expired_us),
        )
        # Fixed text on both sides of the join: no value of a caller stands in the statement.
        for first, day, slot, sealed, expired_us in tx.execute(
            f"SELECT {_COLUMNS} FROM record_day {rest}",  # noqa: S608
            params,
        )
    ]
