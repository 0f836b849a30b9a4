"""Rows of notes on own unidentified data.

The schema deletes them with the data they stand on; ``follow`` takes them to corrected data first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from appliance.domain.codes import Collection
from appliance.domain.note import Note, Occasion
from appliance.domain.verification import Verification
from appliance.store.database import Transaction
from appliance.store.instant import from_us, to_us

# Of several probes that matched one item in one request, the verification furthest on is shown.
_NOTE = (
    "SELECT n.number, n.collection, n.reference_number, n.party, n.request_number, n.occasion,"
    " n.noted_at, n.removed_at, coalesce(n.removal_reason, ''),"
    " (SELECT s.verification FROM supplied AS s JOIN request AS r ON r.sequence = s.request"
    "  WHERE r.party = n.party AND r.request_number = n.request_number AND s.item = n.item"
    "  ORDER BY s.verification = 'hit' DESC, s.verification <> 'unverified' DESC LIMIT 1)"
    " FROM note AS n"
)


def put(
    tx: Transaction,
    item: int,
    party: str,
    request_number: str,
    occasion: Occasion,
    at: datetime,
) -> bool:
    """Put a note on a live item; say whether there was none for this request before.

    Nothing is put on an item that was deleted meanwhile.
    """
    tx.execute(
        "INSERT INTO note (item, collection, reference_number, party, request_number, occasion,"
        " noted_at) SELECT ordinal, collection, reference_number, ?, ?, ?, ? FROM item"
        " WHERE ordinal = ? AND deleted_at IS NULL ON CONFLICT DO NOTHING",
        (party, request_number, occasion.value, to_us(at), item),
    )
    return tx.changes == 1


def page(
    tx: Transaction,
    after: int,
    limit: int,
    collection: Collection | None,
    reference_number: str,
    removed: bool,
) -> list[Note]:
    """Return up to ``limit`` notes after number ``after``; empty terms ask for all.

    ``removed`` asks for those too that were removed.
    """
    rows = tx.execute(
        _NOTE + " WHERE n.number > ? AND (? OR n.removed_at IS NULL)"
        " AND (?3 IS NULL OR n.collection = ?3) AND (?4 = '' OR n.reference_number = ?4)"
        " ORDER BY n.number LIMIT ?",
        (after, removed, collection and collection.value, reference_number, limit),
    )
    return [_note(row) for row in rows]


def standing(tx: Transaction, item: int, after: int, limit: int) -> list[Note]:
    """Return up to ``limit`` notes on an item after number ``after``, those removed left out."""
    rows = tx.execute(
        _NOTE + " WHERE n.item = ? AND n.number > ? AND n.removed_at IS NULL"
        " ORDER BY n.number LIMIT ?",
        (item, after, limit),
    )
    return [_note(row) for row in rows]


def follow(tx: Transaction, former: int, item: int) -> None:
    """Let the notes on an item, and the matches noted by experts later, stand on another one.

    To be called before the former item is deleted, which deletes what stands on it.
    """
    tx.execute("UPDATE note SET item = ? WHERE item = ?", (item, former))
    tx.execute("UPDATE supplied SET item = ? WHERE item = ?", (item, former))


def find(tx: Transaction, number: int) -> Note | None:
    """Return a note, also a removed one; None if there is none of this number."""
    rows = tx.execute(_NOTE + " WHERE n.number = ?", (number,))
    return _note(rows[0]) if rows else None


def remove(tx: Transaction, number: int, reason: str, at: datetime) -> None:
    """Mark a note as removed; its row stays."""
    tx.execute(
        "UPDATE note SET removed_at = ?, removal_reason = ? WHERE number = ?",
        (to_us(at), reason, number),
    )


def _note(row: Sequence[Any]) -> Note:
    number, collection, reference_number, party, request_number, occasion = row[:6]
    noted_at, removed_at, removal_reason, verification = row[6:]
    return Note(
        number=int(number),
        collection=Collection(collection),
        reference_number=str(reference_number),
        party=str(party),
        request_number=str(request_number),
        occasion=Occasion(occasion),
        noted_at=from_us(int(noted_at)),
        verification=None if verification is None else Verification(verification),
        removed_at=None if removed_at is None else from_us(int(removed_at)),
        removal_reason=str(removal_reason),
    )
