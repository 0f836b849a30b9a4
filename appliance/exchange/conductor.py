"""Takes requests from the queue to the matcher and their outcomes to the archive.

One thread keeps the order of receipt; a few others wait for commits, so that several answers share
one. A probe is in memory from here to the matcher's answer and nowhere else.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from appliance.audit.record import Record
from appliance.config.pack_book import PackBook
from appliance.domain.clock import Clock
from appliance.domain.errors import ApplianceError, Draining, RecordUnavailable
from appliance.domain.search import SearchRequest
from appliance.exchange import failures
from appliance.exchange.archive import Archive
from appliance.exchange.participation import Participation
from appliance.exchange.ports import Matcher
from appliance.exchange.search_queue import SearchQueue, Waiting
from appliance.exchange.waiters import Waiters
from appliance.matching.outcome import MatchOutcome
from appliance.store.requests_table import RequestRow
from appliance.telemetry.logs import logger
from appliance.telemetry.metrics import Metrics

ATTEMPTS_MAX = 2
COMMIT_THREADS = 4
RECORD_RETRY_S = 1.0

_log = logger("exchange")


@dataclass(frozen=True, slots=True)
class _Search:
    waiting: Waiting
    row: RequestRow
    request: SearchRequest
    attempt: int = 1


class Conductor:
    """Runs the searches. ``start`` once, ``close`` once."""

    def __init__(
        self,
        queue: SearchQueue,
        archive: Archive,
        matcher: Matcher,
        packs: PackBook,
        participation: Participation,
        clock: Clock,
        waiters: Waiters,
        record: Record,
        metrics: Metrics | None,
    ) -> None:
        self._queue = queue
        self._archive = archive
        self._matcher = matcher
        self._packs = packs
        self._participation = participation
        self._clock = clock
        self._waiters = waiters
        self._record = record
        self._metrics = metrics
        self._stop = threading.Event()
        self._searching: set[Future[MatchOutcome]] = set()
        self._commits = ThreadPoolExecutor(COMMIT_THREADS, "exchange-commit")
        self._thread = threading.Thread(target=self._run, name="exchange-conductor", daemon=True)

    def start(self) -> None:
        """Begin to take from the queue."""
        self._thread.start()

    def close(self) -> None:
        """Stop taking; commits under way end, whatever else is searched stays queued on disk."""
        self._stop.set()
        self._queue.close()
        if self._thread.is_alive():
            self._thread.join()
        for future in tuple(self._searching):
            # No time is spent on a search whose answer could not be kept any more.
            future.cancel()
        self._commits.shutdown(wait=True)

    def _run(self) -> None:
        while (waiting := self._queue.take()) is not None:
            self._begin(waiting)

    def _begin(self, waiting: Waiting) -> None:
        """Search for one that was taken, or fail it; never raises."""
        try:
            row = self._archive.row(waiting.sequence)
        except ApplianceError:
            # A database that cannot be read answers nothing more; the next start resumes.
            row = None
        if row is None:
            self._queue.settled(waiting.sequence)
            return
        try:
            # A suspension or withdrawal that took effect meanwhile ends what still waits.
            self._participation.require(row.party, row.search_type.category, self._clock.now())
            search = _Search(waiting, row, self._archive.open_probe(row))
        except Exception as error:
            self._end(waiting, row, error)
        else:
            self._search(search)

    def _search(self, search: _Search) -> None:
        try:
            # The pack that admitted the request also says how it is compared, whenever that is.
            pack = self._packs.at(search.row.received_at)
            future = self._matcher.submit(search.request, search.row.candidate_limit, pack)
        except Exception as error:
            future = Future()
            future.set_exception(error)
        self._searching.add(future)
        future.add_done_callback(lambda done: self._hand_over(search, done))

    def _hand_over(self, search: _Search, done: Future[MatchOutcome]) -> None:
        """Leave the matcher's thread at once: what follows waits for the disk."""
        self._searching.discard(done)
        try:
            self._commits.submit(self._finish, search, done)
        except RuntimeError:
            # Closed meanwhile: the request waits on disk for the next start.
            self._queue.settled(search.waiting.sequence)

    def _finish(self, search: _Search, done: Future[MatchOutcome]) -> None:
        if done.cancelled() and self._stop.is_set():
            self._queue.settled(search.waiting.sequence)
            return
        try:
            outcome = done.result()
        except Draining:
            self._queue.settled(search.waiting.sequence)
        except failures.PASSING as error:
            if search.attempt < ATTEMPTS_MAX:
                self._search(replace(search, attempt=search.attempt + 1))
            else:
                self._end(search.waiting, search.row, error)
        except BaseException as error:  # a cancelled future too ends here, as a defect
            self._end(search.waiting, search.row, error)
        else:
            self._answer(search, outcome)

    def _answer(self, search: _Search, outcome: MatchOutcome) -> None:
        begun_s = time.perf_counter()
        try:
            answer = self._archive.settle(search.row, outcome)
        except RecordUnavailable:
            self._put_back(search.waiting)
        except Exception as error:
            self._end(search.waiting, search.row, error)
        else:
            self._observe(search.row, begun_s)
            self._waiters.answered(answer)
            self._queue.settled(search.waiting.sequence)

    def _end(self, waiting: Waiting, row: RequestRow, error: BaseException) -> None:
        """Fail a request for good; the log names the type and the place of what went wrong."""
        failure = failures.failure_of(error)
        _log.error("a search failed", reason=failure.reason, sequence=row.sequence, exc_info=error)
        begun_s = time.perf_counter()
        try:
            self._archive.fail(row, failure)
        except RecordUnavailable:
            self._put_back(waiting)
            return
        except ApplianceError as defect:
            # Not even the failure can be kept: tell who waits, and leave the row as evidence.
            failure = failures.failure_of(defect)
        self._observe(row, begun_s)
        self._waiters.failed((row.party, row.request_number), failure)
        self._queue.settled(waiting.sequence)

    def _put_back(self, waiting: Waiting) -> None:
        """Try again later what could not be recorded: nothing leaves without its record."""
        self._stop.wait(RECORD_RETRY_S)
        self._queue.put_back(waiting)

    def _observe(self, row: RequestRow, begun_s: float) -> None:
        self._record.observe_commit(begun_s)
        if self._metrics is not None:
            elapsed_s = time.perf_counter() - begun_s
            self._metrics.search_stage(row.search_type.category.value, "audit", elapsed_s)
            self._metrics.queue(self._queue.depth, self._queue.depth_max)
