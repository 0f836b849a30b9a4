"""The client for ordinary programs: every call blocks its thread."""

from __future__ import annotations

import queue
import time
from collections import deque
from collections.abc import Generator, Iterable, Mapping
from types import TracebackType
from typing import Any, Literal, overload

import grpc

from appliance.client import channel, limits, messages, refusal, rpcs
from appliance.client.audit import AuditCalls
from appliance.client.clock import ClockCalls
from appliance.client.data_duties import DataDutiesCalls
from appliance.client.mass_comparison import MassComparisonCalls
from appliance.client.notes import NoteCalls
from appliance.client.outage_calls import OutageCalls
from appliance.client.outgoing_calls import OutgoingCalls
from appliance.client.packs import PackCalls
from appliance.client.request_calls import RequestCalls
from appliance.client.retry import Attempts
from appliance.client.statistics import StatisticsCalls
from appliance.client.supervision import SupervisionCalls
from appliance.client.values import (
    USUAL_READING,
    Capacity,
    LoadItem,
    LoadResult,
    Profile,
    Reading,
    SearchTerms,
)
from appliance.client.verification import VerificationCalls
from appliance.v1 import (
    admin_pb2,
    answers_pb2,
    audit_pb2,
    capacity_pb2,
    dactyloscopic_pb2,
    dna_pb2,
    reference_data_pb2,
)


