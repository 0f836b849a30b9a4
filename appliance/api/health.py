# ruff: noqa: N802 - the contract names the methods.
"""The standard health service, whose watchers do not hold up a stop."""

from __future__ import annotations

import asyncio
from typing import Any

from grpc_health.v1 import health, health_pb2

_STATUS = health_pb2.HealthCheckResponse.ServingStatus


class HealthServicer(health.aio.HealthServicer):  # type: ignore[misc,name-defined]
    """NOT_SERVING is the last that a watcher hears; then its stream ends."""

    def __init__(self) -> None:
        super().__init__()
        self._stopping = asyncio.Event()

    async def Watch(self, request: health_pb2.HealthCheckRequest, context: Any) -> None:
        """Tell the state of a service at every change, until the stop."""
        told = _Told(context)
        watching = asyncio.ensure_future(super().Watch(request, told))
        try:
            await self._stopping.wait()
            await told.no_service.wait()
        finally:
            watching.cancel()

    async def stop(self) -> None:
        """Tell all that nothing is served any more, and let the watchers go."""
        await self.enter_graceful_shutdown()
        self._stopping.set()


class _Told:
    """A watcher's stream; ``no_service`` stands while anything but SERVING was told last."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self.no_service = asyncio.Event()

    async def write(self, response: health_pb2.HealthCheckResponse) -> None:
        await self._context.write(response)
        if response.status == _STATUS.SERVING:
            self.no_service.clear()
        else:
            self.no_service.set()
