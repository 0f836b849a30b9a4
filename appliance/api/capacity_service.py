# ruff: noqa: N802 - the contract names the methods.
"""CapacityService: declared capacities and what is left of them (IA Art. 10(1))."""

from __future__ import annotations

from appliance.api.call import Call
from appliance.api.converters_capacity import declaration, declarations, direction, outgoing, use
from appliance.api.fields import FieldChecks
from appliance.api.ports import CapacityDesk, OutgoingDesk
from appliance.domain.capacity import Direction
from appliance.domain.clock import Clock
from appliance.domain.codes import Role, party_code
from appliance.domain.errors import RoleDenied
from appliance.domain.limits import REQUEST_NUMBER_CHARS_MAX
from appliance.domain.principal import Principal
from appliance.v1 import capacity_pb2 as pb

_SEES_ALL = (Role.ADMINISTRATOR, Role.AUDITOR)


class CapacityServicer:
    """The methods of the contract."""

    def __init__(
        self, desk: CapacityDesk, outgoing: OutgoingDesk, clock: Clock, own_party: str
    ) -> None:
        self._desk = desk
        self._outgoing = outgoing
        self._clock = clock
        self._own_party = own_party

    async def Declare(self, request: pb.DeclareRequest, call: Call) -> pb.DeclareResponse:
        """Declare capacities."""
        principal = call.principal
        declared_by = f"{principal.party} {principal.role.value}"
        declared = declarations(request, declared_by, self._clock.now())
        await call.run(self._desk.declare, principal, declared)
        return pb.DeclareResponse()

    async def ListDeclarations(
        self, request: pb.ListDeclarationsRequest, call: Call
    ) -> pb.ListDeclarationsResponse:
        """Return every declaration."""
        declared = await call.run(self._desk.declarations)
        return pb.ListDeclarationsResponse(declarations=[declaration(entry) for entry in declared])

    async def GetUseToday(
        self, request: pb.GetUseTodayRequest, call: Call
    ) -> pb.GetUseTodayResponse:
        """Return the use of the day."""
        checks = FieldChecks()
        whose = direction(checks, "direction", request.direction)
        checks.raise_if_wrong()
        party = self._visible(call.principal, request.party, whose)
        uses = await call.run(self._desk.use_today, party, whose)
        return pb.GetUseTodayResponse(uses=[use(entry) for entry in uses])

    async def ReserveOutgoing(
        self, request: pb.ReserveOutgoingRequest, call: Call
    ) -> pb.ReserveOutgoingResponse:
        """Count a request that is about to be sent."""
        uses = await call.run(self._outgoing.reserve, call.principal, outgoing(request))
        return pb.ReserveOutgoingResponse(uses=[use(entry) for entry in uses])

    async def ReleaseOutgoing(
        self, request: pb.ReleaseOutgoingRequest, call: Call
    ) -> pb.ReleaseOutgoingResponse:
        """Give back what was counted."""
        party = party_code(request.party)
        checks = FieldChecks()
        checks.number("request_number", request.request_number, REQUEST_NUMBER_CHARS_MAX)
        checks.raise_if_wrong()
        await call.run(self._outgoing.release, call.principal, party, request.request_number)
        return pb.ReleaseOutgoingResponse()

    def _visible(self, principal: Principal, asked: str, whose: Direction) -> str | None:
        """Return the Party whose use is shown, None for all; RoleDenied, RequestInvalid."""
        if asked:
            party_code(asked)
        if principal.role in _SEES_ALL:
            return asked or None
        if whose is Direction.OUTGOING:
            if principal.party != self._own_party:
                raise RoleDenied("what this Party may ask of others is its own matter")
            return asked or None
        if asked not in ("", principal.party):
            raise RoleDenied("a contact point sees the capacities of its own Party only")
        return principal.party
