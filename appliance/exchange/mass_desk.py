"""The desk where unidentified profiles are handed in for mass comparison (Art. 4).

open: admission → one commit of job and record. Then batch after batch, each durable when it is
acknowledged; start closes the input, and the lane compares beside the searches. It uses none of the
day's capacities: the Parties agree on mass comparisons apart (Art. 4(1)).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from appliance.access import roles
from appliance.domain import limits
from appliance.domain.codes import Category, Role
from appliance.domain.errors import (
    ApplianceError,
    ClockSkewed,
    Draining,
    EngineLoading,
    FieldViolation,
    InvariantBroken,
    QueueFull,
    RecordUnavailable,
    RequestInvalid,
    StorageCorrupt,
)
from appliance.domain.mass_comparison import BatchReceipt, MassState, MassStatus, MassTerms
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.exchange import mass_intake, mass_supplies
from appliance.exchange.mass_admission import MassAdmission
from appliance.exchange.mass_batches import MassBatches
from appliance.exchange.mass_blocks import MassBlocks
from appliance.exchange.mass_intake import Offered
from appliance.exchange.mass_jobs import End, MassJobs, MassStore, same
from appliance.exchange.mass_lane import MassLane
from appliance.exchange.mass_ports import Comparer
from appliance.exchange.mass_watch import MassWatch, MassWatches, Page
from appliance.exchange.ports import Packer
from appliance.store.mass_job_table import JobRow
from appliance.telemetry.metrics import Metrics

SWEEP_INTERVAL_S = 30.0

# States of the service, not judgements of a job: recording each would fill the disk in the very
# hour in which it is short.
_NOT_RECORDED = (
    ClockSkewed,
    Draining,
    EngineLoading,
    InvariantBroken,
    QueueFull,
    RecordUnavailable,
    StorageCorrupt,
)


@dataclass(frozen=True, slots=True)
class MassOffices:
    """Who helps the desk; ``idle_s`` tells the seconds since a search was last under way, 0 while
    one is."""

    admission: MassAdmission
    comparer: Comparer
    packer: Packer
    idle_s: Callable[[], float]


class MassDesk:
    """Takes mass comparisons, gives their matches. Thread-safe; ``start`` before the first job."""

    def __init__(
        self, store: MassStore, offices: MassOffices, metrics: Metrics | None = None
    ) -> None:
        self._store = store
        self._offices = offices
        self._metrics = metrics
        self._jobs = MassJobs(store)
        self._batches = MassBatches(store)
        self._blocks = MassBlocks(store, self._jobs)
        self._watches = MassWatches()
        self._lane = MassLane(
            self._jobs,
            self._batches,
            self._blocks,
            offices.admission,
            offices.comparer,
            offices.idle_s,
            self._on_change,
        )
        self._open = False
        self._stopping = False
        self._stop = threading.Event()
        self._sweeper = threading.Thread(target=self._sweep_on, name="mass-sweep", daemon=True)

    def start(self) -> None:
        """Erase what nobody may read any more, resume what runs, then take jobs."""
        self._jobs.erase_orphans()
        self._lane.start()
        self._sweeper.start()
        self._open = True

    def close(self) -> None:
        """Stop: the slice under way is finished and kept, the rest is resumed by the next start.

        The database and the record have to be open until this returns; a second call does nothing.
        """
        self._stopping = True
        self._stop.set()
        self._lane.close()
        self._watches.changed()
        if self._sweeper.is_alive():
            self._sweeper.join()

    def open(self, principal: Principal, terms: MassTerms) -> MassStatus:
        """Open a job, durable on return; the same job again is told as it is.

        Refused with, in this order: RoleDenied (Art. 8(1)); RequestNumberReused; what
        ``MassAdmission.check`` names; QueueFull. Each but QueueFull and states of the service is
        on record when it is raised.
        """
        try:
            self._require_open()
            _require_contact_point(principal)
            if terms.party != principal.party:
                raise InvariantBroken("a job speaks for another Party than its certificate")
            earlier = self._jobs.find(terms.party, terms.job_number)
            if earlier is not None:
                return self._told(same(earlier, terms))
            at = self._offices.admission.check(terms)
            row = self._jobs.open(terms, principal, at)
        except _NOT_RECORDED:
            raise
        except ApplianceError as error:
            details = mass_supplies.refused(error, principal, terms)
            self._store.record.write(Act.MASS_COMPARISON_REFUSED, principal.party, details)
            raise
        if self._metrics is not None:
            self._metrics.mass.came_into(terms.party, MassState.OPEN.value)
        return self._told(row)

    def receive(
        self,
        principal: Principal,
        job_number: str,
        batch_number: int,
        digest: bytes,
        profiles: Sequence[Offered],
    ) -> BatchReceipt:
        """Take the next batch of an open job, durable on return; the same batch again is safe.

        One bad profile never harms another: it is left out, and the receipt says why. Raises
        RoleDenied, RequestUnknown, RequestInvalid, RequestNumberReused, what
        ``MassAdmission.check_block`` names, RecordUnavailable; nothing is kept then.
        """
        row = self._row(principal, job_number)
        if not 1 <= len(profiles) <= limits.MASS_PROFILES_PER_BATCH_MAX:
            bounds = f"{len(profiles)}; a batch has 1 to {limits.MASS_PROFILES_PER_BATCH_MAX}"
            raise RequestInvalid([FieldViolation("profiles", bounds)])
        # Profiles may not even be kept once the consent has ended.
        at = self._offices.admission.check_block(principal.party)
        rule = self._offices.admission.rule_of(principal.party)
        pilot = self._store.settings.instance.pilot
        batch = mass_intake.judged(profiles, rule, self._offices.packer, pilot=pilot)
        return self._batches.take(row, batch_number, digest, batch, principal, at)

    def begin(self, principal: Principal, job_number: str, batches: int) -> MassStatus:
        """Close the input and let the comparison run; a job that runs or has ended is told as is.

        ``batches`` is how many the Party sent: RequestInvalid unless exactly these are durable, so
        that a stream cut in the middle is never taken for the whole.
        """
        row = self._row(principal, job_number)
        status = row.status
        if status.batches != batches:
            wrong = f"is {batches}, but {status.batches} batches are durable"
            raise RequestInvalid([FieldViolation("batches", wrong)])
        if status.state is not MassState.OPEN:
            return self._told(row)
        if not status.received:
            raise RequestInvalid([FieldViolation("job_number", "the job holds no profile")])
        at = self._offices.admission.check(status.terms)
        after = self._jobs.start(row, principal, at)
        self._on_change(row, after)
        self._lane.wake()
        return self._told(after)

    def status(self, principal: Principal, job_number: str) -> MassStatus:
        """Return a job of the caller's Party. Raises RequestUnknown."""
        return self._told(self._row(principal, job_number))

    def watch(self, principal: Principal, job_number: str, after: int) -> MassWatch:
        """Return a watch over the matches after a cursor, 0 for all. Raises QueueFull."""
        row = self._row(principal, job_number)
        self._require_cursor("after_cursor", row.status, after)

        def fetch(cursor: int) -> Page:
            now = self._jobs.require(principal.party, job_number)
            return now.status, self._blocks.matches(now, cursor)

        return self._watches.watch(principal.party, fetch, after)

    def acknowledge(self, principal: Principal, job_number: str, cursor: int) -> MassStatus:
        """Erase the matches up to a cursor: their Party has them. Raises RequestInvalid."""
        row = self._row(principal, job_number)
        self._require_cursor("cursor", row.status, cursor)
        self._blocks.acknowledge(row, cursor)
        self._lane.wake()
        return self.status(principal, job_number)

    def cancel(self, principal: Principal, job_number: str) -> MassStatus:
        """End a job and erase its profiles; what was found can still be fetched."""
        row = self._row(principal, job_number)
        after = self._jobs.end(row, End(MassState.CANCELLED))
        if after is not None:
            self._on_change(row, after)
        return self.status(principal, job_number)

    def sweep(self) -> None:
        """Cancel the jobs that were left lying, and erase matches whose time is over."""
        for row in self._jobs.left_lying():
            message = "the job was left lying; its profiles are erased"
            after = self._jobs.end(row, End(MassState.CANCELLED, message=message))
            if after is not None:
                self._on_change(row, after)
        self._blocks.erase_old()

    def _row(self, principal: Principal, job_number: str) -> JobRow:
        self._require_open()
        _require_contact_point(principal)
        return self._jobs.require(principal.party, job_number)

    def _require_open(self) -> None:
        if self._stopping:
            raise Draining("the service is stopping")
        if not self._open:
            raise EngineLoading("the service is starting")

    def _require_cursor(self, field: str, status: MassStatus, cursor: int) -> None:
        if not 0 <= cursor <= status.matches:
            wrong = f"is {cursor}; the job has {status.matches} matches so far"
            raise RequestInvalid([FieldViolation(field, wrong)])

    def _told(self, row: JobRow) -> MassStatus:
        status = row.status
        if status.state is not MassState.RUNNING:
            return status
        left = self._lane.seconds_left(status.received - status.compared)
        return replace(status, seconds_left=left)

    def _on_change(self, before: JobRow, after: JobRow) -> None:
        """Tell the watchers and the metrics of a durable change."""
        if self._metrics is not None:
            was, now = before.status, after.status
            party = now.terms.party
            if was.state is not now.state:
                self._metrics.mass.came_into(party, now.state.value)
            if now.compared > was.compared:
                found = now.matches - was.matches
                self._metrics.mass.block(party, now.compared - was.compared, found)
                self._metrics.mass.progress(party, now.compared / now.received)
        self._watches.changed()

    def _sweep_on(self) -> None:
        while not self._stop.wait(SWEEP_INTERVAL_S):
            try:
                self.sweep()
            except ApplianceError:
                # A disk that refuses is tried again at the next turn: nothing is lost but time.
                continue


def _require_contact_point(principal: Principal) -> None:
    roles.require(principal, Role.contact_point(Category.DNA))
