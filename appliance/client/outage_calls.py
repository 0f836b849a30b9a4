"""Times without searches for reasons of vis major, as ``client.outages`` (IA Art. 11(2))."""

from __future__ import annotations

from appliance.client import rpcs
from appliance.client.calls import AsyncCaller, Caller
from appliance.v1 import outages_pb2 as pb


class OutageCalls:
    """The calls of ``Client``; every method raises ApplianceRefused. Safe to share."""

    def __init__(self, call: Caller) -> None:
        self._call = call

    def begin(self, reason: str) -> pb.Outage:
        """State an outage: requests are accepted and wait, nothing is searched."""
        return self._call(rpcs.BEGIN_OUTAGE, pb.BeginOutageRequest(reason=reason)).outage

    def end(self) -> pb.Outage:
        """State its end: what waited is searched in the order of receipt."""
        return self._call(rpcs.END_OUTAGE, pb.EndOutageRequest()).outage

    def newest(self) -> list[pb.Outage]:
        """Return the newest outages, newest first."""
        return list(self._call(rpcs.LIST_OUTAGES, pb.ListOutagesRequest()).outages)


class AsyncOutageCalls:
    """The calls of ``AsyncClient``; every method raises ApplianceRefused."""

    def __init__(self, call: AsyncCaller) -> None:
        self._call = call

    async def begin(self, reason: str) -> pb.Outage:
        """State an outage: requests are accepted and wait, nothing is searched."""
        return (await self._call(rpcs.BEGIN_OUTAGE, pb.BeginOutageRequest(reason=reason))).outage

    async def end(self) -> pb.Outage:
        """State its end: what waited is searched in the order of receipt."""
        return (await self._call(rpcs.END_OUTAGE, pb.EndOutageRequest())).outage

    async def newest(self) -> list[pb.Outage]:
        """Return the newest outages, newest first."""
        return list((await self._call(rpcs.LIST_OUTAGES, pb.ListOutagesRequest())).outages)
