"""Accepting a request: its row, its capacity and its record are one commit, or nothing happens."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime

from appliance.audit.record import Record
from appliance.config.settings import Settings
from appliance.domain.errors import RecordUnavailable, RequestNumberReused
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.domain.search import SearchRequest
from appliance.exchange import ledger, supplies
from appliance.exchange.archive import Archive
from appliance.store import requests_table
from appliance.store.database import Database, Transaction
from appliance.store.requests_table import NewRequest, RequestRow
from appliance.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request on record: ``sequence`` is its place in the order of receipt.

    ``replayed`` says that the same request had been accepted before; it is charged once.
    """

    request_number: str
    sequence: int
    received_at: datetime
    replayed: bool


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that admission let pass, and who asked when for how many candidates."""

    principal: Principal
    request: SearchRequest
    candidate_limit: int
    at: datetime


class Reception:
    """Makes admitted requests durable. Thread-safe."""

    def __init__(
        self,
        database: Database,
        record: Record,
        archive: Archive,
        settings: Settings,
        metrics: Metrics | None,
    ) -> None:
        self._database = database
        self._record = record
        self._archive = archive
        self._settings = settings
        self._metrics = metrics
        self._lock = threading.Lock()
        self._doubtful_slots: set[int] = set()

    def earlier(self, request: SearchRequest) -> Accepted | None:
        """Return how the same request was accepted before, None for a new number.

        Raises RequestNumberReused if the number was used for other content.
        """
        row = self._archive.find(request.party, request.request_number)
        return _replay(row, request) if row is not None else None

    def accept(self, admitted: Admitted) -> Accepted:
        """Keep a request, durable on return.

        Raises CapacityExhausted, RequestNumberReused, RecordUnavailable; nothing is kept then.
        """
        slot, ciphertext = self._archive.seal_probe(admitted.request)
        with self._lock:
            doubtful = frozenset(self._doubtful_slots)
        begun_s = time.perf_counter()
        try:
            accepted = self._database.write(
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
        if accepted.replayed:
            self._archive.erase_probe(slot)
        else:
            self._record.observe_commit(begun_s)
        self._erase_refused(doubtful)
        return accepted

    def _keep(self, tx: Transaction, admitted: Admitted, slot: int, ciphertext: bytes) -> Accepted:
        request = admitted.request
        # Asked again inside the transaction: two calls with one number may arrive together.
        earlier = requests_table.find(tx, request.party, request.request_number)
        if earlier is not None:
            return _replay(earlier, request)
        bucket, probes = request.search_type.bucket, len(request.probes)
        reserved = ledger.reserve(
            tx, request.party, bucket, probes, admitted.at, self._settings.zone
        )
        new = NewRequest(
            party=request.party,
            request_number=request.request_number,
            content_digest=request.content_digest,
            search_type=request.search_type,
            accelerated=request.accelerated,
            probes=probes,
            candidate_limit=admitted.candidate_limit,
            capacity_day=reserved.day,
            received_at=admitted.at,
            probe_slot=slot,
            probe_sealed=ciphertext,
        )
        sequence = requests_table.insert(tx, new)
        own_party = self._settings.instance.party
        details = supplies.received(request, admitted.principal, own_party)
        self._record.append(tx, Act.SEARCH_RECEIVED, request.party, details)
        if self._metrics is not None:
            self._metrics.quota(request.party, reserved.remaining_ratio)
        return Accepted(request.request_number, sequence, admitted.at, replayed=False)

    def _erase_refused(self, doubtful: frozenset[int]) -> None:
        """Erase the keys that were in doubt before a commit that succeeded: no disk failed then.

        Each slot is erased by one thread only, for it may hold another probe's key right after.
        """
        with self._lock:
            refused = doubtful & self._doubtful_slots
            self._doubtful_slots -= refused
        for slot in refused:
            self._archive.erase_probe(slot)


def _replay(earlier: RequestRow, request: SearchRequest) -> Accepted:
    if earlier.content_digest != request.content_digest:
        raise RequestNumberReused(
            f"request number {request.request_number} was used for other content"
        )
    return Accepted(earlier.request_number, earlier.sequence, earlier.received_at, replayed=True)
