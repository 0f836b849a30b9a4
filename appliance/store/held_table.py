"""Held requests: accepted beyond the capacity of their day, waiting for the declared midnight."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from appliance.domain.codes import SearchType
from appliance.store.database import Transaction
from appliance.store.instant import to_us
from appliance.store.requests_table import require_settled


@dataclass(frozen=True, slots=True)
class HeldRow:
    """What a release asks of a held request."""

    sequence: int
    request_number: str
    search_type: SearchType
    accelerated: bool
    probes: int


def count(tx: Transaction, party: str) -> int:
    """Return how many requests of a Party are held."""
    ((number,),) = tx.execute(
        "SELECT count(*) FROM request WHERE state = 'held' AND party = ?", (party,)
    )
    return int(number)


def count_all(tx: Transaction) -> int:
    """Return how many requests are held."""
    ((number,),) = tx.execute("SELECT count(*) FROM request WHERE state = 'held'")
    return int(number)


def parties(tx: Transaction) -> list[str]:
    """Return the Parties of which a request is held, sorted."""
    rows = tx.execute("SELECT DISTINCT party FROM request WHERE state = 'held' ORDER BY party")
    return [str(party) for (party,) in rows]


def first(tx: Transaction, party: str, excluded: Collection[SearchType]) -> HeldRow | None:
    """Return the held request of a Party whose turn is next, but for some search types.

    The accelerated come first; among the others, and among themselves, the order is of receipt.
    """
    rows = tx.execute(
        "SELECT sequence, request_number, search_type, accelerated, probes FROM request"  # noqa: S608 - question marks only
        " WHERE state = 'held' AND party = ?"
        f" AND search_type NOT IN ({', '.join('?' * len(excluded))})"
        " ORDER BY accelerated DESC, sequence LIMIT 1",
        (party, *(each.value for each in excluded)),
    )
    if not rows:
        return None
    sequence, number, search_type, accelerated, probes = rows[0]
    return HeldRow(
        int(sequence), str(number), SearchType(str(search_type)), bool(accelerated), int(probes)
    )


def release(tx: Transaction, sequence: int, day: date, at: datetime) -> None:
    """Let a held request wait for its search, charged to ``day``, its 24 hours beginning now."""
    tx.execute(
        "UPDATE request SET state = 'queued', capacity_day = ?, due_since = ?"
        " WHERE sequence = ? AND state = 'held'",
        (day.isoformat(), to_us(at), sequence),
    )
    require_settled(tx, sequence)
