"""One stream of batches to load: acknowledged in order, each once it is durable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from appliance.api import limits
from appliance.api.call import Call
from appliance.api.converters_reference import load_result, raw_item
from appliance.api.ports import ReferenceDesk
from appliance.domain.errors import ApplianceError, FieldViolation, InvariantBroken, RequestInvalid
from appliance.domain.limits import LOAD_ITEMS_PER_MESSAGE_MAX
from appliance.domain.principal import Principal
from appliance.exchange.preparation import RawItem
from appliance.v1.reference_data_pb2 import LoadRequest, LoadResponse


class LoadStream:
    """Works on at most LOAD_BATCHES_IN_FLIGHT_MAX batches; further messages stay unread.

    gRPC's flow control then holds the client back, so memory stays bounded however fast it sends.
    """

    def __init__(self, desk: ReferenceDesk, call: Call) -> None:
        self._desk = desk
        self._call = call
        self._begun: asyncio.Queue[asyncio.Task[LoadResponse] | None] = asyncio.Queue()
        self._free = asyncio.Semaphore(limits.LOAD_BATCHES_IN_FLIGHT_MAX)

    async def run(self, requests: AsyncIterator[LoadRequest]) -> None:
        """Serve the stream to its end; raises what ends it early."""
        receiver = asyncio.create_task(self._receive(requests))
        try:
            while (batch := await self._begun.get()) is not None:
                await self._call.write(await batch)
                self._free.release()
            await receiver
        finally:
            receiver.cancel()
            while not self._begun.empty():
                if (left := self._begun.get_nowait()) is not None:
                    # Its thread finishes what it has begun; only the acknowledgement is lost.
                    left.cancel()

    async def _receive(self, requests: AsyncIterator[LoadRequest]) -> None:
        try:
            while True:
                await self._free.acquire()
                request = await anext(requests, None)
                if request is None:
                    return
                # The principal is confirmed for each batch: a stream may outlive a revocation.
                principal = self._call.principal
                batch = self._call.run(
                    load_batch, self._desk, principal, request, self._call.request_id
                )
                self._begun.put_nowait(asyncio.create_task(batch))
        finally:
            self._begun.put_nowait(None)


def load_batch(
    desk: ReferenceDesk, principal: Principal, request: LoadRequest, error_id: str
) -> LoadResponse:
    """Load one batch, blocking; raises RequestInvalid when its size is wrong."""
    if not 1 <= len(request.items) <= LOAD_ITEMS_PER_MESSAGE_MAX:
        rule = f"1..{LOAD_ITEMS_PER_MESSAGE_MAX} items are allowed"
        raise RequestInvalid([FieldViolation("items", rule)])
    outcomes: list[ApplianceError | tuple[str, ...]] = [()] * len(request.items)
    good: list[RawItem] = []
    positions: list[int] = []
    for position, item in enumerate(request.items):
        try:
            good.append(raw_item(item))
            positions.append(position)
        except ApplianceError as error:
            outcomes[position] = error
    loaded = desk.load(principal, good) if good else []
    if len(loaded) != len(good):
        raise InvariantBroken(f"{len(good)} items were loaded with {len(loaded)} outcomes")
    for position, outcome in zip(positions, loaded, strict=True):
        outcomes[position] = outcome
    return LoadResponse(
        batch_number=request.batch_number,
        results=[load_result(outcome, error_id) for outcome in outcomes],
    )
