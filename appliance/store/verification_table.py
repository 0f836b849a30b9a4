"""Rows of supplied matches and of what experts say of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from appliance.domain.codes import Collection, SearchType
from appliance.domain.verification import (
    Outcome,
    ProbeVerification,
    StatedOutcome,
    Statement,
    SuppliedMatch,
    Verification,
)
from appliance.store.database import Transaction
from appliance.store.instant import from_us, to_us

_MATCH = (
    "SELECT s.number, p.reference_number, s.collection, s.reference_number, s.rank, s.item,"
    " s.verification FROM supplied AS s JOIN answered_probe AS p USING (request, position)"
)


def add_probe(tx: Transaction, request: int, position: int, reference_number: str) -> None:
    """Keep one probe of an answered request; ``request`` is its sequence."""
    tx.execute(
        "INSERT INTO answered_probe (request, position, reference_number) VALUES (?, ?, ?)",
        (request, position, reference_number),
    )


def add_matches(
    tx: Transaction,
    request: int,
    position: int,
    matches: Sequence[tuple[Collection, str, int, int | None]],
) -> None:
    """Keep what is supplied for a probe: (collection, reference number, rank, item) each."""
    tx.execute_many(
        "INSERT INTO supplied (request, position, collection, reference_number, rank, item)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (request, position, collection.value, reference_number, rank, item)
            for collection, reference_number, rank, item in matches
        ],
    )


def probes(tx: Transaction, request: int) -> tuple[ProbeVerification, ...]:
    """Return the probes of an answered request with their matches, in order; none if unanswered."""
    rows = tx.execute(
        "SELECT position, reference_number FROM answered_probe WHERE request = ? ORDER BY position",
        (request,),
    )
    by_rank = " WHERE s.request = ? AND s.position = ? ORDER BY s.rank, s.number"
    return tuple(
        ProbeVerification(
            str(reference_number),
            tuple(_match(row) for row in tx.execute(_MATCH + by_rank, (request, position))),
        )
        for position, reference_number in rows
    )


def match(
    tx: Transaction, request: int, probe: str, collection: Collection, reference_number: str
) -> SuppliedMatch | None:
    """Return a match supplied for a probe of a request, None if there is none such."""
    rows = tx.execute(
        _MATCH + " WHERE s.request = ? AND p.reference_number = ?"
        " AND s.collection = ? AND s.reference_number = ?",
        (request, probe, collection.value, reference_number),
    )
    return _match(rows[0]) if rows else None


def statements(tx: Transaction, supplied: int) -> list[Statement]:
    """Return what was said of a match, in the order it was said."""
    rows = tx.execute(
        "SELECT outcome, officer, reason, experts, verified_at, recorded_at FROM statement"
        " WHERE supplied = ? ORDER BY number",
        (supplied,),
    )
    return [_statement(row) for row in rows]


def say(tx: Transaction, supplied: int, statement: Statement, verification: Verification) -> None:
    """Keep a statement, and where the verification of the match stands with it."""
    tx.execute(
        "INSERT INTO statement (supplied, outcome, officer, reason, experts, verified_at,"
        " recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            supplied,
            statement.outcome.value,
            statement.officer,
            statement.reason,
            statement.experts,
            to_us(statement.verified_at),
            to_us(statement.recorded_at),
        ),
    )
    tx.execute(
        "UPDATE supplied SET verification = ? WHERE number = ?", (verification.value, supplied)
    )


def stated(
    tx: Transaction,
    after: int,
    limit: int,
    party: str | None,
    search_types: Sequence[SearchType],
) -> list[StatedOutcome]:
    """Return up to ``limit`` statements after number ``after``, on matches of these search types.

    ``party`` None means those of every requesting Party.
    """
    rows = tx.execute(
        "SELECT t.number, r.party, r.request_number, p.reference_number, s.collection,"
        " s.reference_number, s.verification, t.outcome, t.officer, t.reason, t.experts,"
        " t.verified_at, t.recorded_at"
        " FROM statement AS t JOIN supplied AS s ON s.number = t.supplied"
        " JOIN answered_probe AS p USING (request, position)"
        " JOIN request AS r ON r.sequence = s.request"
        " WHERE t.number > ? AND (? IS NULL OR r.party = ?)"
        " AND r.search_type IN (SELECT value FROM json_each(?)) ORDER BY t.number LIMIT ?",
        (after, party, party, json.dumps(search_types), limit),
    )
    return [
        StatedOutcome(
            number=int(number),
            party=str(who),
            request_number=str(request_number),
            probe=str(probe),
            collection=Collection(collection),
            reference_number=str(reference_number),
            statement=_statement(statement),
            verification=Verification(verification),
        )
        for (
            number,
            who,
            request_number,
            probe,
            collection,
            reference_number,
            verification,
            *statement,
        ) in rows
    ]


def erase(tx: Transaction, request: int) -> None:
    """Erase the probes and matches of an answered request, with what was said of them."""
    tx.execute(
        "DELETE FROM statement WHERE supplied IN (SELECT number FROM supplied WHERE request = ?)",
        (request,),
    )
    tx.execute("DELETE FROM supplied WHERE request = ?", (request,))
    tx.execute("DELETE FROM answered_probe WHERE request = ?", (request,))


def _match(row: Sequence[Any]) -> SuppliedMatch:
    number, probe, collection, reference_number, rank, item, verification = row
    return SuppliedMatch(
        number=int(number),
        probe=str(probe),
        collection=Collection(collection),
        reference_number=str(reference_number),
        rank=int(rank),
        item=None if item is None else int(item),
        verification=Verification(verification),
    )


def _statement(row: Sequence[Any]) -> Statement:
    outcome, officer, reason, experts, verified_at, recorded_at = row
    return Statement(
        Outcome(outcome),
        str(officer),
        str(reason),
        int(experts),
        from_us(int(verified_at)),
        from_us(int(recorded_at)),
    )
