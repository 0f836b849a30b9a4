# ruff: noqa: N802 - the contract names the methods.
"""OutageService: times without searches for reasons of vis major (IA Art. 11(2))."""

from __future__ import annotations

from appliance.api.call import Call
from appliance.api.converters_answer import timestamp
from appliance.api.ports import OutageDesk
from appliance.domain.capacity import Outage
from appliance.v1 import outages_pb2 as pb


class OutageServicer:
    """The methods of the contract."""

    def __init__(self, desk: OutageDesk) -> None:
        self._desk = desk

    async def BeginOutage(
        self, request: pb.BeginOutageRequest, call: Call
    ) -> pb.BeginOutageResponse:
        """State an outage."""
        begun = await call.run(self._desk.begin, call.principal, request.reason)
        return pb.BeginOutageResponse(outage=_outage(begun))

    async def EndOutage(self, request: pb.EndOutageRequest, call: Call) -> pb.EndOutageResponse:
        """State its end."""
        ended = await call.run(self._desk.end, call.principal)
        return pb.EndOutageResponse(outage=_outage(ended))

    async def ListOutages(
        self, request: pb.ListOutagesRequest, call: Call
    ) -> pb.ListOutagesResponse:
        """Return the newest outages."""
        found = await call.run(self._desk.outages)
        return pb.ListOutagesResponse(outages=[_outage(each) for each in found])


def _outage(outage: Outage) -> pb.Outage:
    return pb.Outage(
        number=outage.number,
        reason=outage.reason,
        began_at=timestamp(outage.began_at),
        ended_at=timestamp(outage.ended_at) if outage.ended_at else None,
    )
