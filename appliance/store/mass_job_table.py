"""Rows of mass comparison jobs, from their opening to their end (Art. 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appliance.domain.errors import InvariantBroken
from appliance.domain.mass_comparison import MassState, MassStatus, MassTerms
from appliance.store.database import Transaction
from appliance.store.instant import from_us, to_us

_COLUMNS = (
    "job, party, job_number, purpose, officer, ordering_officer, legal_basis, content_digest,"
    " state, opened_at, started_at, ended_at, batches, received, compared, matches, acknowledged,"
    " failure_reason, failure_message"
)


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job under its serial number, by which its other rows know it."""

    job: int
    status: MassStatus


def _row(values: tuple[Any, ...]) -> JobRow:
    (job, party, number, purpose, officer, ordering, basis, digest) = values[:8]
    (state, opened, started, ended, batches, received, compared, matches) = values[8:16]
    status = MassStatus(
        MassTerms(party, number, purpose, officer, ordering, basis, digest),
        MassState(state),
        from_us(opened),
        None if started is None else from_us(started),
        None if ended is None else from_us(ended),
        batches,
        received,
        compared,
        matches,
        *values[16:],
    )
    return JobRow(job, status)


def insert(tx: Transaction, terms: MassTerms, at: datetime) -> int:
    """Keep a new job, open, and return its serial number."""
    tx.execute(
        "INSERT INTO mass_job (party, job_number, content_digest, purpose, officer,"
        " ordering_officer, legal_basis, state, opened_at, touched_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'open', ?, ?)",
        (
            terms.party,
            terms.job_number,
            terms.content_digest,
            terms.purpose,
            terms.officer,
            terms.ordering_officer,
            terms.legal_basis,
            to_us(at),
            to_us(at),
        ),
    )
    return tx.last_rowid


def find(tx: Transaction, party: str, job_number: str) -> JobRow | None:
    """Return a Party's job, None if it opened none under this number."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM mass_job WHERE party = ? AND job_number = ?",  # noqa: S608
        (party, job_number),
    )
    return _row(rows[0]) if rows else None


def by_job(tx: Transaction, job: int) -> JobRow:
    """Return a job by its serial number. Raises InvariantBroken."""
    rows = tx.execute(f"SELECT {_COLUMNS} FROM mass_job WHERE job = ?", (job,))  # noqa: S608
    if not rows:
        raise InvariantBroken(f"there is no mass comparison {job}")
    return _row(rows[0])


def live_count(tx: Transaction, party: str | None = None) -> int:
    """Return how many jobs have not ended, of one Party or of all."""
    ((count,),) = tx.execute(
        "SELECT count(*) FROM mass_job"
        " WHERE state IN ('open', 'running') AND party = coalesce(?, party)",
        (party,),
    )
    return int(count)


def next_running(tx: Transaction, after: int, matches_held_max: int) -> JobRow | None:
    """Return the running job whose turn follows that of ``after``, None where none can go on.

    A job whose Party has left ``matches_held_max`` matches unacknowledged waits.
    """
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM mass_job"  # noqa: S608
        " WHERE state = 'running' AND matches - acknowledged < ?"
        " ORDER BY job <= ?, job LIMIT 1",
        (matches_held_max, after),
    )
    return _row(rows[0]) if rows else None


def received(tx: Transaction, job: int, profiles: int, at: datetime) -> None:
    """Count one batch of so many accepted profiles."""
    tx.execute(
        "UPDATE mass_job SET batches = batches + 1, received = received + ?, touched_at = ?"
        " WHERE job = ? AND state = 'open'",
        (profiles, to_us(at), job),
    )
    _require_changed(tx, job)


def start(tx: Transaction, job: int, at: datetime) -> None:
    """Close the input of an open job."""
    tx.execute(
        "UPDATE mass_job SET state = 'running', started_at = ? WHERE job = ? AND state = 'open'",
        (to_us(at), job),
    )
    _require_changed(tx, job)


def advance(tx: Transaction, job: int, compared: tuple[int, int], matches: int) -> None:
    """Move a running job from one position to the next; InvariantBroken if it is elsewhere."""
    tx.execute(
        "UPDATE mass_job SET compared = ?, matches = matches + ?"
        " WHERE job = ? AND state = 'running' AND compared = ?",
        (compared[1], matches, job, compared[0]),
    )
    _require_changed(tx, job)


def end(
    tx: Transaction, job: int, state: MassState, at: datetime, reason: str = "", message: str = ""
) -> None:
    """End a job that has not ended."""
    tx.execute(
        "UPDATE mass_job SET state = ?, ended_at = ?, failure_reason = ?, failure_message = ?"
        " WHERE job = ? AND state IN ('open', 'running')",
        (state.value, to_us(at), reason, message, job),
    )
    _require_changed(tx, job)


def acknowledge(tx: Transaction, job: int, cursor: int) -> None:
    """Note up to which match a Party has them; never backwards."""
    tx.execute(
        "UPDATE mass_job SET acknowledged = max(acknowledged, ?) WHERE job = ?", (cursor, job)
    )


def left_lying(tx: Transaction, untouched_since: datetime, opened_before: datetime) -> list[JobRow]:
    """Return the jobs not ended that nobody sends to any more, or that are too old."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM mass_job"  # noqa: S608
        " WHERE (state = 'open' AND touched_at < ?) OR (state = 'running' AND opened_at < ?)"
        " ORDER BY job",
        (to_us(untouched_since), to_us(opened_before)),
    )
    return [_row(row) for row in rows]


def ended_with_matches(tx: Transaction, ended_before: datetime) -> list[int]:
    """Return the jobs whose matches have been kept for their time."""
    rows = tx.execute(
        "SELECT job FROM mass_job WHERE ended_at < ? AND acknowledged < matches ORDER BY job",
        (to_us(ended_before),),
    )
    return [int(job) for (job,) in rows]


def _require_changed(tx: Transaction, job: int) -> None:
    if tx.changes != 1:
        raise InvariantBroken(f"mass comparison {job} is not in the state that its change needs")
