"""Rows of declarations and of what is used of the declared capacities, in both directions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from appliance.domain.capacity import Declaration, Direction, Scope, scope_of
from appliance.store.database import Transaction
from appliance.store.instant import from_us, to_us


def declare(tx: Transaction, declaration: Declaration, at: datetime) -> None:
    """Keep a declaration made at ``at`` beside all earlier ones."""
    tx.execute(
        "INSERT INTO declaration (direction, party, scope, searches_per_day, effective_from,"
        " declared_by, time_zone, declared_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            declaration.direction.value,
            declaration.party,
            declaration.scope.value,
            declaration.searches_per_day,
            to_us(declaration.effective_from),
            declaration.declared_by,
            declaration.time_zone,
            to_us(at),
        ),
    )


def declarations(tx: Transaction) -> list[Declaration]:
    """Return every declaration, in the order they were made."""
    return [
        Declaration(
            str(party),
            scope_of(str(scope)),
            int(searches),
            from_us(start),
            str(declared_by),
            Direction(direction),
            str(time_zone),
        )
        for direction, party, scope, searches, start, declared_by, time_zone in tx.execute(
            "SELECT direction, party, scope, searches_per_day, effective_from, declared_by,"
            " time_zone FROM declaration ORDER BY number"
        )
    ]


def declared(
    tx: Transaction, direction: Direction, party: str, scope: Scope, at: datetime
) -> int | None:
    """Return the searches a day that were declared for a scope at a past instant, None: nothing.

    As ``bounds`` finds them, of the declarations that had been made by then.
    """
    rows = tx.execute(
        "SELECT searches_per_day FROM declaration WHERE direction = ? AND party = ? AND scope = ?"
        " AND effective_from <= ?4 AND declared_at <= ?4"
        " ORDER BY effective_from DESC, number DESC LIMIT 1",
        (direction.value, party, scope.value, to_us(at)),
    )
    return int(rows[0][0]) if rows else None


@dataclass(frozen=True, slots=True)
class Bound:
    """One capacity on one day: searches declared (None: nothing is), used, accelerated ones.

    What is declared holds up to, but not including, ``until``; None: no other is declared yet.
    """

    declared: int | None
    used: int
    accelerated: int
    until: datetime | None


def bounds(
    tx: Transaction,
    direction: Direction,
    party: str,
    scopes: Sequence[Scope],
    day: date,
    at: datetime,
) -> list[Bound]:
    """Return the capacities of these scopes, in their order, with what is used of a day.

    In force is the declaration with the latest effective date that has come; of two on one date,
    the one made later. One statement, because whoever hands in a request waits for it.
    """
    rows = tx.execute(
        f"WITH wanted (place, scope) AS (VALUES {_values(scopes)})"  # noqa: S608 - question marks
        " SELECT place, (SELECT searches_per_day FROM declaration AS d WHERE d.direction = ?1"
        " AND d.party = ?2 AND d.scope = wanted.scope AND d.effective_from <= ?3"
        " ORDER BY d.effective_from DESC, d.number DESC LIMIT 1),"
        " coalesce(used, 0), coalesce(accelerated, 0), (SELECT min(effective_from)"
        " FROM declaration AS d WHERE d.direction = ?1 AND d.party = ?2 AND d.scope = wanted.scope"
        " AND d.effective_from > ?3) FROM wanted LEFT JOIN capacity_use AS u"
        " ON u.direction = ?1 AND u.party = ?2 AND u.scope = wanted.scope AND u.day = ?4"
        " ORDER BY place",
        (direction.value, party, to_us(at), day.isoformat(), *(each.value for each in scopes)),
    )
    return [
        Bound(declared, int(used), int(accelerated), None if until is None else from_us(until))
        for _, declared, used, accelerated, until in rows
    ]


def _values(scopes: Sequence[Scope]) -> str:
    """Return rows of place and scope, the scopes being the parameters after the fourth."""
    return ", ".join(f"({place}, ?{place + 5})" for place in range(len(scopes)))


def time_zone(tx: Transaction, party: str, at: datetime) -> str:
    """Return the zone of a searched Party's days: of its latest declaration in force, or empty."""
    rows = tx.execute(
        "SELECT time_zone FROM declaration WHERE direction = ? AND party = ?"
        " AND effective_from <= ? ORDER BY effective_from DESC, number DESC LIMIT 1",
        (Direction.OUTGOING.value, party, to_us(at)),
    )
    return str(rows[0][0]) if rows else ""


def parties(tx: Transaction, direction: Direction) -> list[str]:
    """Return the Parties that anything was ever declared for, sorted."""
    rows = tx.execute(
        "SELECT DISTINCT party FROM declaration WHERE direction = ? ORDER BY party",
        (direction.value,),
    )
    return [str(party) for (party,) in rows]


def take(
    tx: Transaction, direction: Direction, taken: Iterable[tuple[str, Scope, date, int, int]]
) -> None:
    """Add searches, the accelerated among them, to what is used of a Party's scope on a day."""
    rows = [
        (direction, party, scope, day.isoformat(), searches, accelerated)
        for party, scope, day, searches, accelerated in taken
    ]
    tx.execute_rows(
        "INSERT INTO capacity_use (direction, party, scope, day, used, accelerated)",
        rows,
        "ON CONFLICT (direction, party, scope, day) DO UPDATE"
        " SET used = used + excluded.used, accelerated = accelerated + excluded.accelerated",
    )


def give_back(
    tx: Transaction,
    direction: Direction,
    party: str,
    scopes: tuple[Scope, Scope, Scope],
    day: date,
    searches: int,
    accelerated: int,
) -> None:
    """Take back what ``take`` added; it never falls below nothing."""
    tx.execute(
        "UPDATE capacity_use SET used = used - ?, accelerated = accelerated - ?"
        " WHERE direction = ? AND party = ? AND day = ? AND scope IN (?, ?, ?)",
        (searches, accelerated, direction, party, day.isoformat(), *scopes),
    )
