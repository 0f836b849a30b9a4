"""What only the passing of time asks for: releases, warnings, haste, erasures.

Every SWEEP_INTERVAL_S, and at the declared midnight itself, when the capacities open anew.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from appliance.audit.record import Record
from appliance.config.pack_book import PackBook
from appliance.config.settings import Settings
from appliance.domain import limits
from appliance.domain.capacity import Direction
from appliance.domain.clock import Clock
from appliance.domain.errors import ApplianceError
from appliance.domain.record import Act
from appliance.exchange import ledger, supplies
from appliance.exchange.archive import Archive
from appliance.exchange.clock_guard import ClockGuard
from appliance.exchange.holding import RELEASED_PER_COMMIT_MAX, Holding
from appliance.exchange.search_queue import SearchQueue
from appliance.exchange.supervision_past import SupervisionPast
from appliance.exchange.supplied_past import SuppliedPast
from appliance.store import held_table, outgoing_table, requests_table
from appliance.store.database import Database, Transaction
from appliance.telemetry.metrics import Metrics

SWEEP_INTERVAL_S = 30.0
WARNED_PER_COMMIT_MAX = 500
OUTGOING_KEPT = timedelta(days=31)
"""How long a reservation towards another Party is known by its request number."""


class Sweeper:
    """Sweeps in a thread of its own between ``start`` and ``close``; any thread may ask too."""

    def __init__(
        self,
        database: Database,
        record: Record,
        archive: Archive,
        queue: SearchQueue,
        packs: PackBook,
        settings: Settings,
        clock: Clock,
        guard: ClockGuard,
        metrics: Metrics | None,
    ) -> None:
        self._database = database
        self._record = record
        self._archive = archive
        self._queue = queue
        self._packs = packs
        self._supplied_past = SuppliedPast(database, packs, settings, clock)
        self._supervision_past = SupervisionPast(database, packs, clock, metrics)
        self._zone = settings.zone
        self._clock = clock
        self._guard = guard
        self._metrics = metrics
        self._holding = Holding(record, ledger.Ledger(Direction.INCOMING, self._zone))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="exchange-sweep", daemon=True)

    def start(self) -> None:
        """Sweep from now on."""
        self._thread.start()

    def close(self) -> None:
        """Stop; a sweep under way ends first."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def sweep(self) -> None:
        """Do everything once. Raises RecordUnavailable.

        ClockSkewed where the clock cannot be right: nothing is erased, released or hastened by it.
        """
        self._guard.mark()
        self.hasten()
        self.release()
        self._warn()
        self._archive.erase_old_answers(self._packs.in_force().retention.answer_h)
        self._supplied_past.sum_up()
        self._supervision_past.sweep()
        self._forget_outgoing()
        self._observe()

    def hasten(self) -> None:
        """Search without delay what could not be searched in time (IA Art. 11(2))."""
        self._queue.hasten(self._clock.now() - timedelta(hours=limits.ANSWER_DEADLINE_H))

    def release(self) -> None:
        """Let held requests wait for their search, as far as today's capacities allow."""
        for party in self._database.read(held_table.parties):
            while self._release_some(party) == RELEASED_PER_COMMIT_MAX:
                continue

    def _release_some(self, party: str) -> int:
        at = self._clock.now()
        released = self._database.write(lambda tx: self._holding.release(tx, party, at)).result()
        for waiting in released:
            self._queue.put(waiting)
        return len(released)

    def _warn(self) -> None:
        """Put on record what has used up four fifths of its 24 hours, once for each request."""
        day = timedelta(hours=limits.ANSWER_DEADLINE_H)
        due_before = self._clock.now() - day * limits.DEADLINE_WARNING_RATIO
        warned = self._database.write(lambda tx: self._warn_of(tx, due_before)).result()
        if self._metrics is not None:
            self._metrics.deadline_near(warned)

    def _warn_of(self, tx: Transaction, due_before: datetime) -> int:
        late = requests_table.late(tx, due_before, WARNED_PER_COMMIT_MAX)
        for row in late:
            requests_table.mark_warned(tx, row.sequence)
            due_since = row.due_since or row.received_at
            details = supplies.named(row) | {"due_since": due_since.isoformat()}
            self._record.append(tx, Act.SEARCH_DELAYED, row.party, details)
        return len(late)

    def _forget_outgoing(self) -> None:
        before = (self._clock.now() - OUTGOING_KEPT).date()
        self._database.write(lambda tx: outgoing_table.delete_before(tx, before)).result()

    def _observe(self) -> None:
        if self._metrics is None:
            return
        now, oldest = self._clock.now(), self._queue.oldest()
        self._metrics.queue_oldest((now - oldest).total_seconds() if oldest else 0.0)
        self._metrics.held(self._database.read(held_table.count_all))

    def _run(self) -> None:
        while not self._stop.wait(self._pause_s()):
            try:
                self.sweep()
            except ApplianceError:
                # A disk that refuses is tried again at the next turn: nothing is lost but time.
                continue

    def _pause_s(self) -> float:
        """Return the seconds until the next sweep, the declared midnight being one."""
        now = self._clock.now()
        midnight = ledger.opens_at(now.astimezone(self._zone).date(), self._zone)
        return min(SWEEP_INTERVAL_S, (midnight - now).total_seconds())
