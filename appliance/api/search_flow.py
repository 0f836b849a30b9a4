"""What the two search services share: hand in, wait, fetch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

from google.protobuf.message import Message

from appliance.api import limits
from appliance.api.call import Call
from appliance.api.fields import SEARCH_TYPES, FieldChecks
from appliance.api.ports import Accepted, SearchDesk, Watch
from appliance.domain.codes import Category
from appliance.domain.errors import RequestUnknown
from appliance.domain.limits import REQUEST_NUMBER_CHARS_MAX
from appliance.domain.search import Answer, SearchRequest, SettledRequest
from appliance.v1 import dactyloscopic_pb2, dna_pb2

WatchRequest = (
    dactyloscopic_pb2.DactyloscopicServiceWatchAnswersRequest
    | dna_pb2.DnaServiceWatchAnswersRequest
)


class SearchFlow:
    """The way of a search through the desk. Used on the event loop."""

    def __init__(self, desk: SearchDesk, category: Category) -> None:
        self._desk = desk
        self._category = category

    def announce(
        self, call: Call, search: dactyloscopic_pb2.DactyloscopicSearch | dna_pb2.DnaSearch
    ) -> None:
        """Tell the call what is recorded should the search be refused before it is handed in."""
        call.search_type = SEARCH_TYPES.get(search.search_type)
        call.request_number = search.request_number[:REQUEST_NUMBER_CHARS_MAX]

    async def submit(self, call: Call, request: SearchRequest) -> Accepted:
        """Hand the request in; it is durable on return, and refusals are the desk's to record."""
        call.submitted = True
        return await call.run(self._desk.submit, call.principal, request)

    async def search(self, call: Call, request: SearchRequest) -> Answer | None:
        """Hand the request in and wait; None at the deadline, when the request stays."""
        await self.submit(call, request)
        pending = await call.run(self._desk.wait, request.party, request.request_number)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(pending), _wait_s(call))
        except TimeoutError:
            return None

    async def watch(
        self,
        call: Call,
        request: WatchRequest,
        stopping: Callable[[], bool],
        executor: Executor,
        message: Callable[[SettledRequest], Message],
    ) -> None:
        """Send how requests ended as they do; the certificate is checked anew at every wake-up."""
        after = request.after if request.HasField("after") else None
        watch = await call.run(self._desk.watch, call.principal.party, self._category, after)
        try:
            while not stopping():
                settled = await call.run_on(executor, watch.get, limits.WATCH_WAKE_S)
                call.confirm()
                if settled is not None:
                    await call.write(message(settled))
        finally:
            # Not awaited: the call may be ending because its task was cancelled.
            executor.submit(_close, watch)

    async def fetch(self, call: Call, request_number: str) -> Answer | None:
        """Return the answer, None while the request waits; raises RequestUnknown."""
        checks = FieldChecks()
        checks.number("request_number", request_number, REQUEST_NUMBER_CHARS_MAX)
        checks.raise_if_wrong()
        answer = await call.run(self._desk.answer, call.principal.party, request_number)
        if answer is not None and answer.search_type.category is not self._category:
            # The contact points of a Party are separate (Art. 8(1)): this one asked nothing.
            raise RequestUnknown(f"no {self._category.value} request under this number")
        return answer


def _close(watch: Watch) -> None:
    watch.close()


def _wait_s(call: Call) -> float | None:
    if call.ends_at_s is None:
        return None
    left_s = call.ends_at_s - asyncio.get_running_loop().time()
    return max(0.0, left_s - limits.ANSWER_MARGIN_MS / 1000)
