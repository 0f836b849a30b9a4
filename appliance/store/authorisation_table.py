"""Rows of the purposes that cases were searched for, and of authorisations (Art. 13(1), 14)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import NamedTuple

from appliance.domain.supervision import Authorisation, AuthorisationKind
from appliance.store.database import Transaction
from appliance.store.instant import from_us, to_us

_COLUMNS = (
    "number, kind, party, request_number, purpose, reference, given_by, given_on, recorded_at"
)


class CasePurpose(NamedTuple):
    """A purpose of a case, with the first request under it."""

    purpose: str
    request_number: str
    first_at: datetime


Case = tuple[str, bytes]
"""A Party and the tag of a case of its."""


def case_purposes(tx: Transaction, cases: Sequence[Case]) -> dict[Case, list[CasePurpose]]:
    """Return the purposes for which each case was searched, the first one first."""
    found = tx.execute_rows(
        "WITH asked (party, case_tag) AS (",
        cases,
        ") SELECT party, case_tag, purpose, request_number, first_at"
        " FROM asked CROSS JOIN case_purpose USING (party, case_tag)",
    )
    purposes: dict[Case, list[CasePurpose]] = {case: [] for case in cases}
    # Hardly any case has two, so sorting here is cheaper than a statement that sorts.
    for party, tag, purpose, number, first_at in sorted(found, key=itemgetter(4, 2)):
        purposes[party, tag].append(CasePurpose(purpose, number, from_us(first_at)))
    return purposes


def keep_case_purposes(
    tx: Transaction, searched: Iterable[tuple[Case, str, str, datetime]]
) -> None:
    """Keep for which purpose, by which request and when cases are searched now."""
    rows = [
        (party, tag, purpose, number, to_us(at), to_us(at))
        for (party, tag), purpose, number, at in searched
    ]
    tx.execute_rows(
        "INSERT INTO case_purpose (party, case_tag, purpose, request_number, first_at, last_at)",
        rows,
        "ON CONFLICT (party, case_tag, purpose) DO UPDATE SET last_at = excluded.last_at",
    )


def delete_case_purposes_before(tx: Transaction, at: datetime, limit: int) -> int:
    """Delete up to ``limit`` purposes last searched for before an instant; return how many."""
    tx.execute(
        "DELETE FROM case_purpose WHERE (party, case_tag, purpose) IN"
        " (SELECT party, case_tag, purpose FROM case_purpose WHERE last_at <= ? LIMIT ?)",
        (to_us(at), limit),
    )
    return tx.changes


def insert(tx: Transaction, authorisation: Authorisation) -> tuple[int, bool]:
    """Keep an authorisation; return its number, and whether it is new. Its own is not read."""
    key = (
        authorisation.kind.value,
        authorisation.party,
        authorisation.request_number,
        authorisation.purpose,
        authorisation.reference,
    )
    rows = tx.execute(
        "SELECT number FROM authorisation WHERE kind = ? AND party = ? AND request_number = ?"
        " AND purpose = ? AND reference = ?",
        key,
    )
    if rows:
        return int(rows[0][0]), False
    tx.execute(
        "INSERT INTO authorisation (kind, party, request_number, purpose, reference, given_by,"
        " given_on, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *key,
            authorisation.given_by,
            authorisation.given_on.isoformat(),
            to_us(authorisation.recorded_at),
        ),
    )
    return tx.last_rowid, True


def of_request(
    tx: Transaction, kind: AuthorisationKind, party: str, request_number: str
) -> list[Authorisation]:
    """Return the authorisations of a kind for the data of one request."""
    return _select(
        tx,
        "WHERE kind = ? AND party = ? AND request_number = ? ORDER BY number",
        (kind.value, party, request_number),
    )


def page(tx: Transaction, after: int, limit: int) -> list[Authorisation]:
    """Return up to ``limit`` authorisations after a number, in order."""
    return _select(tx, "WHERE number > ? ORDER BY number LIMIT ?", (after, limit))


def delete_before(tx: Transaction, at: datetime) -> None:
    """Delete the authorisations recorded before an instant."""
    tx.execute("DELETE FROM authorisation WHERE recorded_at <= ?", (to_us(at),))


def _select(tx: Transaction, rest: str, params: tuple[object, ...]) -> list[Authorisation]:
    # Fixed text on both sides of the join: no value of a caller stands in the statement.
    rows = tx.execute(f"SELECT {_COLUMNS} FROM authorisation {rest}", params)  # noqa: S608
    return [
        Authorisation(
            number=int(row[0]),
            kind=AuthorisationKind(row[1]),
            party=row[2],
            request_number=row[3],
            purpose=row[4],
            reference=row[5],
            given_by=row[6],
            given_on=date.fromisoformat(row[7]),
            recorded_at=from_us(row[8]),
        )
        for row in rows
    ]
