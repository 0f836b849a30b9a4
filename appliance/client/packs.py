"""Calls about profile packs, for both clients: ``client.packs``."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime
from typing import Protocol

from google.protobuf.timestamp_pb2 import Timestamp

from appliance.client import rpcs
from appliance.v1 import admin_pb2


class Call(Protocol):
    """How the client sends one request."""

    def __call__(
        self, rpc: rpcs.Rpc[rpcs.Request, rpcs.Response], request: rpcs.Request, /
    ) -> rpcs.Response:
        """Return the response, or raise ApplianceRefused."""


class AsyncCall(Protocol):
    """How the asynchronous client sends one request."""

    def __call__(
        self, rpc: rpcs.Rpc[rpcs.Request, rpcs.Response], request: rpcs.Request, /
    ) -> Awaitable[rpcs.Response]:
        """Return the response, or raise ApplianceRefused."""


class PackCalls:
    """Profile packs: activated, rolled back, told. Every method raises ApplianceRefused."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def activate(self, content: bytes, signature: bytes) -> admin_pb2.ActivatePackResponse:
        """Let a new pack (JSON, with its raw Ed25519 signature) come into force on its date."""
        return self._call(rpcs.ACTIVATE_PACK, _new(content, signature))

    def reactivate(
        self, version: str, effective_from: datetime | None = None
    ) -> admin_pb2.ReactivatePackResponse:
        """Let a former pack come into force again, at an aware instant or at once."""
        return self._call(rpcs.REACTIVATE_PACK, _former(version, effective_from))

    def list(self) -> list[admin_pb2.PackActivation]:
        """Return the newest 1000 activations, oldest first."""
        return list(self._call(rpcs.LIST_PACKS, admin_pb2.ListPacksRequest()).activations)

    def get(self, version: str = "") -> admin_pb2.GetPackResponse:
        """Return a pack as it was signed; by default the one in force."""
        return self._call(rpcs.GET_PACK, admin_pb2.GetPackRequest(version=version))


class AsyncPackCalls:
    """``PackCalls`` for the asynchronous client."""

    def __init__(self, call: AsyncCall) -> None:
        self._call = call

    async def activate(self, content: bytes, signature: bytes) -> admin_pb2.ActivatePackResponse:
        """Let a new pack (JSON, with its raw Ed25519 signature) come into force on its date."""
        return await self._call(rpcs.ACTIVATE_PACK, _new(content, signature))

    async def reactivate(
        self, version: str, effective_from: datetime | None = None
    ) -> admin_pb2.ReactivatePackResponse:
        """Let a former pack come into force again, at an aware instant or at once."""
        return await self._call(rpcs.REACTIVATE_PACK, _former(version, effective_from))

    async def list(self) -> list[admin_pb2.PackActivation]:
        """Return the newest 1000 activations, oldest first."""
        answer = await self._call(rpcs.LIST_PACKS, admin_pb2.ListPacksRequest())
        return [*answer.activations]

    async def get(self, version: str = "") -> admin_pb2.GetPackResponse:
        """Return a pack as it was signed; by default the one in force."""
        return await self._call(rpcs.GET_PACK, admin_pb2.GetPackRequest(version=version))


def _new(content: bytes, signature: bytes) -> admin_pb2.ActivatePackRequest:
    return admin_pb2.ActivatePackRequest(content=content, signature=signature)


def _former(version: str, effective_from: datetime | None) -> admin_pb2.ReactivatePackRequest:
    if effective_from is None:
        return admin_pb2.ReactivatePackRequest(version=version)
    if effective_from.utcoffset() is None:
        raise ValueError(f"{effective_from.isoformat()} lacks a time zone")
    at = Timestamp()
    at.FromDatetime(effective_from)
    return admin_pb2.ReactivatePackRequest(version=version, effective_from=at)
