# ruff: noqa: N802 - the contract names the methods.
"""AdminService: the state of the appliance (IA Art. 5)."""

from __future__ import annotations

from collections.abc import Callable

from appliance.api.call import Call
from appliance.api.converters_answer import timestamp
from appliance.api.converters_reference import counts
from appliance.api.rooms import ServiceStatus
from appliance.v1 import admin_pb2 as pb


class AdminServicer:
    """The methods of the contract."""

    def __init__(self, status: Callable[[], ServiceStatus]) -> None:
        self._status = status

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
        )
