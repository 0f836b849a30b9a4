"""Calls about the clock of the appliance, for both clients: ``client.clock``."""

from __future__ import annotations

from appliance.client import rpcs
from appliance.client.packs import AsyncCall, Call
from appliance.v1 import admin_pb2


class ClockCalls:
    """Every method raises ApplianceRefused."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def accept(self, reason: str) -> None:
        """Vouch for the clock of the machine after it was set; the reason goes on record."""
        self._call(rpcs.ACCEPT_CLOCK, admin_pb2.AcceptClockRequest(reason=reason))


class AsyncClockCalls:
    """``ClockCalls`` for the asynchronous client."""

    def __init__(self, call: AsyncCall) -> None:
        self._call = call

    async def accept(self, reason: str) -> None:
        """Vouch for the clock of the machine after it was set; the reason goes on record."""
        await self._call(rpcs.ACCEPT_CLOCK, admin_pb2.AcceptClockRequest(reason=reason))
