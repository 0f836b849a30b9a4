"""What either client lends to the groups of calls that hang on it."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol

from appliance.client import rpcs


class Caller(Protocol):
    """Makes a call that is answered once."""

    def __call__(
        self, rpc: rpcs.Rpc[rpcs.Request, rpcs.Response], request: rpcs.Request
    ) -> rpcs.Response:
        """Call, repeat where that is safe, or raise ApplianceRefused."""


class AsyncCaller(Protocol):
    """Makes a call that is answered once, awaited."""

    def __call__(
        self, rpc: rpcs.Rpc[rpcs.Request, rpcs.Response], request: rpcs.Request
    ) -> Awaitable[rpcs.Response]:
        """Call, repeat where that is safe, or raise ApplianceRefused."""
