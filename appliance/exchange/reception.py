"""Accepting a request: its row, its capacity and its record are one commit, or nothing happens."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import date, datetime

from appliance.audit.record import Record
from appliance.config.pack_book import PackBook
from appliance.config.settings import Settings
from appliance.domain import limits
from appliance.domain.capacity import Direction
from appliance.domain.errors import (
    QueueFull,
    RecordUnavailable,
    RequestNumberReused,
    RequestSettled,
)
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.domain.search import RequestState, SearchRequest
from appliance.exchange import failures, supplies
from appliance.exchange.archive import Archive
from appliance.exchange.case_purposes import CasePurposes
from appliance.exchange.holding import Holding
from appliance.exchange.ledger import Charge, Ledger, refusal
from appliance.exchange.search_queue import Waiting
from appliance.store import held_table, requests_table
from appliance.store.database import Database, Transaction
from appliance.store.requests_table import NewRequest, RequestRow
from appliance.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request on record: ``sequence`` is its place in the order of receipt.

    ``replayed`` says that the same request had been accepted before; it is charged once. ``state``
    is the one it is in now: HELD where the capacity of the day was used up.
    """

    request_number: str
    sequence: int
    received_at: datetime
    replayed: bool
    state: RequestState


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that admission let pass, and who asked when for how many candidates."""

    principal: Principal
    request: SearchRequest
    candidate_limit: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """What an acceptance brought about: ``released`` may be searched from now on."""

    accepted: Accepted
    released: tuple[Waiting, ...] = ()
    remaining_ratio: float | None = None


class Reception:
    """Makes admitted requests durable. Thread-safe."""

    def __init__(
        self,
        database: Database,
        record: Record,
        archive: Archive,
        packs: PackBook,
        purposes: CasePurposes,
        settings: Settings,
        metrics: Metrics | None,
    ) -> None:
        self._database = database
        self._record = record
        self._archive = archive
        self._packs = packs
        self._purposes = purposes
        self._own_party = settings.instance.party
        self._ledger = Ledger(Direction.INCOMING, settings.zone)
        self._holding = Holding(record, self._ledger)
        self._metrics = metrics
        self._lock = threading.Lock()
        self._doubtful_slots: set[int] = set()

    def earlier(self, request: SearchRequest) -> Accepted | None:
        """Return how the same request was accepted before, None if it is to be accepted now.

        Raises RequestNumberReused if the number was used for other content, RequestSettled if the
        request was cancelled.
        """
        row = self._archive.find(request.party, request.request_number)
        return _replay(row, request) if row is not None else None

    def accept(self, admitted: Admitted) -> Received:
        """Keep a request, durable on return; what it releases has to be put into the queue.

        Raises PurposeChanged, CapacityExhausted, RequestNumberReused, RecordUnavailable; nothing is
        kept then.
        """
        slot, ciphertext = self._archive.seal_probe(admitted.request)
        with self._lock:
            doubtful = frozenset(self._doubtful_slots)
        begun_s = time.perf_counter()
        try:
            received = self._database.write(
                lambda tx: self._keep(tx, admitted, slot, ciphertext)
            ).result()
        except RecordUnavailable:
            # After a failed sync nobody knows what the disk holds. If the request is there, the
            # next start resumes it, so its key must live until a later commit settles the doubt.
            with self._lock:
                self._doubtful_slots.add(slot)
            raise
        except BaseException:
            self._archive.erase_probe(slot)
            raise
        if received.accepted.replayed:
            self._archive.erase_probe(slot)
        else:
            self._observe(admitted, received, begun_s)
        self._erase_refused(doubtful)
        return received

    def _keep(self, tx: Transaction, admitted: Admitted, slot: int, ciphertext: bytes) -> Received:
        request = admitted.request
        # Asked again inside the transaction: two calls with one number may arrive together.
        earlier = requests_table.find(tx, request.party, request.request_number)
        if earlier is not None:
            replay = _replay(earlier, request)
            if replay is not None:
                return Received(replay)
            requests_table.forget_failed(tx, earlier.sequence)
        self._purposes.keep(tx, request, admitted.at)
        charge = Charge(
            request.party, request.search_type, len(request.probes), request.accelerated
        )
        hold = self._is_to_hold(tx, charge, admitted.at)
        reserved = None if hold else self._ledger.reserve(tx, charge, admitted.at)
        self._archive.require_probe_keys(tx)
        day = reserved.day if reserved else None
        sequence = requests_table.insert(tx, _row(admitted, slot, ciphertext, day))
        details = supplies.received(request, admitted.principal, self._own_party, admitted.at)
        if hold:
            details["held"] = "yes"
        self._record.append(tx, Act.SEARCH_RECEIVED, request.party, details)
        if reserved:
            released = [Waiting(sequence, request.accelerated, admitted.at)]
        else:
            released = self._holding.release(tx, request.party, admitted.at)
        waits = any(each.sequence == sequence for each in released)
        state = RequestState.QUEUED if waits else RequestState.HELD
        accepted = Accepted(request.request_number, sequence, admitted.at, False, state)
        return Received(accepted, tuple(released), reserved.remaining_ratio if reserved else None)

    def _is_to_hold(self, tx: Transaction, charge: Charge, at: datetime) -> bool:
        """Say whether a request waits for the next day instead of being refused or searched.

        Where others of its Party are held it stands behind them, for nobody overtakes. Raises
        CapacityExhausted for what would not fit a whole day, QueueFull where too many are held.
        """
        if self._packs.at(at).excess_of(charge.party) != "hold":
            return False
        held = held_table.count(tx, charge.party)
        short = self._ledger.shortage(tx, charge, at)
        if short is not None and not self._ledger.fits_a_day(tx, charge, at):
            raise refusal(short, at)
        if short is None and not held:
            return False
        if held >= limits.HELD_PER_PARTY_MAX:
            raise QueueFull(depth_max=limits.HELD_PER_PARTY_MAX)
        return True

    def _observe(self, admitted: Admitted, received: Received, begun_s: float) -> None:
        self._record.observe_commit(begun_s)
        if self._metrics is None:
            return
        party = admitted.request.party
        if received.remaining_ratio is not None:
            self._metrics.quota(party, received.remaining_ratio)
        if admitted.request.accelerated:
            self._metrics.accelerated(party)

    def _erase_refused(self, doubtful: frozenset[int]) -> None:
        """Erase the keys that were in doubt before a commit that succeeded: no disk failed then.

        Each slot is erased by one thread only, for it may hold another probe's key right after.
        """
        with self._lock:
            refused = doubtful & self._doubtful_slots
            self._doubtful_slots -= refused
        for slot in refused:
            self._archive.erase_probe(slot)


def _row(admitted: Admitted, slot: int, ciphertext: bytes, day: date | None) -> NewRequest:
    request = admitted.request
    return NewRequest(
        party=request.party,
        request_number=request.request_number,
        content_digest=request.content_digest,
        search_type=request.search_type,
        accelerated=request.accelerated,
        probes=len(request.probes),
        candidate_limit=admitted.candidate_limit,
        capacity_day=day,
        received_at=admitted.at,
        due_since=admitted.at if day else None,
        probe_slot=slot,
        probe_sealed=ciphertext,
    )


def _replay(earlier: RequestRow, request: SearchRequest) -> Accepted | None:
    """Return how the same request stands, None if it failed in a way that may be tried anew."""
    if earlier.content_digest != request.content_digest:
        raise RequestNumberReused(
            f"request number {request.request_number} was used for other content"
        )
    if earlier.state is RequestState.CANCELLED:
        raise RequestSettled("the request was cancelled; its number is used up")
    if earlier.state is RequestState.FAILED and failures.may_be_sent_again(earlier.failure_reason):
        return None
    return Accepted(
        earlier.request_number, earlier.sequence, earlier.received_at, True, earlier.state
    )
