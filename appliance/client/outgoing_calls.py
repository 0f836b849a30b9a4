"""What the own Party may still ask of others, as ``client.outgoing`` (IA Art. 10(1))."""

from __future__ import annotations

from appliance.client import messages, rpcs
from appliance.client.calls import AsyncCaller, Caller
from appliance.v1 import capacity_pb2 as pb


class OutgoingCalls:
    """The calls of ``Client``; every method raises ApplianceRefused. Safe to share."""

    def __init__(self, call: Caller) -> None:
        self._call = call

    def reserve(
        self, party: str, request_number: str, search_type: str, searches: int
    ) -> list[pb.CapacityUse]:
        """Count a request before it is sent; refused with CAPACITY_EXHAUSTED, it must not be."""
        wanted = messages.reserve_request(party, request_number, search_type, searches)
        return list(self._call(rpcs.RESERVE_OUTGOING, wanted).uses)

    def release(self, party: str, request_number: str) -> None:
        """Give back what was counted for a request that the other Party refused."""
        wanted = pb.ReleaseOutgoingRequest(party=party, request_number=request_number)
        self._call(rpcs.RELEASE_OUTGOING, wanted)

    def use_today(self, party: str = "") -> list[pb.CapacityUse]:
        """Return what is used today of what others declared."""
        wanted = pb.GetUseTodayRequest(party=party, direction=pb.DIRECTION_OUTGOING)
        return list(self._call(rpcs.USE_TODAY, wanted).uses)


class AsyncOutgoingCalls:
    """The calls of ``AsyncClient``; every method raises ApplianceRefused."""

    def __init__(self, call: AsyncCaller) -> None:
        self._call = call

    async def reserve(
        self, party: str, request_number: str, search_type: str, searches: int
    ) -> list[pb.CapacityUse]:
        """Count a request before it is sent; refused with CAPACITY_EXHAUSTED, it must not be."""
        wanted = messages.reserve_request(party, request_number, search_type, searches)
        return list((await self._call(rpcs.RESERVE_OUTGOING, wanted)).uses)

    async def release(self, party: str, request_number: str) -> None:
        """Give back what was counted for a request that the other Party refused."""
        wanted = pb.ReleaseOutgoingRequest(party=party, request_number=request_number)
        await self._call(rpcs.RELEASE_OUTGOING, wanted)

    async def use_today(self, party: str = "") -> list[pb.CapacityUse]:
        """Return what is used today of what others declared."""
        wanted = pb.GetUseTodayRequest(party=party, direction=pb.DIRECTION_OUTGOING)
        return list((await self._call(rpcs.USE_TODAY, wanted)).uses)
