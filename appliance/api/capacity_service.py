# ruff: noqa: N802 - the contract names the methods.
"""CapacityService: declared capacities and what is left of them (IA Art. 10(1))."""

from __future__ import annotations

from appliance.api.call import Call
from appliance.api.converters_capacity import declaration, declarations, use
from appliance.api.ports import CapacityDesk
from appliance.domain.clock import Clock
from appliance.domain.codes import Role, party_code
from appliance.domain.errors import RoleDenied
from appliance.domain.principal import Principal
from appliance.v1 import capacity_pb2 as pb

_SEES_ALL = (Role.ADMINISTRATOR, Role.AUDITOR)


class CapacityServicer:
    """The methods of the contract."""

    def __init__(self, desk: CapacityDesk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

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
        uses = await call.run(self._desk.use_today, _visible(call.principal, request.party))
        return pb.GetUseTodayResponse(uses=[use(entry) for entry in uses])


def _visible(principal: Principal, asked: str) -> str | None:
    """Return the Party whose use is shown, None for all; raises RoleDenied, RequestInvalid."""
    if asked:
        party_code(asked)
    if principal.role in _SEES_ALL:
        return asked or None
    if asked not in ("", principal.party):
        raise RoleDenied("a contact point sees the capacities of its own Party only")
    return principal.party
