"""Rows of accepted requests, from their receipt to their end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from appliance.domain.codes import Category, SearchType
from appliance.domain.errors import InvariantBroken
from appliance.domain.search import RequestState
from appliance.store.database import Transaction
from appliance.store.instant import from_us, to_us

Name = tuple[str, str]
"""A Party and its number of a request."""


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What is known when a request is accepted.

    Without ``capacity_day`` it is held; ``due_since`` is when its 24 hours begin, once they do.
    """

    party: str
    request_number: str
    content_digest: bytes
    search_type: SearchType
    accelerated: bool
    probes: int
    candidate_limit: int
    capacity_day: date | None
    received_at: datetime
    due_since: datetime | None
    probe_slot: int
    probe_sealed: bytes


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request without its sealed parts."""

    sequence: int
    party: str
    request_number: str
    content_digest: bytes
    search_type: SearchType
    accelerated: bool
    probes: int
    candidate_limit: int
    capacity_day: date | None
    received_at: datetime
    due_since: datetime | None
    state: RequestState
    settled_at: datetime | None
    settled_number: int
    answer_year: int
    answer_serial: int
    failure_reason: str
    failure_message: str


_COLUMNS = (
    "sequence, party, request_number, content_digest, search_type, accelerated, probes,"
    " candidate_limit, capacity_day, received_at, due_since, state, settled_at,"
    " coalesce(settled_number, 0), coalesce(answer_year, 0), coalesce(answer_serial, 0),"
    " coalesce(failure_reason, ''), coalesce(failure_message, '')"
)


def _row(values: tuple[object, ...]) -> RequestRow:
    sequence, party, number, digest, search_type, accelerated, probes, limit = values[:8]
    day, received, due, state, settled, settled_number, year, serial, reason, message = values[8:]
    return RequestRow(
        sequence=_int(sequence),
        party=str(party),
        request_number=str(number),
        content_digest=digest if isinstance(digest, bytes) else b"",
        search_type=SearchType(str(search_type)),
        accelerated=bool(accelerated),
        probes=_int(probes),
        candidate_limit=_int(limit),
        capacity_day=None if day is None else date.fromisoformat(str(day)),
        received_at=from_us(_int(received)),
        due_since=None if due is None else from_us(_int(due)),
        state=RequestState(str(state)),
        settled_at=None if settled is None else from_us(_int(settled)),
        settled_number=_int(settled_number),
        answer_year=_int(year),
        answer_serial=_int(serial),
        failure_reason=str(reason),
        failure_message=str(message),
    )


def _int(value: object) -> int:
    if not isinstance(value, int):
        raise InvariantBroken("a column of whole numbers holds something else")
    return value


def insert(tx: Transaction, requests: Sequence[NewRequest]) -> range:
    """Keep accepted requests and return their sequences, the order of receipt."""
    rows = [
        (
            each.party,
            each.request_number,
            each.content_digest,
            each.search_type,
            each.accelerated,
            each.probes,
            each.candidate_limit,
            each.capacity_day.isoformat() if each.capacity_day else None,
            to_us(each.received_at),
            to_us(each.due_since) if each.due_since else None,
            RequestState.QUEUED if each.capacity_day else RequestState.HELD,
            each.probe_slot,
            each.probe_sealed,
        )
        for each in requests
    ]
    tx.execute_rows(
        "INSERT INTO request (party, request_number, content_digest, search_type, accelerated,"
        " probes, candidate_limit, capacity_day, received_at, due_since, state, probe_slot,"
        " probe_sealed)",
        rows,
    )
    # AUTOINCREMENT counts on from the row inserted before, and nobody else inserts meanwhile.
    return range(tx.last_rowid - len(rows) + 1, tx.last_rowid + 1)


def find(tx: Transaction, party: str, request_number: str) -> RequestRow | None:
    """Return a Party's request, None if it sent none under this number."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM request WHERE party = ? AND request_number = ?",  # noqa: S608
        (party, request_number),
    )
    return _row(rows[0]) if rows else None


def find_each(tx: Transaction, names: Sequence[Name]) -> dict[Name, RequestRow]:
    """Return those requests that there are of some Parties' request numbers."""
    found = tx.execute_rows(
        "WITH asked (party, request_number) AS (",
        names,
        # A cross join looks each name up in the index, whatever is known of the sizes.
        f") SELECT {_COLUMNS} FROM asked"  # noqa: S608 - fixed text only
        " CROSS JOIN request USING (party, request_number)",
    )
    return {(row.party, row.request_number): row for row in map(_row, found)}


