"""One call under way: what the stages found out about it, and how it reaches the rooms."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, ParamSpec, TypeVar

import grpc
from google.protobuf.message import Message

from appliance.domain.codes import SearchType
from appliance.domain.principal import Principal

P = ParamSpec("P")
T = TypeVar("T")


class Call:
    """Handed to every servicer method in place of gRPC's context. Used on the event loop only.

    ``ends_at_s`` is the moment of the loop's clock at which work must have stopped, None for a
    stream without a deadline. ``principal`` stands once the identity stage has passed.
    """

    def __init__(
        self, method: str, context: grpc.aio.ServicerContext[Any, Any], executor: Executor
    ) -> None:
        self.method = method
        self.context = context
        self.request_id = ""
        self.ends_at_s: float | None = None
        self.confirm: Callable[[], Principal] = self._unconfirmed
        # Who called, once that was established; None for a certificate that was refused.
        self.caller: Principal | None = None
        # What is recorded if the call is refused before the search desk has taken the request.
        self.search_type: SearchType | None = None
        self.request_number = ""
        self.submitted = False
        self._executor = executor

    def _unconfirmed(self) -> Principal:
        raise RuntimeError("the caller's identity has not been established")

    @property
    def principal(self) -> Principal:
        """Who calls, checked at this moment: the certificate may have been revoked since."""
        return self.confirm()

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do blocking work on a thread of the edge."""
        return await self.run_on(self._executor, work, *args, **kwargs)

    @staticmethod
    async def run_on(
        executor: Executor, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do blocking work on a thread of ``executor``."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(executor, lambda: work(*args, **kwargs))

    async def write(self, message: Message) -> None:
        """Send one message of a streamed answer."""
        await self.context.write(message.SerializeToString())
