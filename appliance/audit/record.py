"""The record of supplies (Art. 17(2)(b)): what was supplied, when exactly, to whom, on whose order.

An entry is written in the very transaction of the act it records, so that neither exists without
the other. Heads are signed at an interval; see ``heads`` for what they can and cannot show.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from appliance.audit import chain
from appliance.audit.heads import Head, HeadsLog
from appliance.audit.verification import RecordReport, Verification, verify_files
from appliance.domain.clock import Clock
from appliance.domain.errors import RecordUnavailable
from appliance.domain.record import Act, RecordEntry
from appliance.keys.head_signer import HeadSigner
from appliance.store import record_table, setting_table
from appliance.store.database import Database, Transaction
from appliance.store.filesystem import FileSystem, RealFileSystem
from appliance.telemetry.metrics import Metrics

__all__ = ["ENTRIES_PER_PAGE_MAX", "Record", "RecordReport", "verify_files"]

ENTRIES_PER_PAGE_MAX = 1_000
HEAD_INTERVAL_S = 10.0


class Record:
    """Writes, reads, signs and checks the record. Thread-safe."""

    def __init__(
        self,
        database: Database,
        signer: HeadSigner,
        heads_path: Path,
        clock: Clock,
        metrics: Metrics | None = None,
        *,
        interval_s: float = HEAD_INTERVAL_S,
        filesystem: FileSystem | None = None,
        on_fatal: Callable[[BaseException], None] = lambda _error: None,
    ) -> None:
        """Open the log of heads. Raises RecordUnavailable where it cannot be written.

        ``on_fatal`` is told of a failed sync of the log: it has to end the process.
        """
        self._database = database
        self._signer = signer
        self._heads_path = heads_path
        self._clock = clock
        self._metrics = metrics
        self._interval_s = interval_s
        self._log = HeadsLog(heads_path, filesystem or RealFileSystem(), on_fatal)
        # The newest head in the database that the log could not take yet.
        self._unlogged: Head | None = None
        self._signing = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def append(self, tx: Transaction, act: Act, party: str, details: Mapping[str, str]) -> int:
        """Add an entry inside the transaction of its act and return its sequence.

        Details beyond ``chain.DETAIL_CHARS_MAX`` raise InvariantBroken: nothing unbounded, and
        nothing of a probe, belongs here.
        """
        sequence, previous = record_table.last(tx) or (0, chain.GENESIS)
        leaf = chain.leaf(sequence + 1, self._clock.now(), act, party, details)
        record_table.insert(tx, sequence + 1, leaf, chain.digest(previous, leaf))
        return sequence + 1

    def observe_commit(self, begun_s: float, entries: int = 1) -> None:
        """Tell the metrics of entries made durable since ``time.perf_counter()`` was begun_s."""
        if self._metrics is not None:
            self._metrics.audit_appended(time.perf_counter() - begun_s, entries)

    def write(self, act: Act, party: str, details: Mapping[str, str]) -> int:
        """Add an entry in a transaction of its own, durable on return. RecordUnavailable if not."""
        begun_s = time.perf_counter()
        sequence = self._database.write(lambda tx: self.append(tx, act, party, details)).result()
        self.observe_commit(begun_s)
        return sequence

    def entries(self, after: int, limit: int) -> list[RecordEntry]:
        """Return up to ``limit`` (at most ENTRIES_PER_PAGE_MAX) entries after ``after``."""
        bounded = max(0, min(limit, ENTRIES_PER_PAGE_MAX))
        rows = self._database.read(lambda tx: record_table.page(tx, after, bounded))
        return [chain.entry(leaf, digest) for _, leaf, digest in rows]

    def sign_head(self) -> None:
        """Sign the newest entry, unless it is signed already; durable in both places on return.

        Raises RecordUnavailable where the disk refuses; the next call goes on from there.
        """
        with self._signing:
            head = self._database.write(self._sign_newest).result() or self._unlogged
            if head is None:
                return
            self._unlogged = head
            # The entry under the head is durable by now: a head never speaks of the future.
            self._log.append(head.line())
            self._unlogged = None
        if self._metrics is not None:
            self._metrics.audit_head(head.signed_at.timestamp())

    def verify(self) -> RecordReport:
        """Check the whole record against all signed heads."""
        report = Verification(self._database, self._heads_path, self._signer.public_bytes).run()
        if not report.intact and self._metrics is not None:
            self._metrics.audit_verify_failed()
        return report

    def start(self) -> None:
        """Sign heads at the interval from now on."""
        self._thread = threading.Thread(target=self._run, name="record-heads", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Sign a last head, if the disk allows, and stop; a second call does nothing."""
        if self._stop.is_set():
            return
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        # The entries are durable without it, and the rooms below still have to be closed.
        with suppress(RecordUnavailable):
            self.sign_head()
        self._log.close()

    def _run(self) -> None:
        while not self._stop.wait(self._interval_s):
            try:
                self.sign_head()
            except RecordUnavailable:
                # The metric of the last head stands still and its alert tells the operator; the
                # entries themselves are durable in the database all the same.
                continue

    def _sign_newest(self, tx: Transaction) -> Head | None:
        newest = record_table.last(tx)
        if newest is None or newest[0] <= record_table.last_head(tx):
            return None
        head = Head(setting_table.store_id(tx), *newest, self._clock.now()).signed_by(self._signer)
        record_table.insert_head(tx, head.sequence, head.line())
        return head
