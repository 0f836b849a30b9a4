"""Rows of accepted requests, from their receipt to the erasure of their answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from appliance.domain.codes import SearchType
from appliance.domain.errors import InvariantBroken
from appliance.domain.search import RequestState
from appliance.store.database import Transaction
from appliance.store.instant import from_us, to_us


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What is known when a request is accepted."""

    party: str
    request_number: str
    content_digest: bytes
    search_type: SearchType
    accelerated: bool
    probes: int
    candidate_limit: int
    capacity_day: date
    received_at: datetime
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
    capacity_day: date
    received_at: datetime
    state: RequestState
    settled_at: datetime | None
    answer_year: int
    answer_serial: int
    failure_reason: str
    failure_message: str


_COLUMNS = (
    "sequence, party, request_number, content_digest, search_type, accelerated, probes,"
    " candidate_limit, capacity_day, received_at, state, settled_at,"
    " coalesce(answer_year, 0), coalesce(answer_serial, 0),"
    " coalesce(failure_reason, ''), coalesce(failure_message, '')"
)


def _row(values: tuple[object, ...]) -> RequestRow:
    (sequence, party, number, digest, search_type, accelerated, probes, limit, day, received) = (
        values[:10]
    )
    state, settled, year, serial, reason, message = values[10:]
    return RequestRow(
        sequence=_int(sequence),
        party=str(party),
        request_number=str(number),
        content_digest=digest if isinstance(digest, bytes) else b"",
        search_type=SearchType(str(search_type)),
        accelerated=bool(accelerated),
        probes=_int(probes),
        candidate_limit=_int(limit),
        capacity_day=date.fromisoformat(str(day)),
        received_at=from_us(_int(received)),
        state=RequestState(str(state)),
        settled_at=None if settled is None else from_us(_int(settled)),
        answer_year=_int(year),
        answer_serial=_int(serial),
        failure_reason=str(reason),
        failure_message=str(message),
    )


def _int(value: object) -> int:
    if not isinstance(value, int):
        raise InvariantBroken("a column of whole numbers holds something else")
    return value


def insert(tx: Transaction, request: NewRequest) -> int:
    """Keep an accepted request and return its sequence, the order of receipt."""
    tx.execute(
        "INSERT INTO request (party, request_number, content_digest, search_type, accelerated,"
        " probes, candidate_limit, capacity_day, received_at, state, probe_slot, probe_sealed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?)",
        (
            request.party,
            request.request_number,
            request.content_digest,
            request.search_type.value,
            int(request.accelerated),
            request.probes,
            request.candidate_limit,
            request.capacity_day.isoformat(),
            to_us(request.received_at),
            request.probe_slot,
            request.probe_sealed,
        ),
    )
    return tx.last_rowid


def find(tx: Transaction, party: str, request_number: str) -> RequestRow | None:
    """Return a Party's request, None if it sent none under this number."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM request WHERE party = ? AND request_number = ?",  # noqa: S608
        (party, request_number),
    )
    return _row(rows[0]) if rows else None


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
    """Return the requests not settled yet, in the order of their receipt."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM request WHERE state = 'queued' ORDER BY sequence"  # noqa: S608
    )
    return [_row(row) for row in rows]


def probe(tx: Transaction, sequence: int) -> tuple[int, bytes]:
    """Return slot and sealed probe of a queued request. Raises InvariantBroken if it is settled."""
    rows = tx.execute(
        "SELECT probe_slot, probe_sealed FROM request WHERE sequence = ? AND state = 'queued'",
        (sequence,),
    )
    if not rows:
        raise InvariantBroken(f"request {sequence} was settled already")
    return int(rows[0][0]), bytes(rows[0][1])


def probe_slot(tx: Transaction, sequence: int) -> int:
    """Return the slot of a queued request's key. Raises as ``probe``."""
    rows = tx.execute(
        "SELECT probe_slot FROM request WHERE sequence = ? AND state = 'queued'", (sequence,)
    )
    if not rows:
        raise InvariantBroken(f"request {sequence} was settled already")
    return int(rows[0][0])


def probe_slots(tx: Transaction) -> frozenset[int]:
    """Return the slots whose keys are still needed."""
    rows = tx.execute("SELECT probe_slot FROM request WHERE probe_slot IS NOT NULL")
    return frozenset(int(slot) for (slot,) in rows)


def outcome(tx: Transaction, sequence: int) -> bytes | None:
    """Return the sealed outcome of an answered request, None once it is erased."""
    rows = tx.execute("SELECT outcome_sealed FROM request WHERE sequence = ?", (sequence,))
    return bytes(rows[0][0]) if rows and rows[0][0] is not None else None


def answer(tx: Transaction, sequence: int, at: datetime, year: int, sealed: bytes) -> int:
    """Settle a queued request with its outcome, forget its probe, return the answer's serial.

    Serials count from 1 in each year. Raises InvariantBroken if the request is settled already.
    """
    ((serial,),) = tx.execute(
        "SELECT coalesce(max(answer_serial), 0) + 1 FROM request WHERE answer_year = ?", (year,)
    )
    tx.execute(
        "UPDATE request SET state = 'answered', settled_at = ?, answer_year = ?,"
        " answer_serial = ?, outcome_sealed = ?, probe_slot = NULL, probe_sealed = NULL"
        " WHERE sequence = ? AND state = 'queued'",
        (to_us(at), year, serial, sealed, sequence),
    )
    _require_settled(tx, sequence)
    return int(serial)


def fail(tx: Transaction, sequence: int, at: datetime, reason: str, message: str) -> None:
    """Settle a queued request as failed and forget its probe. Raises as ``answer``."""
    tx.execute(
        "UPDATE request SET state = 'failed', settled_at = ?, failure_reason = ?,"
        " failure_message = ?, probe_slot = NULL, probe_sealed = NULL"
        " WHERE sequence = ? AND state = 'queued'",
        (to_us(at), reason, message, sequence),
    )
    _require_settled(tx, sequence)


def erase_outcomes(tx: Transaction, before: datetime) -> int:
    """Erase the outcomes of requests settled before an instant; return how many."""
    tx.execute(
        "UPDATE request SET outcome_sealed = NULL"
        " WHERE outcome_sealed IS NOT NULL AND settled_at < ?",
        (to_us(before),),
    )
    return tx.changes


def _require_settled(tx: Transaction, sequence: int) -> None:
    if tx.changes != 1:
        raise InvariantBroken(f"request {sequence} was settled already")
