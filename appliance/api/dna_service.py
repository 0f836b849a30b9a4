# ruff: noqa: N802 - the contract names the methods.
"""DnaService: searches of contact points with DNA profiles (Art. 3)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor

from appliance.api.call import Call
from appliance.api.converters_answer import accepted, dna_answer
from appliance.api.converters_search import dna_request
from appliance.api.fields import REQUEST_STATE_NUMBERS
from appliance.api.ports import SearchDesk
from appliance.api.search_flow import SearchFlow
from appliance.domain.codes import Category
from appliance.domain.search import SettledRequest
from appliance.v1 import dna_pb2 as pb


class DnaServicer:
    """The methods of the contract; ``stopping`` ends the watchers when the service stops."""

    def __init__(
        self, desk: SearchDesk, watch_executor: Executor, stopping: Callable[[], bool]
    ) -> None:
        self._flow = SearchFlow(desk, Category.DNA)
        self._watch_executor = watch_executor
        self._stopping = stopping

    async def Search(
        self, request: pb.DnaServiceSearchRequest, call: Call
    ) -> pb.DnaServiceSearchResponse:
        """Search and wait."""
        self._flow.announce(call, request.search)
        asked = await call.run(dna_request, call.principal.party, request.search)
        answer = await self._flow.search(call, asked)
        return pb.DnaServiceSearchResponse(answer=dna_answer(asked.request_number, answer))

    async def SubmitSearch(
        self, request: pb.DnaServiceSubmitSearchRequest, call: Call
    ) -> pb.DnaServiceSubmitSearchResponse:
        """Hand a search in."""
        self._flow.announce(call, request.search)
        asked = await call.run(dna_request, call.principal.party, request.search)
        return pb.DnaServiceSubmitSearchResponse(
            accepted=accepted(await self._flow.submit(call, asked))
        )

    async def GetAnswer(
        self, request: pb.DnaServiceGetAnswerRequest, call: Call
    ) -> pb.DnaServiceGetAnswerResponse:
        """Fetch an answer."""
        answer = await self._flow.fetch(call, request.request_number)
        return pb.DnaServiceGetAnswerResponse(answer=dna_answer(request.request_number, answer))

    async def WatchAnswers(self, request: pb.DnaServiceWatchAnswersRequest, call: Call) -> None:
        """Send how requests ended as they do."""
        await self._flow.watch(call, request, self._stopping, self._watch_executor, _watched)


def _watched(settled: SettledRequest) -> pb.DnaServiceWatchAnswersResponse:
    number = settled.request_number
    return pb.DnaServiceWatchAnswersResponse(
        answer=dna_answer(number, settled.answer) if settled.answer else None,
        cursor=settled.cursor,
        request_number=number,
        state=REQUEST_STATE_NUMBERS[settled.state],
        failure_reason=settled.failure_reason,
        failure_message=settled.failure_message,
    )
