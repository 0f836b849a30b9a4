"""Mass comparisons over either client, as ``client.mass_comparison`` (Art. 4)."""

from __future__ import annotations

import asyncio
import queue
from collections import deque
from collections.abc import AsyncGenerator, Generator, Iterable
from typing import Any

import grpc

from appliance.client import limits, refusal, rpcs
from appliance.client.calls import AsyncCaller, Caller
from appliance.client.mass_values import (
    MassItem,
    MassTerms,
    Outgoing,
    SentBatch,
    open_request,
    outgoing,
)
from appliance.v1 import mass_comparison_pb2 as pb


class MassComparisonCalls:
    """The calls of ``Client``; every method raises ApplianceRefused. Safe to share."""

    def __init__(self, channel: grpc.Channel, call: Caller) -> None:
        self._channel = channel
        self._call = call

    def open(self, terms: MassTerms) -> pb.MassJob:
        """Open a job, or be told of the same one opened before."""
        return self._call(rpcs.OPEN_MASS, open_request(terms)).job

    def send(
        self, job_number: str, items: Iterable[MassItem], durable_batches: int = 0
    ) -> Generator[SentBatch, None, None]:
        """Send profiles and yield each batch once it is durable.

        To go on after a break, give the same ``items`` from their beginning and how many batches
        ``job`` counts: those are not sent again. A job has one sender.
        """
        sending: queue.SimpleQueue[pb.SendRequest | None] = queue.SimpleQueue()
        call = rpcs.SEND_MASS.on(self._channel, "stream_stream")(iter(sending.get, None))
        window: deque[Outgoing] = deque()
        try:
            for batch in outgoing(job_number, items):
                if batch.message.batch_number <= durable_batches:
                    continue
                sending.put(batch.message)
                window.append(batch)
                if len(window) == limits.LOAD_WINDOW_BATCHES:
                    yield window.popleft().sent(next(call, None))
            sending.put(None)
            while window:
                yield window.popleft().sent(next(call, None))
        except grpc.RpcError as error:
            raise refusal.from_rpc_error(error) from None
        finally:
            sending.put(None)
            call.cancel()

    def start(self, job_number: str, batches: int) -> pb.MassJob:
        """Close the input of so many batches and let the comparison run."""
        request = pb.StartRequest(job_number=job_number, batches=batches)
        return self._call(rpcs.START_MASS, request).job

    def job(self, job_number: str) -> pb.MassJob:
        """Return a job as it stands."""
        return self._call(rpcs.MASS_JOB, pb.GetJobRequest(job_number=job_number)).job

    def matches(self, job_number: str, after: int = 0) -> Generator[pb.MassMatch, None, None]:
        """Yield the matches after a cursor as they are found, to the end of the job.

        After ApplianceRefused call again with the cursor of the last match received: nothing is
        missing then, and nothing comes twice.
        """
        request = pb.WatchMatchesRequest(job_number=job_number, after_cursor=after)
        call = rpcs.WATCH_MASS.on(self._channel, "unary_stream")(request)
        return _matches(call)

    def acknowledge(self, job_number: str, cursor: int) -> pb.MassJob:
        """Say that the matches up to a cursor are kept here; the appliance erases them."""
        request = pb.AcknowledgeRequest(job_number=job_number, cursor=cursor)
        return self._call(rpcs.ACKNOWLEDGE_MASS, request).job

    def cancel(self, job_number: str) -> pb.MassJob:
        """End a job; what it found can still be fetched."""
        return self._call(rpcs.CANCEL_MASS, pb.CancelRequest(job_number=job_number)).job


def _matches(call: Any) -> Generator[pb.MassMatch, None, None]:
    try:
        for response in call:
            yield response.match
    except grpc.RpcError as error:
        raise refusal.from_rpc_error(error) from None
    finally:
        call.cancel()


class AsyncMassComparisonCalls:
    """The calls of ``AsyncClient``: those of ``MassComparisonCalls``, awaited."""

    def __init__(self, channel: grpc.aio.Channel, call: AsyncCaller) -> None:
        self._channel = channel
        self._call = call

    async def open(self, terms: MassTerms) -> pb.MassJob:
        """Open a job, or be told of the same one opened before."""
        return (await self._call(rpcs.OPEN_MASS, open_request(terms))).job

    async def send(
        self, job_number: str, items: Iterable[MassItem], durable_batches: int = 0
    ) -> AsyncGenerator[SentBatch, None]:
        """Send profiles and yield each batch once it is durable, as the other client does."""
        call = rpcs.SEND_MASS.on(self._channel, "stream_stream")()
        window: deque[Outgoing] = deque()
        try:
            for batch in outgoing(job_number, items):
                if batch.message.batch_number <= durable_batches:
                    continue
                await _write(call, batch.message)
                window.append(batch)
                if len(window) == limits.LOAD_WINDOW_BATCHES:
                    yield window.popleft().sent(await _read(call))
            await call.done_writing()
            while window:
                yield window.popleft().sent(await _read(call))
        except grpc.RpcError as error:
            raise refusal.from_rpc_error(error) from None
        finally:
            call.cancel()

    async def start(self, job_number: str, batches: int) -> pb.MassJob:
        """Close the input of so many batches and let the comparison run."""
        request = pb.StartRequest(job_number=job_number, batches=batches)
        return (await self._call(rpcs.START_MASS, request)).job

    async def job(self, job_number: str) -> pb.MassJob:
        """Return a job as it stands."""
        return (await self._call(rpcs.MASS_JOB, pb.GetJobRequest(job_number=job_number))).job

    async def matches(self, job_number: str, after: int = 0) -> AsyncGenerator[pb.MassMatch, None]:
        """Yield the matches after a cursor as they are found, to the end of the job."""
        request = pb.WatchMatchesRequest(job_number=job_number, after_cursor=after)
        call = rpcs.WATCH_MASS.on(self._channel, "unary_stream")(request)
        try:
            async for response in call:
                yield response.match
        except grpc.RpcError as error:
            raise refusal.from_rpc_error(error) from None
        finally:
            call.cancel()

    async def acknowledge(self, job_number: str, cursor: int) -> pb.MassJob:
        """Say that the matches up to a cursor are kept here; the appliance erases them."""
        request = pb.AcknowledgeRequest(job_number=job_number, cursor=cursor)
        return (await self._call(rpcs.ACKNOWLEDGE_MASS, request)).job

    async def cancel(self, job_number: str) -> pb.MassJob:
        """End a job; what it found can still be fetched."""
        return (await self._call(rpcs.CANCEL_MASS, pb.CancelRequest(job_number=job_number))).job


async def _write(call: Any, message: pb.SendRequest) -> None:
    try:
        await call.write(message)
    except asyncio.InvalidStateError:
        # A call that has ended takes no more messages; reading raises the status it ended with.
        await call.read()


async def _read(call: Any) -> pb.SendResponse | None:
    response = await call.read()
    return None if response is grpc.aio.EOF else response  # type: ignore[attr-defined]