class Client:
    """One connection to an appliance, opened at the first call; safe to share between threads.

    ``target`` is "host:port". ``ca``, ``certificate`` and ``key`` are PEM files (Path) or their
    content (bytes); ``ca`` is all that is trusted. ``timeout_s`` bounds each call with all its
    repetitions; a search that takes longer returns in state QUEUED. ``server_name`` is the name
    expected in the server's certificate where it differs from the host. Every method raises
    ApplianceRefused. ``verification``, ``notes`` and ``statistics`` hold the calls of services of
    their own.
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
        self._channel = grpc.secure_channel(
            target, channel.credentials(ca, certificate, key), channel.options(server_name)
        )
        self.duties = DataDutiesCalls(self._call)
        self.audit = AuditCalls(self._call)
        self.supervision = SupervisionCalls(self._call)
        self.mass_comparison = MassComparisonCalls(self._channel, self._call)
        self.verification = VerificationCalls(self._call)
        self.notes = NoteCalls(self._call)
        self.statistics = StatisticsCalls(self._call)
        self.packs = PackCalls(self._call)
        self.requests = RequestCalls(self._call)
        self.outgoing = OutgoingCalls(self._call)
        self.outages = OutageCalls(self._call)
        self.clock = ClockCalls(self._call)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; calls under way end with ApplianceRefused."""
        self._channel.close()

    def _call(
        self, rpc: rpcs.Rpc[rpcs.Request, rpcs.Response], request: rpcs.Request
    ) -> rpcs.Response:
        attempts = Attempts(self._timeout_s, safe=rpc.safe)
        call = rpc.on(self._channel, "unary_unary")
        while True:
            try:
                response: rpcs.Response = call(request, timeout=attempts.remaining_s())
                return response
            except grpc.RpcError as error:
                refused = refusal.from_rpc_error(error)
            wait_s = attempts.wait_s(refused)
            if wait_s is None:
                raise refused
            time.sleep(wait_s)

    def search_finger(
        self, terms: SearchTerms, probes: Mapping[str, bytes]
    ) -> dactyloscopic_pb2.DactyloscopicAnswer:
        """Search with finger minutiae records by reference number and wait for the answer."""
        search = messages.finger_search(terms, probes)
        return self._call(rpcs.SEARCH_FINGER, rpcs.SEARCH_FINGER.request(search=search)).answer

    def submit_finger(
        self, terms: SearchTerms, probes: Mapping[str, bytes]
    ) -> answers_pb2.AcceptedRequest:
        """Hand in a search and return once it is durable; ``answer`` fetches the answer."""
        search = messages.finger_search(terms, probes)
        return self._call(rpcs.SUBMIT_FINGER, rpcs.SUBMIT_FINGER.request(search=search)).accepted

    def search_dna(
        self,
        terms: SearchTerms,
        probes: Mapping[str, Profile],
        reading: Reading = USUAL_READING,
    ) -> dna_pb2.DnaAnswer:
        """Search with DNA profiles by reference number and wait for the answer."""
        search = messages.dna_search(terms, probes, reading)
        return self._call(rpcs.SEARCH_DNA, rpcs.SEARCH_DNA.request(search=search)).answer

    def submit_dna(
        self,
        terms: SearchTerms,
        probes: Mapping[str, Profile],
        reading: Reading = USUAL_READING,
    ) -> answers_pb2.AcceptedRequest:
        """Hand in a search and return once it is durable; ``answer`` fetches the answer."""
        search = messages.dna_search(terms, probes, reading)
        return self._call(rpcs.SUBMIT_DNA, rpcs.SUBMIT_DNA.request(search=search)).accepted

    @overload
    def answer(
        self, request_number: str, category: Literal["dactyloscopic"] = "dactyloscopic"
    ) -> dactyloscopic_pb2.DactyloscopicAnswer: ...

    @overload
    def answer(self, request_number: str, category: Literal["dna"]) -> dna_pb2.DnaAnswer: ...

    def answer(
        self, request_number: str, category: Literal["dactyloscopic", "dna"] = "dactyloscopic"
    ) -> dactyloscopic_pb2.DactyloscopicAnswer | dna_pb2.DnaAnswer:
        """Fetch an answer; its state is QUEUED while the request waits."""
        if category == "dna":
            wanted = rpcs.ANSWER_DNA.request(request_number=request_number)
            return self._call(rpcs.ANSWER_DNA, wanted).answer
        asked = rpcs.ANSWER_FINGER.request(request_number=request_number)
        return self._call(rpcs.ANSWER_FINGER, asked).answer

    @overload
    def watch(
        self, category: Literal["dactyloscopic"] = "dactyloscopic", after: int | None = None
    ) -> Generator[dactyloscopic_pb2.DactyloscopicServiceWatchAnswersResponse, None, None]: ...

    @overload
    def watch(
        self, category: Literal["dna"], after: int | None = None
    ) -> Generator[dna_pb2.DnaServiceWatchAnswersResponse, None, None]: ...

    def watch(
        self,
        category: Literal["dactyloscopic", "dna"] = "dactyloscopic",
        after: int | None = None,
    ) -> Generator[Any, None, None]:
        """Yield how the Party's requests of a category ended, each with its cursor.

        Answered, failed or cancelled, in the order of settling until the appliance stops; ``after``
        is the cursor of the last one received: nothing is missed and nothing comes twice, also over
        a restart. 0 begins with the oldest that is kept, None from now on. The stream is opened by
        this call, not by the first ``next``.
        """
        rpc = rpcs.WATCH_DNA if category == "dna" else rpcs.WATCH_FINGER
        request = rpc.request() if after is None else rpc.request(after=after)
        return self._watched(rpc.on(self._channel, "unary_stream")(request))

    def _watched(self, call: Any) -> Generator[Any, None, None]:
        try:
            yield from call
        except grpc.RpcError as error:
            raise refusal.from_rpc_error(error) from None
        finally:
            call.cancel()

    def check_quality(
        self, record: bytes, search_type: str | None = None
    ) -> dactyloscopic_pb2.DactyloscopicServiceCheckQualityResponse:
        """Ask whether a record suits a search of a type, or of any; it uses no capacity."""
        wanted = messages.check_quality_request(record, search_type)
        return self._call(rpcs.CHECK_QUALITY, wanted)

    def load(self, items: Iterable[LoadItem]) -> Generator[LoadResult, None, None]:
        """Load items and yield their results in order, each once it is durable.

        ``items`` is read no further than two batches ahead of the results. When the stream breaks,
        ApplianceRefused is raised: items without a result may or may not be held, and loading them
        again is safe (those held are then refused with REFERENCE_EXISTS).
        """
        outgoing: queue.SimpleQueue[reference_data_pb2.LoadRequest | None] = queue.SimpleQueue()
        call = rpcs.LOAD.on(self._channel, "stream_stream")(iter(outgoing.get, None))
        window: deque[messages.Batch] = deque()
        try:
            for batch in messages.batches(items):
                outgoing.put(batch.message)
                window.append(batch)
                if len(window) == limits.LOAD_WINDOW_BATCHES:
                    yield from window.popleft().results(next(call, None))
            outgoing.put(None)
            while window:
                yield from window.popleft().results(next(call, None))
        except grpc.RpcError as error:
            raise refusal.from_rpc_error(error) from None
        finally:
            outgoing.put(None)
            call.cancel()

    def count(self) -> dict[str, int]:
        """Return the number of items of each collection by its name."""
        counted = self._call(rpcs.COUNT, rpcs.COUNT.request())
        return messages.counts(counted.counts)

    def get(self, collection: str, reference_number: str) -> reference_data_pb2.GetResponse:
        """Return one item as it is held; the reading is recorded."""
        return self._call(
            rpcs.GET,
            rpcs.GET.request(
                collection=messages.collection(collection), reference_number=reference_number
            ),
        )

    def declare(self, capacities: Iterable[Capacity]) -> None:
        """Declare capacities, all or none."""
        self._call(rpcs.DECLARE, messages.declare_request(capacities))

    def declarations(self) -> list[capacity_pb2.CapacityDeclaration]:
        """Return every declaration."""
        return list(self._call(rpcs.DECLARATIONS, rpcs.DECLARATIONS.request()).declarations)

    def use_today(self, party: str = "") -> list[capacity_pb2.CapacityUse]:
        """Return the use of today; a contact point sees its own Party's only."""
        return list(self._call(rpcs.USE_TODAY, rpcs.USE_TODAY.request(party=party)).uses)

    def status(self) -> admin_pb2.GetStatusResponse:
        """Return the state of the appliance."""
        return self._call(rpcs.STATUS, rpcs.STATUS.request())

    def record_entries(self, after: int = 0) -> Generator[audit_pb2.RecordEntry, None, None]:
        """Yield the entries of the record after a sequence, page by page; each page is recorded."""
        more = True
        while more:
            page = self._call(rpcs.RECORD_ENTRIES, messages.record_page(after))
            yield from page.entries
            more, after = page.more, page.entries[-1].sequence if page.entries else after

    def verify_record(self) -> audit_pb2.VerifyResponse:
        """Have the whole record checked."""
        return self._call(rpcs.VERIFY_RECORD, rpcs.VERIFY_RECORD.request())
