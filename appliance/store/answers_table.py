"""Answers in the rows of their requests: numbered as they are settled, erased after their time."""

from __future__ import annotations

from datetime import datetime

from appliance.domain.codes import Category, SearchType
from appliance.store.database import Transaction
from appliance.store.instant import to_us
from appliance.store.requests_table import require_settled


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
        "SELECT coalesce(max(answer_serial), 0) + 1 FROM request WHERE answer_year = ?", (year,)
    )
    tx.execute(
        "UPDATE request SET state = 'answered', settled_at = ?, answer_year = ?,"
        " answer_serial = ?, outcome_sealed = ?, probe_slot = NULL, probe_sealed = NULL,"
        " settled_number = ? WHERE sequence = ? AND state = 'queued'",
        (to_us(at), year, serial, sealed, newest_settled(tx) + 1, sequence),
    )
    require_settled(tx, sequence)
    return int(serial)


def newest_settled(tx: Transaction) -> int:
    """Return the settled number of the newest answer, 0 before the first."""
    ((number,),) = tx.execute("SELECT coalesce(max(settled_number), 0) FROM request")
    return int(number)


def settled_after(
    tx: Transaction, party: str, category: Category, after: int, limit: int
) -> list[tuple[int, str]]:
    """Return (settled number, request number) of up to ``limit`` kept answers of a Party, in order.

    Only those whose settled number is above ``after``; erased answers are left out.
    """
    types = [each.value for each in SearchType if each.category is category]
    rows = tx.execute(
        "SELECT settled_number, request_number FROM request"  # noqa: S608 - question marks only
        " WHERE party = ? AND settled_number > ? AND outcome_sealed IS NOT NULL"
        f" AND search_type IN ({', '.join('?' * len(types))})"
        " ORDER BY settled_number LIMIT ?",
        (party, after, *types, limit),
    )
    return [(int(number), str(name)) for number, name in rows]


def erase_outcomes(tx: Transaction, before: datetime) -> int:
    """Erase the outcomes of requests settled before an instant; return how many."""
    tx.execute(
        "UPDATE request SET outcome_sealed = NULL"
        " WHERE outcome_sealed IS NOT NULL AND settled_at < ?",
        (to_us(before),),
    )
    return tx.changes
