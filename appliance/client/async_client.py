"""The client for asyncio programs: the same calls as ``Client``, awaited."""

from __future__ import annotations

import asyncio
from asyncio import sleep
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Mapping
from types import TracebackType
from typing import Any, Literal, overload

import grpc

from appliance.client import channel, limits, messages, refusal, rpcs
from appliance.client.async_supervision import AsyncSupervisionCalls
from appliance.client.audit import AsyncAuditCalls
from appliance.client.clock import AsyncClockCalls
from appliance.client.data_duties import AsyncDataDutiesCalls
from appliance.client.mass_comparison import AsyncMassComparisonCalls
from appliance.client.notes import AsyncNoteCalls
from appliance.client.outage_calls import AsyncOutageCalls
from appliance.client.outgoing_calls import AsyncOutgoingCalls
from appliance.client.packs import AsyncPackCalls
from appliance.client.request_calls import AsyncRequestCalls
from appliance.client.retry import Attempts
from appliance.client.statistics import AsyncStatisticsCalls
from appliance.client.values import (
    USUAL_READING,
    Capacity,
    LoadItem,
    LoadResult,
    Profile,
    Reading,
    SearchTerms,
)
from appliance.client.verification import AsyncVerificationCalls
from appliance.v1 import (
    admin_pb2,
    answers_pb2,
    audit_pb2,
    capacity_pb2,
    dactyloscopic_pb2,
    dna_pb2,
    reference_data_pb2,
)


