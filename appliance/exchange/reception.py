"""Accepting a request: its row, its capacity and its record are one commit, or nothing happens."""

from __future__ import annotations

import threading
import time

from appliance.audit.record import Record
from appliance.config.pack_book import PackBook
from appliance.config.settings import Settings
from appliance.domain.capacity import Direction
from appliance.domain.errors import ApplianceError, RecordUnavailable
from appliance.domain.search import SearchRequest
from appliance.exchange.archive import Archive
from appliance.exchange.case_purposes import CasePurposes
from appliance.exchange.holding import Holding
from appliance.exchange.ledger import Ledger
from appliance.exchange.receipts import (
    Accepted,
    Admitted,
    Receipts,
    Received,
    Rooms,
    Sealed,
    replayed,
)
from appliance.store.database import Database, Transaction
from appliance.telemetry.metrics import Metrics


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
        ledger = Ledger(Direction.INCOMING, settings.zone)
        self._rooms = Rooms(
            record, packs, purposes, ledger, Holding(record, ledger), settings.instance.party
        )
        self._metrics = metrics
        self._lock = threading.Lock()
        self._doubtful_slots: set[int] = set()

    def earlier(self, request: SearchRequest) -> Accepted | None:
        """Return how the same request was accepted before, None if it is to be accepted now.

        Raises RequestNumberReused if the number was used for other content, RequestSettled if the
        request was cancelled.
        """
        row = self._archive.find(request.party, request.request_number)
        return replayed(row, request) if row is not None else None

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
            sealed = Sealed(admitted, slot, ciphertext)
            received = self._database.write_together(self._keep, sealed).result()
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

    def _keep(self, tx: Transaction, offered: list[Sealed]) -> list[Received | ApplianceError]:
        self._archive.require_probe_keys(tx)
        return Receipts(tx, self._rooms, offered).keep()

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
