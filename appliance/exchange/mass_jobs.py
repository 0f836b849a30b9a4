"""Mass comparison jobs as they are kept, from opening to end: each step with its record.

Batches lie sealed under keys of their own. A key is destroyed after the commit that no longer needs
it; where the process ends in between, the next start does it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.audit.record import Record
from appliance.config.settings import Settings
from appliance.domain import limits
from appliance.domain.clock import Clock
from appliance.domain.errors import (
    QueueFull,
    RecordUnavailable,
    RequestNumberReused,
    RequestUnknown,
)
from appliance.domain.mass_comparison import MassState, MassTerms
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.exchange import mass_supplies
from appliance.keys.mass_vault import MassVault
from appliance.keys.master_key import MasterKey
from appliance.store import mass_content_table, mass_job_table
from appliance.store.database import Database, Transaction
from appliance.store.mass_job_table import JobRow


@dataclass(frozen=True, slots=True)
class MassStore:
    """What mass comparisons stand on."""

    database: Database
    record: Record
    vault: MassVault
    master: MasterKey
    settings: Settings
    clock: Clock


@dataclass(frozen=True, slots=True)
class End:
    """How a job ends; ``reason`` of the error table and ``message`` where it did not finish."""

    state: MassState
    reason: str = ""
    message: str = ""


Settled = tuple[JobRow | None, list[int]]
"""A job after a change, None where it was too late, and the slots whose keys have to go."""


class MassJobs:
    """The jobs in the database. Thread-safe."""

    def __init__(self, store: MassStore) -> None:
        self._store = store

    def erase_orphans(self) -> None:
        """Destroy the keys of batches that are held no more; before any batch is taken in."""
        held = self._store.database.read(mass_content_table.slots)
        self._store.vault.destroy_all_but(held)

    def find(self, party: str, job_number: str) -> JobRow | None:
        """Return a Party's job, None if it opened none under this number."""
        return self._store.database.read(lambda tx: mass_job_table.find(tx, party, job_number))

    def require(self, party: str, job_number: str) -> JobRow:
        """Return a Party's job. Raises RequestUnknown."""
        row = self.find(party, job_number)
        if row is None:
            raise RequestUnknown(f"{party} opened no mass comparison under this number")
        return row

    def next_running(self, after: int) -> JobRow | None:
        """Return the job whose turn it is after another, None while none can go on."""
        held_max = limits.MASS_MATCHES_HELD_MAX
        return self._store.database.read(
            lambda tx: mass_job_table.next_running(tx, after, held_max)
        )

    def open(self, terms: MassTerms, principal: Principal, at: datetime) -> JobRow:
        """Keep a new job admitted ``at``, durable on return; the same again is returned as it is.

        Raises RequestNumberReused for other content, QueueFull beyond MASS_JOBS_PER_PARTY_MAX of
        the Party or MASS_JOBS_MAX in all, RecordUnavailable.
        """
        own_party = self._store.settings.instance.party
        details = mass_supplies.opened(terms, principal, own_party, at)

        def work(tx: Transaction) -> JobRow:
            earlier = mass_job_table.find(tx, terms.party, terms.job_number)
            if earlier is not None:
                return same(earlier, terms)
            for party, jobs_max in (
                (terms.party, limits.MASS_JOBS_PER_PARTY_MAX),
                (None, limits.MASS_JOBS_MAX),
            ):
                if mass_job_table.live_count(tx, party) >= jobs_max:
                    raise QueueFull(depth_max=jobs_max)
            job = mass_job_table.insert(tx, terms, at)
            self._store.record.append(tx, Act.MASS_COMPARISON_OPENED, terms.party, details)
            return mass_job_table.by_job(tx, job)

        return self._store.database.write(work).result()

    def start(self, row: JobRow, principal: Principal, at: datetime) -> JobRow:
        """Close the input of an open job that may run as of ``at``, durable on return."""

        def work(tx: Transaction) -> JobRow:
            mass_job_table.start(tx, row.job, at)
            mass_content_table.drop_references(tx, row.job)
            after = mass_job_table.by_job(tx, row.job)
            details = mass_supplies.started(after.status, principal, at)
            party = after.status.terms.party
            self._store.record.append(tx, Act.MASS_COMPARISON_STARTED, party, details)
            return after

        return self._store.database.write(work).result()

    def end(self, row: JobRow, end: End) -> JobRow | None:
        """End a job and erase its profiles, durable on return; None if it had ended already."""
        at = self._store.clock.now()

        def work(tx: Transaction) -> Settled:
            if mass_job_table.by_job(tx, row.job).status.state.ended:
                return None, []
            slots = self.end_within(tx, row, end, at)
            return mass_job_table.by_job(tx, row.job), slots

        return self.settle(work)

    def end_within(self, tx: Transaction, row: JobRow, end: End, at: datetime) -> list[int]:
        """End a job in a transaction; return the slots whose keys have to go after it."""
        status = mass_job_table.by_job(tx, row.job).status
        mass_job_table.end(tx, row.job, end.state, at, end.reason, end.message)
        details = mass_supplies.ended(status, end.state, end.reason, end.message)
        self._store.record.append(tx, Act.MASS_COMPARISON_ENDED, status.terms.party, details)
        mass_content_table.drop_references(tx, row.job)
        return mass_content_table.drop_batches(tx, row.job)

    def settle(self, work: Callable[[Transaction], Settled]) -> JobRow | None:
        """Run a change, durable on return, and destroy the keys it no longer needs."""
        after, slots = self._store.database.write(work).result()
        self._destroy(slots)
        return after

    def left_lying(self) -> list[JobRow]:
        """Return the jobs that nobody sends to any more, and those that are too old."""
        now = self._store.clock.now()
        idle = now - timedelta(hours=limits.MASS_IDLE_H)
        old = now - timedelta(days=limits.MASS_JOB_DAYS_MAX)
        return self._store.database.read(lambda tx: mass_job_table.left_lying(tx, idle, old))

    def _destroy(self, slots: Sequence[int]) -> None:
        try:
            for slot in slots:
                self._store.vault.destroy(slot)
        except RecordUnavailable:
            # The vault takes no new batch from here on, and the next start erases these keys
            # before anything else; what is recorded already need not wait for that.
            return


def same(earlier: JobRow, terms: MassTerms) -> JobRow:
    """Return an earlier job if it has this content. Raises RequestNumberReused."""
    if earlier.status.terms.content_digest != terms.content_digest:
        raise RequestNumberReused(f"job number {terms.job_number} was used for other content")
    return earlier
