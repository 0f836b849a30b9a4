"""The desk where searches are handed in and answers are fetched.

submit: idempotency → admission → one commit of request, capacity and record → queue. Nothing is
searched that is not on record, and no answer leaves before its own entry is durable (Art. 17(2)).
"""

from __future__ import annotations

from concurrent.futures import Future

from appliance.access import roles
from appliance.access.officers import OfficerList
from appliance.audit.record import Record
from appliance.config.pack_book import PackBook
from appliance.config.settings import Settings
from appliance.domain.clock import Clock
from appliance.domain.codes import Category, Role, SearchType
from appliance.domain.errors import (
    ApplianceError,
    ClockSkewed,
    Draining,
    EngineLoading,
    InvariantBroken,
    QueueFull,
    RecordUnavailable,
    StorageCorrupt,
)
from appliance.domain.principal import Principal
from appliance.domain.search import Answer, DnaProbe, Probe, RequestStatus, SearchRequest
from appliance.exchange import supplies
from appliance.exchange.admission import Admission
from appliance.exchange.archive import Archive
from appliance.exchange.case_purposes import CasePurposes
from appliance.exchange.clock_guard import ClockGuard
from appliance.exchange.conductor import Conductor
from appliance.exchange.participation import Participation
from appliance.exchange.ports import Matcher
from appliance.exchange.receipts import Accepted, Admitted
from appliance.exchange.reception import Reception
from appliance.exchange.refusals import Refusals
from appliance.exchange.request_book import REQUESTS_PER_PAGE_MAX, RequestBook
from appliance.exchange.search_queue import SearchQueue, Waiting
from appliance.exchange.sweeper import Sweeper
from appliance.exchange.waiters import Waiters
from appliance.exchange.watch import Watch
from appliance.keys.master_key import MasterKey
from appliance.keys.probe_vault import ProbeVault
from appliance.store.database import Database
from appliance.telemetry.metrics import Metrics

__all__ = ["Accepted", "SearchDesk", "Watch"]

# States of the service, not judgements of a request: recording each would fill the disk in the
# very hour in which it is short.
_NOT_RECORDED = (
    ClockSkewed,
    Draining,
    EngineLoading,
    InvariantBroken,
    QueueFull,
    RecordUnavailable,
    StorageCorrupt,
)


