# ruff: noqa: N802 - the contract names the methods.
"""AdminService: the state of the appliance and its profile packs (IA Art. 5, Agreement Art. 20)."""

from __future__ import annotations

from collections.abc import Callable

from appliance.api.call import Call
from appliance.api.converters_answer import timestamp
from appliance.api.converters_pack import activation, changes, effective_from
from appliance.api.converters_reference import counts
from appliance.api.ports_packs import ClockGuard, PackDesk
from appliance.api.rooms import ServiceStatus
from appliance.domain.party_standing import PartyStanding
from appliance.v1 import admin_pb2 as pb


class AdminServicer:
    """The methods of the contract."""

    def __init__(
        self, status: Callable[[], ServiceStatus], packs: PackDesk, guard: ClockGuard
    ) -> None:
        self._status = status
        self._packs = packs
        self._guard = guard

    async def GetStatus(self, request: pb.GetStatusRequest, call: Call) -> pb.GetStatusResponse:
        """Return the state."""
        status = await call.run(self._status)
        return pb.GetStatusResponse(
            ready=status.ready,
            reasons=status.reasons,
            backend=status.backend,
            version=status.version,
            kernel_digest=status.kernel_digest,
            pack_version=status.pack_version,
            gallery=counts(status.gallery),
            queue_depth=status.queue_depth,
            started_at=timestamp(status.started_at),
            backend_reason=status.backend_reason,
            devices=status.devices,
            pilot=status.pilot,
            parties=[_standing(each) for each in status.parties],
        )

    async def ActivatePack(
        self, request: pb.ActivatePackRequest, call: Call
    ) -> pb.ActivatePackResponse:
        """Let a new pack come into force."""
        made, changed = await call.run(
            self._packs.activate, call.principal, request.content, request.signature
        )
        return pb.ActivatePackResponse(activation=activation(made), changes=changes(changed))

    async def ReactivatePack(
        self, request: pb.ReactivatePackRequest, call: Call
    ) -> pb.ReactivatePackResponse:
        """Let a former pack come into force again."""
        made, changed = await call.run(
            self._packs.reactivate, call.principal, request.version, effective_from(request)
        )
        return pb.ReactivatePackResponse(activation=activation(made), changes=changes(changed))

    async def ListPacks(self, request: pb.ListPacksRequest, call: Call) -> pb.ListPacksResponse:
        """Return the history."""
        made = await call.run(self._packs.history)
        return pb.ListPacksResponse(activations=[activation(each) for each in made])

    async def GetPack(self, request: pb.GetPackRequest, call: Call) -> pb.GetPackResponse:
        """Return a pack as it was signed."""
        content, signature = await call.run(self._packs.content, request.version)
        return pb.GetPackResponse(content=content, signature=signature)

    async def AcceptClock(
        self, request: pb.AcceptClockRequest, call: Call
    ) -> pb.AcceptClockResponse:
        """Take the clock for right."""
        await call.run(self._guard.accept, call.principal, request.reason)
        return pb.AcceptClockResponse()


def _standing(each: PartyStanding) -> pb.PartyStanding:
    return pb.PartyStanding(
        party=each.party,
        category=each.category.value,
        standing=each.standing,
        pilot_until=timestamp(each.pilot_until) if each.pilot_until else None,
        served=each.served,
    )
