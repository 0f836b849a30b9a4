"""What a Party may ask of its own requests: how they stand, their answers as they come, an end.

The contact points of a Party are separate (Art. 8(1)): each sees the requests of its category.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass

from appliance.access import roles
from appliance.domain.codes import Category, Role
from appliance.domain.errors import ApplianceError, RequestSettled, RequestUnknown, RoleDenied
from appliance.domain.principal import Principal
from appliance.domain.search import Answer, RequestState, RequestStatus, SettledRequest
from appliance.exchange import supplies
from appliance.exchange.archive import Archive, require_unsettled
from appliance.exchange.search_queue import SearchQueue
from appliance.exchange.waiters import Waiters
from appliance.exchange.watch import Watch
from appliance.store import requests_table
from appliance.store.answers_table import Settlement
from appliance.store.database import Database, Transaction
from appliance.store.requests_table import RequestRow

REQUESTS_PER_PAGE_MAX = 1_000
_NUMBER_MAX = (1 << 63) - 1  # the largest whole number of the database


@dataclass(frozen=True, slots=True)
class _PartysAnswers:
    """Where a watch of one contact point reads."""

    archive: Archive
    party: str
    category: Category

    def settled_after(self, cursor: int, limit: int) -> list[Settlement]:
        return self.archive.settled_after(self.party, self.category, cursor, limit)

    def fetch(self, settled: Settlement) -> SettledRequest:
        number = settled.request_number
        row = self.archive.find(self.party, number)
        if row is None or row.sequence != settled.sequence:
            raise RequestUnknown("the request failed and was sent again")
        answered = row.state is RequestState.ANSWERED
        return SettledRequest(
            cursor=settled.cursor,
            request_number=number,
            state=row.state,
            answer=self.archive.answer(self.party, number) if answered else None,
            failure_reason=row.failure_reason,
            failure_message=row.failure_message,
        )


class RequestBook:
    """The requests of the Parties, from their side. Thread-safe."""

    def __init__(
        self, database: Database, archive: Archive, queue: SearchQueue, waiters: Waiters
    ) -> None:
        self._database = database
        self._archive = archive
        self._queue = queue
        self._waiters = waiters

    def wait(self, party: str, request_number: str) -> Future[Answer]:
        """Return a future for an answer. Raises as ``Archive.answer``."""
        future = self._waiters.future((party, request_number))
        try:
            answer = self._archive.answer(party, request_number)
        except ApplianceError:
            future.cancel()
            raise
        if answer is None:
            return future
        future.cancel()
        done: Future[Answer] = Future()
        done.set_result(answer)
        return done

    def watch(self, party: str, category: Category, after: int | None) -> Watch:
        """Return a watch over what is settled after a cursor, from now on for None. QueueFull."""
        begin = self._archive.newest_settled() if after is None else min(after, _NUMBER_MAX)
        return self._waiters.watch(party, _PartysAnswers(self._archive, party, category), begin)

    def requests(self, principal: Principal, before: int, limit: int) -> list[RequestStatus]:
        """Return up to ``limit`` requests, newest first, below a sequence (0: all). RoleDenied."""
        category = _category_of(principal)
        bounded = max(0, min(limit, REQUESTS_PER_PAGE_MAX))
        below = min(before or _NUMBER_MAX, _NUMBER_MAX)

        def work(tx: Transaction) -> list[RequestStatus]:
            rows = requests_table.page(tx, principal.party, category, below, bounded)
            verified = requests_table.verified(tx, [row.sequence for row in rows])
            return [self._status(row, row.sequence in verified) for row in rows]

        return self._database.read(work)

    def cancel(self, principal: Principal, request_number: str) -> None:
        """Cancel a request before it is searched: recorded, given back, its probe erased.

        Raises RoleDenied, RequestUnknown, RequestSettled, RecordUnavailable.
        """
        category = _category_of(principal)
        row = self._archive.find(principal.party, request_number)
        if row is None or row.search_type.category is not category:
            raise RequestUnknown(f"no {category.value} request under this number")
        require_unsettled(row)
        details = supplies.named(row) | {"certificate": principal.fingerprint}
        with self._queue.withdrawn(row.sequence):
            self._archive.cancel(row, details)
        cancelled = RequestSettled("the request was cancelled; its number is used up")
        self._waiters.failed((row.party, row.request_number), cancelled)

    def _status(self, row: RequestRow, verified: bool) -> RequestStatus:
        state = row.state
        if state is RequestState.QUEUED and self._queue.is_taken(row.sequence):
            state = RequestState.SEARCHED
        if state is RequestState.ANSWERED and verified:
            state = RequestState.VERIFIED
        return RequestStatus(
            sequence=row.sequence,
            request_number=row.request_number,
            search_type=row.search_type,
            accelerated=row.accelerated,
            probes=row.probes,
            state=state,
            received_at=row.received_at,
            settled_at=row.settled_at,
            failure_reason=row.failure_reason,
        )


def _category_of(principal: Principal) -> Category:
    """Return the category of a contact point. Raises RoleDenied for every other role."""
    for category in Category:
        if principal.role is Role.contact_point(category):
            return category
    roles.require(principal, *(Role.contact_point(each) for each in Category))
    raise RoleDenied("requests are those of contact points")
