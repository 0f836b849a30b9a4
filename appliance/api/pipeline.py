"""One interceptor that puts the stages, in their order, around every kind of method."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Executor
from contextlib import AsyncExitStack
from typing import Any

import grpc
from google.protobuf.message import Message

from appliance.api.call import Call
from appliance.api.closed_schema import require_closed
from appliance.api.stages import Stage

_HEALTH = "/grpc.health.v1.Health/"

Context = grpc.aio.ServicerContext[Any, Any]


class Pipeline(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]
    """Servicers receive (message or messages, Call) instead of (message or messages, context).

    The health service stays outside: it tells one word to whoever passed the TLS handshake.
    """

    def __init__(self, stages: Sequence[Stage], executor: Executor) -> None:
        self._stages = tuple(stages)
        self._executor = executor

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """Return the method's handler within the stages, None for an unknown method."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or method.startswith(_HEALTH):
            return handler
        name, wrapper = _KINDS[handler.request_streaming, handler.response_streaming]
        return getattr(grpc, f"{name}_rpc_method_handler")(
            wrapper(self, method, getattr(handler, name)),
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    async def _within(self, method: str, context: Context, work: Callable[[Call], Any]) -> Any:
        call = Call(method, context, self._executor)
        async with AsyncExitStack() as stack:
            for stage in self._stages:
                await stack.enter_async_context(stage.around(call))
            return await work(call)

    def _one_request(self, method: str, behaviour: Any) -> Any:
        async def handle(request: Message, context: Context) -> Any:
            async def work(call: Call) -> Any:
                require_closed(request)
                return await behaviour(request, call)

            return await self._within(method, context, work)

        return handle

    def _many_requests(self, method: str, behaviour: Any) -> Any:
        async def handle(requests: AsyncIterator[Message], context: Context) -> Any:
            async def work(call: Call) -> Any:
                return await behaviour(_closed(requests), call)

            return await self._within(method, context, work)

        return handle


async def _closed(requests: AsyncIterator[Message]) -> AsyncIterator[Message]:
    async for request in requests:
        require_closed(request)
        yield request


_KINDS = {
    (False, False): ("unary_unary", Pipeline._one_request),
    (False, True): ("unary_stream", Pipeline._one_request),
    (True, False): ("stream_unary", Pipeline._many_requests),
    (True, True): ("stream_stream", Pipeline._many_requests),
}