class AsyncClient:
    """One connection to an appliance, opened at the first call; for one event loop.

    The arguments are those of ``Client``. Every method raises ApplianceRefused.
    """

    def __init__(
        self,
        target: str,
        *,
        ca: channel.Pem,
        certificate: channel.Pem,
        key: channel.Pem,
        timeout_s: float = limits.CALL_TIMEOUT_S,
        server_name: str | None = None,
    ) -> None:
        self._timeout_s = timeout_s
        self._channel = grpc.aio.secure_channel(
            target, channel.credentials(ca, certificate, key), channel.options(server_name)
        )
        self.duties = AsyncDataDutiesCalls(self._call)
        self.audit = AsyncAuditCalls(self._call)
        self.supervision = AsyncSupervisionCalls(self._call)
        self.mass_comparison = AsyncMassComparisonCalls(self._channel, self._call)
        self.verification = AsyncVerificationCalls(self._call)
        self.notes = AsyncNoteCalls(self._call)
        self.statistics = AsyncStatisticsCalls(self._call)
        self.packs = AsyncPackCalls(self._call)
        self.requests = AsyncRequestCalls(self._call)
        self.outgoing = AsyncOutgoingCalls(self._call)
        self.outages = AsyncOutageCalls(self._call)
        self.clock = AsyncClockCalls(self._call)

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection; calls under way end with ApplianceRefused."""
        await self._channel.close(None)

    async def _call(
        self, rpc: rpcs.Rpc[rpcs.Request, rpcs.Response], request: rpcs.Request
    ) -> rpcs.Response:
        attempts = Attempts(self._timeout_s, safe=rpc.safe)
        call = rpc.on(self._channel, "unary_unary")
        while True:
            try:
                response: rpcs.Response = await call(request, timeout=attempts.remaining_s())
                return response
            except grpc.RpcError as error:
                refused = refusal.from_rpc_error(error)
            wait_s = attempts.wait_s(refused)
            if wait_s is None:
                raise refused
            await sleep(wait_s)

    async def search_finger(
        self, terms: SearchTerms, probes: Mapping[str, bytes]
    ) -> dactyloscopic_pb2.DactyloscopicAnswer:
        """Search with finger minutiae records by reference number and wait for the answer."""
        search = messages.finger_search(terms, probes)
        return (
            await self._call(rpcs.SEARCH_FINGER, rpcs.SEARCH_FINGER.request(search=search))
        ).answer

    async def submit_finger(
        self, terms: SearchTerms, probes: Mapping[str, bytes]
    ) -> answers_pb2.AcceptedRequest:
        """Hand in a search and return once it is durable; ``answer`` fetches the answer."""
        search = messages.finger_search(terms, probes)
        return (
            await self._call(rpcs.SUBMIT_FINGER, rpcs.SUBMIT_FINGER.request(search=search))
        ).accepted

    async def search_dna(
        self,
        terms: SearchTerms,
        probes: Mapping[str, Profile],
        reading: Reading = USUAL_READING,
    ) -> dna_pb2.DnaAnswer:
        """Search with DNA profiles by reference number and wait for the answer."""
        search = messages.dna_search(terms, probes, reading)
        return (await self._call(rpcs.SEARCH_DNA, rpcs.SEARCH_DNA.request(search=search))).answer

    async def submit_dna(
        self,
        terms: SearchTerms,
        probes: Mapping[str, Profile],
        reading: Reading = USUAL_READING,
    ) -> answers_pb2.AcceptedRequest:
        """Hand in a search and return once it is durable; ``answer`` fetches the answer."""
        search = messages.dna_search(terms, probes, reading)
        return (await self._call(rpcs.SUBMIT_DNA, rpcs.SUBMIT_DNA.request(search=search))).accepted

    @overload
    async def answer(
        self, request_number: str, category: Literal["dactyloscopic"] = "dactyloscopic"
    ) -> dactyloscopic_pb2.DactyloscopicAnswer: ...

    @overload
    async def answer(self, request_number: str, category: Literal["dna"]) -> dna_pb2.DnaAnswer: ...

    async def answer(
        self, request_number: str, category: Literal["dactyloscopic", "dna"] = "dactyloscopic"
    ) -> dactyloscopic_pb2.DactyloscopicAnswer | dna_pb2.DnaAnswer:
        """Fetch an answer; its state is QUEUED while the request waits."""
        if category == "dna":
            wanted = rpcs.ANSWER_DNA.request(request_number=request_number)
            return (await self._call(rpcs.ANSWER_DNA, wanted)).answer
        asked = rpcs.ANSWER_FINGER.request(request_number=request_number)
        return (await self._call(rpcs.ANSWER_FINGER, asked)).answer

    @overload
    def watch(
        self, category: Literal["dactyloscopic"] = "dactyloscopic", after: int | None = None
    ) -> AsyncGenerator[dactyloscopic_pb2.DactyloscopicServiceWatchAnswersResponse, None]: ...

    @overload
    def watch(
        self, category: Literal["dna"], after: int | None = None
    ) -> AsyncGenerator[dna_pb2.DnaServiceWatchAnswersResponse, None]: ...

    def watch(
        self,
        category: Literal["dactyloscopic", "dna"] = "dactyloscopic",
        after: int | None = None,
    ) -> AsyncGenerator[Any, None]:
        """Yield how the Party's requests of a category ended, each with its cursor.

        As ``Client.watch``; the stream is opened by this call, not by the first ``anext``.
        """
        rpc = rpcs.WATCH_DNA if category == "dna" else rpcs.WATCH_FINGER
        request = rpc.request() if after is None else rpc.request(after=after)
        return self._watched(rpc.on(self._channel, "unary_stream")(request))

    async def _watched(self, call: Any) -> AsyncGenerator[Any, None]:
        try:
            async for response in call:
                yield response
        except grpc.RpcError as error:
            raise refusal.from_rpc_error(error) from None
        finally:
            call.cancel()

    async def check_quality(
        self, record: bytes, search_type: str | None = None
    ) -> dactyloscopic_pb2.DactyloscopicServiceCheckQualityResponse:
        """Ask whether a record suits a search of a type, or of any; it uses no capacity."""
        wanted = messages.check_quality_request(record, search_type)
        return await self._call(rpcs.CHECK_QUALITY, wanted)

    async def load(self, items: Iterable[LoadItem]) -> AsyncGenerator[LoadResult, None]:
        """Load items and yield their results in order, each once it is durable.

        ``items`` is read no further than two batches ahead of the results. When the stream breaks,
        ApplianceRefused is raised: items without a result may or may not be held, and loading them
        again is safe (those held are then refused with REFERENCE_EXISTS).
        """
        call = rpcs.LOAD.on(self._channel, "stream_stream")()
        window: deque[messages.Batch] = deque()
        try:
            for batch in messages.batches(items):
                await _send(call, batch.message)
                window.append(batch)
                if len(window) == limits.LOAD_WINDOW_BATCHES:
                    for result in window.popleft().results(await _receive(call)):
                        yield result
            await call.done_writing()
            while window:
                for result in window.popleft().results(await _receive(call)):
                    yield result
        except grpc.RpcError as error:
            raise refusal.from_rpc_error(error) from None
        finally:
            call.cancel()

    async def count(self) -> dict[str, int]:
        """Return the number of items of each collection by its name."""
        counted = await self._call(rpcs.COUNT, rpcs.COUNT.request())
        return messages.counts(counted.counts)

    async def get(self, collection: str, reference_number: str) -> reference_data_pb2.GetResponse:
        """Return one item as it is held; the reading is recorded."""
        return await self._call(
            rpcs.GET,
            rpcs.GET.request(
                collection=messages.collection(collection), reference_number=reference_number
            ),
        )

    async def declare(self, capacities: Iterable[Capacity]) -> None:
        """Declare capacities, all or none."""
        await self._call(rpcs.DECLARE, messages.declare_request(capacities))

    async def declarations(self) -> list[capacity_pb2.CapacityDeclaration]:
        """Return every declaration."""
        return list((await self._call(rpcs.DECLARATIONS, rpcs.DECLARATIONS.request())).declarations)

    async def use_today(self, party: str = "") -> list[capacity_pb2.CapacityUse]:
        """Return the use of today; a contact point sees its own Party's only."""
        return list((await self._call(rpcs.USE_TODAY, rpcs.USE_TODAY.request(party=party))).uses)

    async def status(self) -> admin_pb2.GetStatusResponse:
        """Return the state of the appliance."""
        return await self._call(rpcs.STATUS, rpcs.STATUS.request())

    async def record_entries(self, after: int = 0) -> AsyncGenerator[audit_pb2.RecordEntry, None]:
        """Yield the entries of the record after a sequence, page by page; each page is recorded."""
        more = True
        while more:
            page = await self._call(rpcs.RECORD_ENTRIES, messages.record_page(after))
            for entry in page.entries:
                yield entry
            more, after = page.more, page.entries[-1].sequence if page.entries else after

    async def verify_record(self) -> audit_pb2.VerifyResponse:
        """Have the whole record checked."""
        return await self._call(rpcs.VERIFY_RECORD, rpcs.VERIFY_RECORD.request())


async def _send(call: Any, message: reference_data_pb2.LoadRequest) -> None:
    try:
        await call.write(message)
    except asyncio.InvalidStateError:
        # A call that has ended takes no more messages; reading raises the status it ended with.
        await call.read()


async def _receive(call: Any) -> reference_data_pb2.LoadResponse | None:
    response = await call.read()
    return None if response is grpc.aio.EOF else response  # type: ignore[attr-defined]
