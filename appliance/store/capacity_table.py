"""Rows of declarations and of what is used of the declared capacities, in both directions."""

from __future__ import annotations

from datetime import date, datetime

from appliance.domain.capacity import Declaration, Direction, Scope, scope_of
from appliance.store.database import Transaction
from appliance.store.instant import from_us, to_us


def declare(tx: Transaction, declaration: Declaration) -> None:
    """Keep a declaration beside all earlier ones."""
    tx.execute(
        "INSERT INTO declaration (direction, party, scope, searches_per_day, effective_from,"
        " declared_by, time_zone) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            declaration.direction.value,
            declaration.party,
            declaration.scope.value,
            declaration.searches_per_day,
            to_us(declaration.effective_from),
            declaration.declared_by,
            declaration.time_zone,
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


def in_force(
    tx: Transaction, direction: Direction, party: str, scope: Scope, at: datetime
) -> int | None:
    """Return the searches a day in force, None where nothing is.

    The latest effective date that has come counts; of two on one date, the one made later.
    """
    rows = tx.execute(
        "SELECT searches_per_day FROM declaration"
        " WHERE direction = ? AND party = ? AND scope = ? AND effective_from <= ?"
        " ORDER BY effective_from DESC, number DESC LIMIT 1",
        (direction.value, party, scope.value, to_us(at)),
    )
    return int(rows[0][0]) if rows else None


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


def used(
    tx: Transaction, direction: Direction, party: str, scope: Scope, day: date
) -> tuple[int, int]:
    """Return the searches used of a day, and how many of them were accelerated."""
    rows = tx.execute(
        "SELECT used, accelerated FROM capacity_use"
        " WHERE direction = ? AND party = ? AND scope = ? AND day = ?",
        (direction.value, party, scope.value, day.isoformat()),
    )
    return (int(rows[0][0]), int(rows[0][1])) if rows else (0, 0)


def add(
    tx: Transaction,
    direction: Direction,
    party: str,
    scope: Scope,
    day: date,
    searches: int,
    accelerated: int,
) -> None:
    """Add to what is used of a day, or take back; the table refuses to go below nothing."""
    tx.execute(
        "INSERT INTO capacity_use (direction, party, scope, day, used, accelerated)"
        " VALUES (?, ?, ?, ?, max(?5, 0), max(?6, 0))"
        " ON CONFLICT (direction, party, scope, day)"
        " DO UPDATE SET used = used + ?5, accelerated = accelerated + ?6",
        (direction.value, party, scope.value, day.isoformat(), searches, accelerated),
    )
