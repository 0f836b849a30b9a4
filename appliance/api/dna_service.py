# ruff: noqa: N802 - the contract names the methods.
"""DnaService: searches of contact points with DNA profiles (Art. 3)."""

from __future__ import annotations

from appliance.api.call import Call
from appliance.api.converters_answer import accepted, dna_answer
from appliance.api.converters_search import dna_request
from appliance.api.ports import SearchDesk
from appliance.api.search_flow import SearchFlow
from appliance.domain.codes import Category
from appliance.v1 import dna_pb2 as pb


class DnaServicer:
    """The methods of the contract."""

    def __init__(self, desk: SearchDesk) -> None:
        self._flow = SearchFlow(desk, Category.DNA)

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
