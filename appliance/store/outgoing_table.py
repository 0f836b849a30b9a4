"""Rows of what this Party asked of others: each request number is counted once."""

from __future__ import annotations

from datetime import date

from appliance.domain.capacity import OutgoingRequest
from appliance.domain.codes import SearchType
from appliance.store.database import Transaction


def find(tx: Transaction, party: str, request_number: str) -> tuple[OutgoingRequest, date] | None:
    """Return what was counted under a number and on which day, None if nothing was."""
    rows = tx.execute(
        "SELECT search_type, searches, day FROM outgoing_request"
        " WHERE party = ? AND request_number = ?",
        (party, request_number),
    )
    if not rows:
        return None
    search_type, searches, day = rows[0]
    counted = OutgoingRequest(party, request_number, SearchType(str(search_type)), int(searches))
    return counted, date.fromisoformat(str(day))


def insert(tx: Transaction, request: OutgoingRequest, day: date) -> None:
    """Keep what was counted."""
    tx.execute(
        "INSERT INTO outgoing_request (party, request_number, search_type, searches, day)"
        " VALUES (?, ?, ?, ?, ?)",
        (
            request.party,
            request.request_number,
            request.search_type.value,
            request.searches,
            day.isoformat(),
        ),
    )


def delete(tx: Transaction, party: str, request_number: str) -> None:
    """Forget what was counted under a number."""
    tx.execute(
        "DELETE FROM outgoing_request WHERE party = ? AND request_number = ?",
        (party, request_number),
    )


def delete_before(tx: Transaction, day: date) -> int:
    """Forget all that was counted before a day; return how many."""
    tx.execute("DELETE FROM outgoing_request WHERE day < ?", (day.isoformat(),))
    return tx.changes
