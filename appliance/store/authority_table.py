"""Rows of what authorities asked for, and of random samples with their results (Art. 17(3)-(6))."""

from __future__ import annotations

import json
from datetime import date, datetime

from appliance.domain.codes import Collection
from appliance.domain.supervision import AuthorityRequest, RecordFilter, Sample, SampleResult
from appliance.store.database import Transaction
from appliance.store.instant import from_us, to_us

_REQUEST = "number, authority, reference, requested_on, due_at, terms, opened_at, delivered_at"


def find_request(tx: Transaction, authority: str, reference: str) -> AuthorityRequest | None:
    """Return the request of an authority under its reference."""
    found = _requests(tx, "WHERE authority = ? AND reference = ?", (authority, reference))
    return found[0] if found else None


def request(tx: Transaction, number: int) -> AuthorityRequest | None:
    """Return a request by its number."""
    found = _requests(tx, "WHERE number = ?", (number,))
    return found[0] if found else None


def requests(tx: Transaction, after: int, limit: int) -> list[AuthorityRequest]:
    """Return up to ``limit`` requests after a number, in order."""
    return _requests(tx, "WHERE number > ? ORDER BY number LIMIT ?", (after, limit))


def undelivered_due(tx: Transaction) -> list[datetime]:
    """Return when the requests not delivered yet are due, the first one first."""
    rows = tx.execute(
        "SELECT due_at FROM authority_request WHERE delivered_at IS NULL ORDER BY due_at"
    )
    return [from_us(due_at) for (due_at,) in rows]


def insert_request(tx: Transaction, made: AuthorityRequest) -> int:
    """Keep a request; return its number, that of ``made`` is not read."""
    tx.execute(
        "INSERT INTO authority_request"
        " (authority, reference, requested_on, due_at, terms, opened_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            made.authority,
            made.reference,
            made.requested_on.isoformat(),
            to_us(made.due_at),
            _terms_text(made.terms),
            to_us(made.opened_at),
        ),
    )
    return tx.last_rowid


def deliver(tx: Transaction, number: int, at: datetime) -> None:
    """Keep when a request was delivered."""
    tx.execute(
        "UPDATE authority_request SET delivered_at = ? WHERE number = ? AND delivered_at IS NULL",
        (to_us(at), number),
    )


def delete_requests_before(tx: Transaction, at: datetime) -> None:
    """Delete the requests delivered before an instant."""
    tx.execute("DELETE FROM authority_request WHERE delivered_at <= ?", (to_us(at),))


def insert_sample(tx: Transaction, sample: Sample) -> int:
    """Keep a sample; return its number, that of ``sample`` is not read."""
    tx.execute(
        "INSERT INTO record_sample (seed, first, last, entries, drawn_at) VALUES (?, ?, ?, ?, ?)",
        (
            sample.seed,
            sample.first,
            sample.last,
            ",".join(map(str, sample.sequences)),
            to_us(sample.drawn_at),
        ),
    )
    return tx.last_rowid


def sample(tx: Transaction, number: int, results_after: datetime) -> Sample | None:
    """Return a sample with the results found after an instant."""
    rows = tx.execute(
        "SELECT seed, first, last, entries, drawn_at FROM record_sample WHERE number = ?", (number,)
    )
    if not rows:
        return None
    seed, first, last, entries, drawn_at = rows[0]
    results = tx.execute(
        "SELECT sequence, admissible, remark, found_at FROM sample_result"
        " WHERE sample = ? AND found_at > ? ORDER BY sequence",
        (number, to_us(results_after)),
    )
    return Sample(
        number=number,
        seed=seed,
        first=first,
        last=last,
        sequences=tuple(int(each) for each in entries.split(",") if each),
        drawn_at=from_us(drawn_at),
        results=tuple(
            SampleResult(sequence, bool(admissible), remark, from_us(found_at))
            for sequence, admissible, remark, found_at in results
        ),
    )


def samples(tx: Transaction, after: int, limit: int) -> list[int]:
    """Return the numbers of up to ``limit`` samples after a number, in order."""
    rows = tx.execute(
        "SELECT number FROM record_sample WHERE number > ? ORDER BY number LIMIT ?", (after, limit)
    )
    return [int(number) for (number,) in rows]


def keep_result(tx: Transaction, number: int, result: SampleResult) -> None:
    """Keep the result for an entry of a sample, in place of an earlier one."""
    tx.execute(
        "INSERT INTO sample_result (sample, sequence, admissible, remark, found_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (sample, sequence) DO UPDATE SET"
        " admissible = excluded.admissible, remark = excluded.remark, found_at = excluded.found_at",
        (
            number,
            result.sequence,
            int(result.admissible),
            result.remark,
            to_us(result.found_at),
        ),
    )


def delete_results_before(tx: Transaction, at: datetime) -> int:
    """Delete results found before an instant, and samples that have none left; return how many."""
    tx.execute("DELETE FROM sample_result WHERE found_at <= ?", (to_us(at),))
    deleted = tx.changes
    tx.execute(
        "DELETE FROM record_sample WHERE drawn_at <= ?"
        " AND number NOT IN (SELECT sample FROM sample_result)",
        (to_us(at),),
    )
    return deleted


def _requests(tx: Transaction, rest: str, params: tuple[object, ...]) -> list[AuthorityRequest]:
    # Fixed text on both sides of the join: no value of a caller stands in the statement.
    rows = tx.execute(f"SELECT {_REQUEST} FROM authority_request {rest}", params)  # noqa: S608
    return [
        AuthorityRequest(
            number=int(row[0]),
            authority=row[1],
            reference=row[2],
            requested_on=date.fromisoformat(row[3]),
            due_at=from_us(row[4]),
            terms=_terms(row[5]),
            opened_at=from_us(row[6]),
            delivered_at=None if row[7] is None else from_us(row[7]),
        )
        for row in rows
    ]


def _terms_text(terms: RecordFilter) -> str:
    said = {
        "since": terms.since.isoformat() if terms.since else None,
        "until": terms.until.isoformat() if terms.until else None,
        "act": terms.act,
        "party": terms.party,
        "request_number": terms.request_number,
        "subject": [terms.subject[0].value, terms.subject[1]] if terms.subject else None,
        "officer": terms.officer,
    }
    return json.dumps(said, ensure_ascii=False)


def _terms(text: str) -> RecordFilter:
    said = json.loads(text)
    for name in ("since", "until"):
        said[name] = date.fromisoformat(said[name]) if said[name] else None
    if said["subject"]:
        collection, reference_number = said["subject"]
        said["subject"] = (Collection(collection), reference_number)
    return RecordFilter(**said)