class SearchDesk:
    """Takes requests, gives answers. Thread-safe; ``start`` before the first request."""

    def __init__(
        self,
        *,
        database: Database,
        record: Record,
        vault: ProbeVault,
        master: MasterKey,
        matcher: Matcher,
        packs: PackBook,
        officers: OfficerList,
        settings: Settings,
        clock: Clock,
        guard: ClockGuard,
        metrics: Metrics | None = None,
    ) -> None:
        """Raises ConfigurationInvalid if no pack is in force yet."""
        packs.in_force()
        self._guard = guard
        self._refusals = Refusals(database, record, settings, clock)
        self._clock = clock
        self._metrics = metrics
        self._officers = officers
        self._admission = Admission(packs, matcher, settings)
        self._archive = Archive(database, record, vault, master, settings, clock)
        self._waiters = Waiters()
        # Enough to fill the next batches while the present ones are computed.
        taken_max = 2 * settings.matching.batch_max * settings.matching.workers
        self._queue = SearchQueue(settings.matching.queue_depth_max, taken_max)
        self._conductor = Conductor(
            self._queue,
            self._archive,
            matcher,
            packs,
            Participation(packs, settings),
            clock,
            self._waiters,
            record,
            metrics,
        )
        self._reception = Reception(
            database, record, self._archive, packs, CasePurposes(master), settings, metrics
        )
        self._book = RequestBook(database, self._archive, self._queue, self._waiters)
        self._sweeper = Sweeper(
            database,
            record,
            self._archive,
            self._queue,
            packs,
            settings,
            clock,
            guard,
            metrics,
        )
        self._open = False
        self._stopping = False

    def start(self) -> None:
        """Resume what was queued, in order of receipt, then take requests."""
        for row in self._archive.queued():
            due_since = row.due_since or row.received_at
            self._queue.put(Waiting(row.sequence, row.accelerated, due_since))
        self._sweeper.release()
        self.pause(self._archive.in_outage())
        self._conductor.start()
        self._sweeper.start()
        self._open = True

    def pause(self, paused: bool) -> None:
        """Search nothing for as long as an outage is stated; requests are accepted all the same.

        At its end those whose 24 hours are over go first, in the order of receipt.
        """
        self._sweeper.hasten()
        self._queue.pause(paused)
        if self._metrics is not None:
            self._metrics.outage(paused)

    def drain(self, timeout_s: float) -> bool:
        """Take no more requests and wait for those accepted; say whether all were answered.

        What remains is resumed by the next start.
        """
        self._stopping = True
        return self._queue.wait_idle(timeout_s)

    def close(self) -> None:
        """Stop. The database and the record have to be open until this returns."""
        self._stopping = True
        self._conductor.close()
        self._waiters.close()
        self._sweeper.close()

    def idle_s(self) -> float:
        """Return the seconds since a search was last under way, 0 while one is."""
        return self._queue.idle_s

    def queue_depth(self) -> int:
        """Return how many requests wait their turn."""
        return self._queue.depth

    def submit(self, principal: Principal, request: SearchRequest) -> Accepted:
        """Accept a request, durable on return; the same request again is accepted as before.

        Refused with, in this order: RoleDenied (Art. 8(1)); RequestNumberReused; what
        ``Admission.check`` names; QueueFull; PurposeChanged (Art. 13(1)); CapacityExhausted (IA
        Art. 10(1)). Each is on record when it is raised, QueueFull and states of the service apart
        (Draining, EngineLoading, RecordUnavailable). A refused request uses neither capacity nor
        its request number.
        """
        try:
            self._require_open()
            return self._submit(principal, request)
        except _NOT_RECORDED as error:
            self._count(error)
            raise
        except ApplianceError as error:
            details = supplies.refused_request(error, principal, request)
            self._record_refusal(details, principal, error)
            raise

    def refused(
        self,
        principal: Principal | None,
        search_type: SearchType | None,
        request_number: str,
        error: ApplianceError,
    ) -> None:
        """Record a refusal met before ``submit``, durable on return. Raises RecordUnavailable."""
        details = supplies.refused(error, principal, search_type, request_number)
        self._record_refusal(details, principal, error)

    def check_quality(
        self, principal: Principal, probe: Probe, search_type: SearchType | None = None
    ) -> int | None:
        """Tell without delay whether a probe is suitable (IA Art. 11(1)), for one type or any.

        Returns the quality of a print, 0..100, and None of a profile. Raises RoleDenied,
        PartyNotEvaluated, PartySuspended, QualityInsufficient.
        """
        category = Category.DNA if isinstance(probe, DnaProbe) else Category.DACTYLOSCOPIC
        roles.require(principal, Role.contact_point(category))
        return self._admission.check_quality(principal.party, probe, self._clock.now(), search_type)

    def answer(self, party: str, request_number: str) -> Answer | None:
        """Return the answer, None while the request waits.

        Raises RequestUnknown (never sent, or erased after its time), RequestSettled (cancelled),
        or what the search failed with.
        """
        return self._archive.answer(party, request_number)

    def wait(self, party: str, request_number: str) -> Future[Answer]:
        """Return a future for the answer; cancelling it leaves the request as it is.

        Raises as ``answer``; the future raises what the search fails with, or Draining.
        """
        return self._book.wait(party, request_number)

    def watch(self, party: str, category: Category, after: int | None = None) -> Watch:
        """Return a watch over the Party's requests of a category that are over, after a cursor.

        From now on for None.

        Raises QueueFull.
        """
        return self._book.watch(party, category, after)

    def cancel(self, principal: Principal, request_number: str) -> None:
        """Cancel a request of the caller's before it is searched; on record on return.

        Its capacity is free again and its probe erased. Raises RoleDenied, RequestUnknown,
        RequestSettled (the search has begun, or is over), RecordUnavailable.
        """
        self._book.cancel(principal, request_number)

    def requests(
        self, principal: Principal, before: int = 0, limit: int = REQUESTS_PER_PAGE_MAX
    ) -> list[RequestStatus]:
        """Return the caller's requests, newest first, below a sequence (0: all). RoleDenied."""
        return self._book.requests(principal, before, limit)

    def sweep(self) -> None:
        """Do what only time asks for, now; see ``Sweeper``."""
        self._sweeper.sweep()

    def _require_open(self) -> None:
        if self._stopping:
            raise Draining("the service is stopping")
        if not self._open:
            raise EngineLoading("the service is starting")

    def _submit(self, principal: Principal, request: SearchRequest) -> Accepted:
        if request.party != principal.party:
            raise InvariantBroken("a request speaks for another Party than its certificate")
        roles.require(principal, Role.contact_point(request.search_type.category))
        try:
            return self._accept(principal, request)
        except (RecordUnavailable, StorageCorrupt, InvariantBroken):
            # What the disk holds is not known now, so nothing is said of what it may hold.
            raise
        except ApplianceError:
            # What was accepted once stays so, whatever would be said of it today. Asked only now,
            # because nearly every request is new, and a commit looks for it anyway.
            earlier = self._reception.earlier(request)
            if earlier is not None:
                return earlier
            raise

    def _accept(self, principal: Principal, request: SearchRequest) -> Accepted:
        self._guard.check()
        officers = self._officers.current()  # a new list is noted before the instant it judges
        at = self._clock.now()
        limit = self._admission.check(request, officers, at)
        with self._queue.place():
            received = self._reception.accept(Admitted(principal, request, limit, at))
            for waiting in received.released:
                self._queue.put(waiting)
        if self._metrics is not None:
            self._metrics.queue(self._queue.depth, self._queue.depth_max)
        return received.accepted

    def _record_refusal(
        self, details: supplies.Details, principal: Principal | None, error: ApplianceError
    ) -> None:
        self._count(error)
        self._refusals.keep(details, principal, error)

    def _count(self, error: ApplianceError) -> None:
        if self._metrics is not None:
            self._metrics.search_rejected(error.reason)
