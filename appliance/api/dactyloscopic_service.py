# ruff: noqa: N802 - the contract names the methods.
"""DactyloscopicService: searches of contact points with fingerprints and palm prints (Art. 6)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor

from appliance.api.call import Call
from appliance.api.converters_answer import accepted, finger_answer
from appliance.api.converters_search import finger_request, finger_search_type, finger_views
from appliance.api.fields import REQUEST_STATE_NUMBERS, FieldChecks
from appliance.api.ports import SearchDesk
from appliance.api.search_flow import SearchFlow
from appliance.domain.codes import Category
from appliance.domain.errors import InvariantBroken
from appliance.domain.search import FingerProbe, SettledRequest
from appliance.v1 import dactyloscopic_pb2 as pb


class DactyloscopicServicer:
    """The methods of the contract; ``stopping`` ends the watchers when the service stops."""

    def __init__(
        self, desk: SearchDesk, watch_executor: Executor, stopping: Callable[[], bool]
    ) -> None:
        self._desk = desk
        self._flow = SearchFlow(desk, Category.DACTYLOSCOPIC)
        self._watch_executor = watch_executor
        self._stopping = stopping

    async def Search(
        self, request: pb.DactyloscopicServiceSearchRequest, call: Call
    ) -> pb.DactyloscopicServiceSearchResponse:
        """Search and wait."""
        self._flow.announce(call, request.search)
        asked = await call.run(finger_request, call.principal.party, request.search)
        answer = await self._flow.search(call, asked)
        return pb.DactyloscopicServiceSearchResponse(
            answer=finger_answer(asked.request_number, answer)
        )

    async def SubmitSearch(
        self, request: pb.DactyloscopicServiceSubmitSearchRequest, call: Call
    ) -> pb.DactyloscopicServiceSubmitSearchResponse:
        """Hand a search in."""
        self._flow.announce(call, request.search)
        asked = await call.run(finger_request, call.principal.party, request.search)
        return pb.DactyloscopicServiceSubmitSearchResponse(
            accepted=accepted(await self._flow.submit(call, asked))
        )

    async def GetAnswer(
        self, request: pb.DactyloscopicServiceGetAnswerRequest, call: Call
    ) -> pb.DactyloscopicServiceGetAnswerResponse:
        """Fetch an answer."""
        answer = await self._flow.fetch(call, request.request_number)
        return pb.DactyloscopicServiceGetAnswerResponse(
            answer=finger_answer(request.request_number, answer)
        )

    async def WatchAnswers(
        self, request: pb.DactyloscopicServiceWatchAnswersRequest, call: Call
    ) -> None:
        """Send how requests ended as they do."""
        await self._flow.watch(call, request, self._stopping, self._watch_executor, _watched)

    async def CheckQuality(
        self, request: pb.DactyloscopicServiceCheckQualityRequest, call: Call
    ) -> pb.DactyloscopicServiceCheckQualityResponse:
        """Say whether a record suits a search."""
        checks = FieldChecks()
        views = await call.run(finger_views, checks, "record", request.record)
        search_type = finger_search_type(checks, request.search_type)
        checks.raise_if_wrong()
        if not views:
            raise InvariantBroken("a record was neither decoded nor refused")
        probe = FingerProbe("record", views[0], views[1:])
        quality = await call.run(self._desk.check_quality, call.principal, probe, search_type)
        return pb.DactyloscopicServiceCheckQualityResponse(
            standard=views[0].standard,
            minutiae_count=sum(len(view.minutiae) for view in views),
            warnings=dict.fromkeys(warning for view in views for warning in view.warnings),
            quality=quality,
        )


def _watched(settled: SettledRequest) -> pb.DactyloscopicServiceWatchAnswersResponse:
    number = settled.request_number
    return pb.DactyloscopicServiceWatchAnswersResponse(
        answer=finger_answer(number, settled.answer) if settled.answer else None,
        cursor=settled.cursor,
        request_number=number,
        state=REQUEST_STATE_NUMBERS[settled.state],
        failure_reason=settled.failure_reason,
        failure_message=settled.failure_message,
    )
