"""Answers in the rows of their requests, and the ends without one: numbered as they are settled.

Both have numbers of one order, and both are forgotten after the time that answers are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appliance.domain.codes import Category, SearchType
from appliance.store.database import Transaction
from appliance.store.instant import to_us
from appliance.store.requests_table import require_settled


@dataclass(frozen=True, slots=True)
class Settlement:
    """A request that is over: ``cursor`` is its place in the order in which they became so."""

    cursor: int
    sequence: int
    request_number: str


def outcome(tx: Transaction, sequence: int) -> bytes | None:
    """Return the sealed outcome of an answered request, None once it is erased."""
    rows = tx.execute("SELECT outcome_sealed FROM request WHERE sequence = ?", (sequence,))
    return bytes(rows[0][0]) if rows and rows[0][0] is not None else None


def answer(tx: Transaction, sequence: int, at: datetime, year: int, sealed: bytes) -> int:
    """Settle a queued request with its outcome, forget its probe, return the answer's serial.

    Serials count from 1 in each year, settled numbers from 1 for ever: they are the order in which
    answers became durable. Raises InvariantBroken if the request is settled already.
    """
    ((serial,),) = tx.execute(
        # The second condition follows from the first, and lets the index over answers be used.
        "SELECT coalesce(max(answer_serial), 0) + 1 FROM request"
        " WHERE answer_year = ? AND answer_serial IS NOT NULL",
        (year,),
    )
    tx.execute(
        "UPDATE request SET state = 'answered', settled_at = ?, answer_year = ?,"
        " answer_serial = ?, outcome_sealed = ?, probe_slot = NULL, probe_sealed = NULL,"
        " settled_number = ? WHERE sequence = ? AND state = 'queued'",
        (to_us(at), year, serial, sealed, newest_settled(tx) + 1, sequence),
    )
    require_settled(tx, sequence)
    return int(serial)


def end(tx: Transaction, sequence: int, party: str, at: datetime) -> None:
    """Number a request that ended without an answer, in the transaction that settles it."""
    tx.execute(
        "INSERT INTO settled_without_answer (settled_number, request, party, settled_at)"
        " VALUES (?, ?, ?, ?)",
        (newest_settled(tx) + 1, sequence, party, to_us(at)),
    )


def newest_settled(tx: Transaction) -> int:
    """Return the settled number that was given last, 0 before the first."""
    ((number,),) = tx.execute(
        # The condition lets the index over settled requests be used.
        "SELECT max((SELECT coalesce(max(settled_number), 0) FROM request"
        " WHERE settled_number IS NOT NULL),"
        " (SELECT coalesce(max(settled_number), 0) FROM settled_without_answer))"
    )
    return int(number)


def settled_after(
    tx: Transaction, party: str, category: Category, after: int, limit: int
) -> list[Settlement]:
    """Return up to ``limit`` requests of a Party that are over, in the order of settling.

    Only those whose settled number is above ``after``. Erased answers are left out, and failures of
    requests that were sent again.
    """
    types = [each.value for each in SearchType if each.category is category]
    among = ", ".join("?" * len(types))
    rows = tx.execute(
        "SELECT settled_number, sequence, request_number FROM request"  # noqa: S608 - question marks
        " WHERE party = ? AND settled_number > ? AND outcome_sealed IS NOT NULL"
        f" AND search_type IN ({among})"
        " UNION ALL SELECT e.settled_number, r.sequence, r.request_number"
        " FROM settled_without_answer AS e JOIN request AS r ON r.sequence = e.request"
        f" WHERE e.party = ? AND e.settled_number > ? AND r.search_type IN ({among})"
        " ORDER BY 1 LIMIT ?",
        (party, after, *types, party, after, *types, limit),
    )
    return [Settlement(int(cursor), int(sequence), str(name)) for cursor, sequence, name in rows]


def forget_ends(tx: Transaction, before: datetime) -> None:
    """Forget which requests ended without an answer before an instant; the last number stays."""
    tx.execute(
        "DELETE FROM settled_without_answer WHERE settled_at < ? AND settled_number <"
        " (SELECT max(settled_number) FROM settled_without_answer)",
        (to_us(before),),
    )


def erase_outcomes(tx: Transaction, before: datetime) -> int:
    """Erase the outcomes of requests settled before an instant; return how many."""
    tx.execute(
        "UPDATE request SET outcome_sealed = NULL"
        " WHERE outcome_sealed IS NOT NULL AND settled_at < ?",
        (to_us(before),),
    )
    return tx.changes
