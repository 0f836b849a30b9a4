# ruff: noqa: N802 - the contract names the methods.
"""RequestService: how requests stand, and their end before they are searched (IA Art. 10, 11)."""

from __future__ import annotations

from appliance.api import limits
from appliance.api.call import Call
from appliance.api.converters_answer import timestamp
from appliance.api.fields import REQUEST_STATE_NUMBERS, SEARCH_TYPE_NUMBERS, FieldChecks
from appliance.api.ports import SearchDesk
from appliance.domain.limits import REQUEST_NUMBER_CHARS_MAX
from appliance.domain.search import RequestStatus
from appliance.v1 import requests_pb2 as pb


class RequestServicer:
    """The methods of the contract."""

    def __init__(self, desk: SearchDesk) -> None:
        self._desk = desk

    async def CancelSearch(
        self, request: pb.CancelSearchRequest, call: Call
    ) -> pb.CancelSearchResponse:
        """Cancel a request."""
        checks = FieldChecks()
        checks.number("request_number", request.request_number, REQUEST_NUMBER_CHARS_MAX)
        checks.raise_if_wrong()
        await call.run(self._desk.cancel, call.principal, request.request_number)
        return pb.CancelSearchResponse()

    async def ListRequests(
        self, request: pb.ListRequestsRequest, call: Call
    ) -> pb.ListRequestsResponse:
        """Return a page of requests."""
        checks = FieldChecks()
        if request.limit > limits.PAGE_MAX:
            checks.wrong("limit", f"at most {limits.PAGE_MAX} are allowed")
        checks.raise_if_wrong()
        limit = request.limit or limits.PAGE_DEFAULT
        found = await call.run(self._desk.requests, call.principal, request.before, limit)
        return pb.ListRequestsResponse(requests=[_status(each) for each in found])


def _status(status: RequestStatus) -> pb.RequestStatus:
    return pb.RequestStatus(
        sequence=status.sequence,
        request_number=status.request_number,
        search_type=SEARCH_TYPE_NUMBERS[status.search_type],
        accelerated=status.accelerated,
        probes=status.probes,
        state=REQUEST_STATE_NUMBERS[status.state],
        received_at=timestamp(status.received_at),
        settled_at=timestamp(status.settled_at) if status.settled_at else None,
        failure_reason=status.failure_reason,
    )
