"""Small stand-ins for the rooms behind the edge; each can be told to refuse."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import Empty, SimpleQueue

from appliance.domain.codes import Category, Collection, SearchType
from appliance.domain.errors import (
    ApplianceError,
    RequestNumberReused,
    RequestUnknown,
)
from appliance.domain.principal import Principal
from appliance.domain.search import (
    Answer,
    DnaMatch,
    FingerCandidate,
    ItemResult,
    LocusView,
    MinutiaPair,
    Provenance,
    RequestState,
    RequestStatus,
    SearchRequest,
    SettledRequest,
)

NOW = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
PROVENANCE = Provenance("cpu", "ab" * 32, 7, 1_000, "pack-1", "model-1", "PRUEM-2008/1")

CANDIDATE = FingerCandidate(
    reference_number="TP-1",
    collection=Collection.TP,
    rank=1,
    score_hundredths=6123,
    flagged=True,
    record=b"FMR\0 20\0record",
    rotation=-12,
    shift_x=-80,
    shift_y=44,
    pairs=(MinutiaPair(0, 3, 91, 7), MinutiaPair(2, 1, 88, 5)),
)
MATCH = DnaMatch(
    reference_number="DNA-1",
    collection=Collection.DNA_UNIDENTIFIED,
    rank=1,
    quality=2,
    compared_loci=8,
    full_loci=7,
    matching_loci=8,
    mismatching_alleles=0,
    flagged=False,
    loci=(LocusView("D3S1358", ("15", "17"), ("15", "*"), "wildcard"),),
    warnings=("one wildcard",),
)


def answer_to(request: SearchRequest) -> Answer:
    """The answer that the fake desk gives."""
    finger = request.search_type.value[:3] != "DNA"
    items = tuple(
        ItemResult(
            probe.reference_number,
            True,
            finger_candidates=(CANDIDATE,) if finger else (),
            dna_matches=() if finger else (MATCH,),
        )
        for probe in request.probes
    )
    return Answer(
        "RS-2026-00000001", request.request_number, request.party, "RS", request.search_type,
        NOW, NOW, 1, 10, items, PROVENANCE,
    )  # fmt: skip


@dataclass(frozen=True)
class FakeAccepted:
    """What the fake desk hands out."""

    request_number: str
    sequence: int
    received_at: datetime
    replayed: bool
    state: RequestState = RequestState.QUEUED


class FakeWatch:
    """A queue of answers."""

    def __init__(self) -> None:
        self.answers: SimpleQueue[SettledRequest] = SimpleQueue()
        self.closed = threading.Event()

    def get(self, timeout_s: float) -> SettledRequest | None:
        """Wait briefly, so that tests are quick."""
        try:
            return self.answers.get(timeout=min(timeout_s, 0.05))
        except Empty:
            return None

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed.set()


class FakeDesk:
    """Answers at once unless ``answering`` is False; raises ``error`` when it is set."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.answering = True
        self.handed_in: dict[tuple[str, str], SearchRequest] = {}
        self.refusals: list[tuple[str, SearchType | None, str, str]] = []
        self.refusal_error: ApplianceError | None = None
        self.watches: list[tuple[Category, FakeWatch]] = []
        self.watched_after: list[int | None] = []
        self.cursor = 0
        self.cancelled: list[str] = []
        self.listed: list[RequestStatus] = []
        self.waiting: list[Future[Answer]] = []
        self._pending: dict[tuple[str, str], Future[Answer]] = {}

    def submit(self, principal: Principal, request: SearchRequest) -> FakeAccepted:
        """Accept, recognising replays by content."""
        self._raise()
        key = (principal.party, request.request_number)
        known = self.handed_in.get(key)
        if known is not None and known.content_digest != request.content_digest:
            raise RequestNumberReused("the number was used for other content")
        self.handed_in[key] = request
        future = self._pending.setdefault(key, Future())
        if self.answering and not future.done():
            self.answer_now(*key)
        return FakeAccepted(request.request_number, len(self.handed_in), NOW, known is not None)

    def answer_now(self, party: str, request_number: str) -> None:
        """Answer a request and tell who watches."""
        answer = answer_to(self.handed_in[party, request_number])
        self._pending[party, request_number].set_result(answer)
        for category, watch in self.watches:
            if answer.search_type.category is category:
                self.cursor += 1
                settled = SettledRequest(self.cursor, request_number, RequestState.ANSWERED, answer)
                watch.answers.put(settled)

    def refused(
        self,
        principal: Principal | None,
        search_type: SearchType | None,
        request_number: str,
        error: ApplianceError,
    ) -> None:
        """Remember a refusal."""
        if self.refusal_error is not None:
            raise self.refusal_error
        party = principal.party if principal else ""
        self.refusals.append((party, search_type, request_number, error.reason))

    def answer(self, party: str, request_number: str) -> Answer | None:
        """Return the answer as far as there is one."""
        self._raise()
        if (party, request_number) not in self.handed_in:
            raise RequestUnknown("no request under this number")
        future = self._pending[party, request_number]
        return future.result() if future.done() else None

    def wait(self, party: str, request_number: str) -> Future[Answer]:
        """Return the answer to come, in a future of the caller's own."""
        mine: Future[Answer] = Future()

        def pass_on(done: Future[Answer]) -> None:
            if mine.set_running_or_notify_cancel():
                mine.set_result(done.result())

        self.waiting.append(mine)
        self._pending[party, request_number].add_done_callback(pass_on)
        return mine

    def watch(self, party: str, category: Category, after: int | None) -> FakeWatch:
        """Begin to watch."""
        self._raise()
        watch = FakeWatch()
        self.watches.append((category, watch))
        self.watched_after.append(after)
        return watch

    def cancel(self, principal: Principal, request_number: str) -> None:
        """Remember a cancelled request."""
        self._raise()
        self.cancelled.append(request_number)

    def requests(self, principal: Principal, before: int, limit: int) -> list[RequestStatus]:
        """Return requests below a sequence."""
        self._raise()
        found = [each for each in self.listed if not before or each.sequence < before]
        return found[:limit]

    def check_quality(
        self, principal: Principal, probe: object, search_type: SearchType | None = None
    ) -> int:
        """Find every probe good, better for a type than for any."""
        self._raise()
        return 64 if search_type is None else 65

    def _raise(self) -> None:
        if self.error is not None:
            raise self.error
