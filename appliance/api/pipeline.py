"""One interceptor that puts the stages, in their order, around every kind of method."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Executor
from contextlib import AsyncExitStack
from typing import Any

import grpc
from google.protobuf import descriptor_pool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from appliance.api.call import Call
from appliance.api.closed_schema import decoded
from appliance.api.stages import Stage

_HEALTH = "/grpc.health.v1.Health/"

Context = grpc.aio.ServicerContext[Any, Any]
Messages = AsyncIterator[Message]


class Pipeline(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]
    """Servicers receive (message or messages, Call) instead of (message or messages, context).

    Messages are decoded and encoded within the stages, because gRPC would answer bytes that are no
    message with the text of an exception. The health service stays outside: it tells one word to
    whoever passed the TLS handshake.
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
        kind = _KINDS[handler.request_streaming, handler.response_streaming]
        request_type = _request_type(method)
        behaviour = getattr(handler, kind)

        async def handle(received: Any, context: Context) -> bytes | None:
            call = Call(method, context, self._executor)
            async with AsyncExitStack() as stack:
                for stage in self._stages:
                    await stack.enter_async_context(stage.around(call))
                if handler.request_streaming:
                    response = await behaviour(_decoded_each(request_type, received), call)
                else:
                    response = await behaviour(decoded(request_type, received), call)
                return None if response is None else response.SerializeToString()

        return getattr(grpc, f"{kind}_rpc_method_handler")(handle)


def _request_type(method: str) -> type[Message]:
    service, name = method.removeprefix("/").split("/")
    found = descriptor_pool.Default().FindServiceByName(service).methods_by_name[name]
    return GetMessageClass(found.input_type)


async def _decoded_each(kind: type[Message], received: AsyncIterator[bytes]) -> Messages:
    async for data in received:
        yield decoded(kind, data)


_KINDS = {
    (False, False): "unary_unary",
    (False, True): "unary_stream",
    (True, False): "stream_unary",
    (True, True): "stream_stream",
}
