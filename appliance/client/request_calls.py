"""How a contact point's requests stand, and their end, as ``client.requests`` (IA Art. 10, 11)."""

from __future__ import annotations

from appliance.client import rpcs
from appliance.client.calls import AsyncCaller, Caller
from appliance.v1 import requests_pb2 as pb


class RequestCalls:
    """The calls of ``Client``; every method raises ApplianceRefused. Safe to share."""

    def __init__(self, call: Caller) -> None:
        self._call = call

    def cancel(self, request_number: str) -> None:
        """Cancel a request before it is searched: its capacity is free again."""
        self._call(rpcs.CANCEL_SEARCH, pb.CancelSearchRequest(request_number=request_number))

    def page(self, before: int = 0, limit: int = 0) -> list[pb.RequestStatus]:
        """Return requests, newest first, below a sequence; 0 begins with the newest."""
        wanted = pb.ListRequestsRequest(before=before, limit=limit)
        return list(self._call(rpcs.LIST_REQUESTS, wanted).requests)


class AsyncRequestCalls:
    """The calls of ``AsyncClient``; every method raises ApplianceRefused."""

    def __init__(self, call: AsyncCaller) -> None:
        self._call = call

    async def cancel(self, request_number: str) -> None:
        """Cancel a request before it is searched: its capacity is free again."""
        await self._call(rpcs.CANCEL_SEARCH, pb.CancelSearchRequest(request_number=request_number))

    async def page(self, before: int = 0, limit: int = 0) -> list[pb.RequestStatus]:
        """Return requests, newest first, below a sequence; 0 begins with the newest."""
        wanted = pb.ListRequestsRequest(before=before, limit=limit)
        return list((await self._call(rpcs.LIST_REQUESTS, wanted)).requests)