def by_sequence(tx: Transaction, sequence: int) -> RequestRow:
    """Return a request by its place in the order of receipt. Raises InvariantBroken."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM request WHERE sequence = ?",  # noqa: S608
        (sequence,),
    )
    if not rows:
        raise InvariantBroken(f"there is no request {sequence}")
    return _row(rows[0])


def queued(tx: Transaction) -> list[RequestRow]:
    """Return the requests that wait for a search, in the order of their receipt."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM request WHERE state = 'queued' ORDER BY sequence"  # noqa: S608
    )
    return [_row(row) for row in rows]


def probe(tx: Transaction, sequence: int) -> tuple[int, bytes]:
    """Return slot and sealed probe of a queued request. Raises InvariantBroken if it is none."""
    rows = tx.execute(
        "SELECT probe_slot, probe_sealed FROM request WHERE sequence = ? AND state = 'queued'",
        (sequence,),
    )
    if not rows:
        raise InvariantBroken(f"request {sequence} was settled already")
    return int(rows[0][0]), bytes(rows[0][1])


def probe_slot(tx: Transaction, sequence: int) -> int:
    """Return the slot of an unsettled request's key. Raises InvariantBroken if it is settled."""
    rows = tx.execute(
        "SELECT probe_slot FROM request WHERE sequence = ? AND probe_slot IS NOT NULL", (sequence,)
    )
    if not rows:
        raise InvariantBroken(f"request {sequence} was settled already")
    return int(rows[0][0])


def probe_slots(tx: Transaction) -> frozenset[int]:
    """Return the slots whose keys are still needed."""
    rows = tx.execute("SELECT probe_slot FROM request WHERE probe_slot IS NOT NULL")
    return frozenset(int(slot) for (slot,) in rows)


def fail(tx: Transaction, sequence: int, at: datetime, reason: str, message: str) -> None:
    """Settle a queued request as failed, forget its probe. InvariantBroken if it is settled."""
    tx.execute(
        "UPDATE request SET state = 'failed', settled_at = ?, failure_reason = ?,"
        " failure_message = ?, probe_slot = NULL, probe_sealed = NULL"
        " WHERE sequence = ? AND state = 'queued'",
        (to_us(at), reason, message, sequence),
    )
    require_settled(tx, sequence)


def cancel(tx: Transaction, sequence: int, at: datetime) -> None:
    """Settle an unsettled request as cancelled, forget its probe. Raises as ``fail``."""
    tx.execute(
        "UPDATE request SET state = 'cancelled', settled_at = ?, probe_slot = NULL,"
        " probe_sealed = NULL WHERE sequence = ? AND state IN ('held', 'queued')",
        (to_us(at), sequence),
    )
    require_settled(tx, sequence)


def forget_failed(tx: Transaction, sequence: int) -> None:
    """Remove a failed request, so that its number can be used again. InvariantBroken if not one."""
    tx.execute("DELETE FROM request WHERE sequence = ? AND state = 'failed'", (sequence,))
    require_settled(tx, sequence)


def late(tx: Transaction, due_before: datetime, limit: int) -> list[RequestRow]:
    """Return up to ``limit`` queued requests due before an instant of which nobody was warned."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM request WHERE state = 'queued' AND warned = 0"  # noqa: S608
        " AND due_since < ? ORDER BY due_since LIMIT ?",
        (to_us(due_before), limit),
    )
    return [_row(row) for row in rows]


def mark_warned(tx: Transaction, sequence: int) -> None:
    """Keep that the operator was warned of a request."""
    tx.execute("UPDATE request SET warned = 1 WHERE sequence = ?", (sequence,))


def page(
    tx: Transaction, party: str, category: Category, before: int, limit: int
) -> list[RequestRow]:
    """Return up to ``limit`` requests of a Party in a category, newest first, below a sequence."""
    types = [each.value for each in SearchType if each.category is category]
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM request WHERE party = ? AND sequence < ?"  # noqa: S608
        f" AND search_type IN ({', '.join('?' * len(types))}) ORDER BY sequence DESC LIMIT ?",
        (party, before, *types, limit),
    )
    return [_row(row) for row in rows]


def verified(tx: Transaction, sequences: Sequence[int]) -> frozenset[int]:
    """Return those with matches of which experts have said each whether it is a hit."""
    rows = tx.execute(
        "SELECT request FROM supplied"  # noqa: S608 - question marks only
        f" WHERE request IN ({', '.join('?' * len(sequences))}) GROUP BY request"
        " HAVING min(verification IN ('hit', 'no_hit')) = 1",
        sequences,
    )
    return frozenset(int(sequence) for (sequence,) in rows)


def require_settled(tx: Transaction, sequence: int) -> None:
    """Raise InvariantBroken unless the last statement changed exactly one row."""
    if tx.changes != 1:
        raise InvariantBroken(f"request {sequence} was settled already")
