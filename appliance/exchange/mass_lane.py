"""The one thread that compares: block after block, each running job in turn, searches first.

A block is compared with the gallery as it is when the block begins, and its epoch stands in every
match and in the record; a change of reference data is seen by the blocks that begin after it. What
a block found is durable together with how far its job is: an end of the process at any moment costs
at most the block under way, which the next start compares again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime

from appliance.domain import limits
from appliance.domain.errors import (
    ApplianceError,
    ConsentMissing,
    FileNotDeclared,
    PartyNotEvaluated,
    PartySuspended,
    RecordUnavailable,
)
from appliance.domain.mass_comparison import MassState
from appliance.domain.search import DnaMatch
from appliance.exchange import failures
from appliance.exchange.mass_admission import MassAdmission
from appliance.exchange.mass_batches import MassBatches
from appliance.exchange.mass_blocks import Block, MassBlocks
from appliance.exchange.mass_jobs import End, MassJobs
from appliance.exchange.mass_pace import Pace, Stopping
from appliance.exchange.mass_ports import Comparer
from appliance.store.mass_job_table import JobRow
from appliance.telemetry.logs import logger

ATTEMPTS_MAX = 3
RETRY_S = 1.0
LOOK_S = 1.0

_NO_LONGER = (ConsentMissing, FileNotDeclared, PartyNotEvaluated, PartySuspended)
"""What ends a job: it may not go on, and its profiles may not be kept (Art. 4(1), 13(3))."""

_log = logger("exchange")


class MassLane:
    """Runs the jobs. ``start`` once, ``close`` once; ``wake`` and ``seconds_left`` at any time."""

    def __init__(
        self,
        jobs: MassJobs,
        batches: MassBatches,
        blocks: MassBlocks,
        admission: MassAdmission,
        comparer: Comparer,
        idle_s: Callable[[], float],
        on_change: Callable[[JobRow, JobRow], None],
    ) -> None:
        """``on_change`` is told of each durable change of a job: as it was, and as it is."""
        self._jobs = jobs
        self._batches = batches
        self._blocks = blocks
        self._admission = admission
        self._comparer = comparer
        self._on_change = on_change
        self._stop = threading.Event()
        self._work = threading.Event()
        self._pace = Pace(idle_s, self._stop)
        self._turn = 0
        self._failed = 0
        self._thread = threading.Thread(target=self._run, name="mass-comparison", daemon=True)

    def start(self) -> None:
        """Resume the running jobs."""
        self._thread.start()

    def wake(self) -> None:
        """Say that a job may have become able to run."""
        self._work.set()

    def close(self) -> None:
        """Stop; the block under way is given up, and resumed by the next start as the rest is."""
        self._stop.set()
        self._work.set()
        if self._thread.is_alive():
            self._thread.join()

    def seconds_left(self, profiles: int) -> float | None:
        """Return how long so many profiles will take, None before the first block."""
        return self._pace.seconds_left(profiles)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._work.clear()
            try:
                row = self._jobs.next_running(self._turn)
            except ApplianceError:
                row = None
            if row is None:
                self._work.wait(LOOK_S)
                self._pace.rested()
                continue
            self._turn = row.job
            self._attempt(row)

    def _attempt(self, row: JobRow) -> None:
        """Compare one block or end the job; never raises."""
        try:
            self._block(row, self._admission.check_block(row.status.terms.party))
            self._failed = 0
        except Stopping:
            return
        except _NO_LONGER as error:
            self._fail(row, error)
        except RecordUnavailable:
            # Nothing leaves without its record: the block is compared again when the disk allows.
            self._rest()
        except Exception as error:
            self._failed += 1
            failure = failures.failure_of(error)
            _log.error("a mass comparison met a failure", reason=failure.reason, exc_info=error)
            if self._failed >= ATTEMPTS_MAX:
                self._fail(row, failure)
            else:
                self._rest()

    def _block(self, row: JobRow, at: datetime) -> None:
        begun_s = time.monotonic()
        profiles = self._batches.next_profiles(row)[: self._pace.block_profiles()]
        comparison = self._comparer.begin(row.status.terms.party)
        limit = self._admission.matches_max()
        packed = [each.packed for each in profiles]
        results: list[tuple[DnaMatch, ...]] = []
        found = 0
        for matches in comparison.compare(packed, limit, self._pace.give_way):
            results.append(matches)
            found += len(matches)
            if found >= limits.MASS_MATCHES_PER_BLOCK_MAX:
                break
        # The disk, too, is the searches' first.
        self._pace.give_way()
        block = Block(profiles[: len(results)], results, comparison.provenance, limit, at)
        after = self._blocks.settle(row, block)
        self._pace.progressed(len(profiles), len(results), time.monotonic() - begun_s)
        if after is not None:
            self._on_change(row, after)

    def _fail(self, row: JobRow, error: ApplianceError) -> None:
        message = error.message[: failures.FAILURE_CHARS_MAX]
        try:
            after = self._jobs.end(row, End(MassState.FAILED, error.reason, message))
        except RecordUnavailable:
            self._rest()
            return
        except ApplianceError as defect:
            # Not even the end can be kept: the row stays as evidence, and others have their turn.
            _log.error("a mass comparison cannot be ended", reason=defect.reason)
            self._rest()
            return
        self._failed = 0
        if after is not None:
            self._on_change(row, after)

    def _rest(self) -> None:
        self._stop.wait(RETRY_S)
        self._pace.rested()
