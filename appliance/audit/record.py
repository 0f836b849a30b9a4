"""The record of supplies (Art. 17(2)(b)): what was supplied, when exactly, to whom, on whose order.

An entry is written in the very transaction of the act it records, so that neither exists without
the other. Its content is sealed under the key of its day, its hash is a leaf of the Merkle tree;
heads of the tree are signed at an interval and at every 256th leaf, see ``heads`` for what they
can and cannot show.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path

from appliance.audit import proofs
from appliance.audit.appending import Appending, Told
from appliance.audit.days import Days, of_item, of_request
from appliance.audit.head_drop import HeadDrop, carry_on
from appliance.audit.heads import Head
from appliance.audit.heads_log import HeadsLog
from appliance.audit.proofs import Consistency, Inclusion
from appliance.audit.reading import ENTRIES_PER_PAGE_MAX, Reading
from appliance.audit.retention import Retention
from appliance.audit.signing import Signing
from appliance.audit.stored import RecordFiles, verify_files, verify_store
from appliance.audit.verification import RecordReport
from appliance.domain import codes
from appliance.domain.clock import Clock
from appliance.domain.errors import ClockSkewed, RecordUnavailable
from appliance.domain.record import Act, RecordEntry, RecordLeaf, Subject
from appliance.keys.day_key import DayVault
from appliance.keys.head_signer import HeadSigner
from appliance.store.database import Database, Transaction
from appliance.store.filesystem import FileSystem, RealFileSystem
from appliance.telemetry.metrics import Metrics

__all__ = ["Record", "RecordFiles", "RecordReport", "verify_files"]

HEAD_INTERVAL_S = 10.0
EXPIRY_INTERVAL_S = 3_600.0
RETENTION_YEARS = 2
"""Art. 17(4); a legal profile may ask for more, and for no less."""


class Record:
    """Writes, reads, signs, checks and deletes the record. Thread-safe."""

    def __init__(
        self,
        database: Database,
        signer: HeadSigner,
        vault: DayVault,
        heads_path: Path,
        clock: Clock,
        metrics: Metrics | None = None,
        *,
        interval_s: float = HEAD_INTERVAL_S,
        retention_years: Callable[[], int] = lambda: RETENTION_YEARS,
        heads_export: Path | None = None,
        filesystem: FileSystem | None = None,
        on_fatal: Callable[[BaseException], None] = lambda _error: None,
    ) -> None:
        """Open the log of heads. Raises RecordUnavailable where it cannot be written,
        StorageCorrupt where it is ahead of the database.

        ``on_fatal`` is told of a failed sync of the log: it has to end the process.
        ``retention_years`` is asked whenever entries are read or expire. ``heads_export`` is a
        folder outside this machine that heads are carried to.
        """
        self._database = database
        self._clock = clock
        self._metrics = metrics
        self._public_bytes = signer.public_bytes
        self._heads_path = heads_path
        self._interval_s = interval_s
        self._days = Days(vault)
        self._log = HeadsLog(heads_path, filesystem or RealFileSystem(), on_fatal)
        self._signing = Signing(database, signer, self._log, clock, metrics)
        self._wake = threading.Event()
        self._appending = Appending(self._days, self._signing, clock, self._wake.set)
        self._retention = Retention(
            database,
            self._days,
            self.append,
            self._signing.sign,
            clock,
            lambda: max(RETENTION_YEARS, retention_years()),
        )
        self._drop = HeadDrop(database, heads_export, metrics) if heads_export else None
        self._reading = Reading(database, self._days, self._retention)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def append(
        self,
        tx: Transaction,
        act: Act,
        party: str,
        details: Mapping[str, str],
        subjects: Collection[Subject] = (),
    ) -> int:
        """Add an entry inside the transaction of its act and return its sequence.

        ``subjects`` are the items of reference data that were supplied or that the act is about;
        ``about`` finds the entry by each of them, ``of_request`` by its number.
        Details or subjects beyond the bounds of
        ``leaf`` raise InvariantBroken: nothing unbounded, and nothing of a probe, belongs here.
        RecordUnavailable where the key of a new day cannot be made durable.
        """
        return self.append_each(tx, act, [(party, details, subjects)])

    def append_each(self, tx: Transaction, act: Act, told: Sequence[Told]) -> int:
        """Add an entry for each of some acts of one kind, cheaper together than apart.

        Returns the sequence of the last. Raises as ``append``.
        """
        return self._appending.append(tx, act, told)

    def observe_commit(self, begun_s: float, entries: int = 1) -> None:
        """Tell the metrics of entries made durable since ``time.perf_counter()`` was begun_s."""
        if self._metrics is not None:
            self._metrics.audit_appended(time.perf_counter() - begun_s, entries)

    def write(
        self,
        act: Act,
        party: str,
        details: Mapping[str, str],
        subjects: Collection[Subject] = (),
    ) -> int:
        """Add an entry in a transaction of its own, durable on return. RecordUnavailable if not."""
        begun_s = time.perf_counter()
        sequence = self._database.write(
            lambda tx: self.append(tx, act, party, details, subjects)
        ).result()
        self.observe_commit(begun_s)
        return sequence

    def entries(self, after: int, limit: int) -> list[RecordEntry]:
        """Return up to ``limit`` entries after ``after`` that are kept still; see ``Reading``."""
        return self._reading.entries(after, limit)

    def leaves(self, after: int, limit: int) -> list[RecordLeaf]:
        """Return up to ``limit`` leaves after ``after``, expired ones among them."""
        return self._reading.leaves(after, limit)

    def size(self) -> int:
        """Return how many entries there are, expired ones among them."""
        return self._reading.size()

    def about(
        self,
        collection: codes.Collection,
        reference_number: str,
        after: int = 0,
        limit: int = ENTRIES_PER_PAGE_MAX,
    ) -> list[RecordEntry]:
        """Return a page of the entries that concern an item, oldest first; see ``Reading``."""
        return self._reading.about(of_item((collection, reference_number)), after, limit)

    def of_request(
        self, party: str, request_number: str, after: int = 0, limit: int = ENTRIES_PER_PAGE_MAX
    ) -> list[RecordEntry]:
        """Return a page of the entries that name a request of a Party, oldest first."""
        return self._reading.about(of_request(party, request_number), after, limit)

    def range_of(self, since: date | None, until: date | None) -> tuple[int, int]:
        """Return first and last entry of days (UTC), both included; None: to that end."""
        return self._reading.range_of(since, until)

    def head(self) -> Head | None:
        """Return the newest signed head, None only while the record is empty.

        The first entries need not wait for the interval: who asks before it has a head signed.
        """
        head = self._database.read(proofs.newest_head)
        if head is None and self.size():
            self.sign_head()
            head = self._database.read(proofs.newest_head)
        return head

    def inclusion(self, sequence: int, number: int = 0) -> Inclusion:
        """Prove that an entry is under a signed head; see ``proofs``."""
        head = self.head()
        if number == 0 and (head is None or head.size < sequence <= self.size()):
            self.sign_head()
        return self._database.read(lambda tx: proofs.inclusion(tx, sequence, number))

    def consistency(self, old: int, new: int = 0) -> Consistency:
        """Prove that the record under one signed head grew from that under another."""
        return self._database.read(lambda tx: proofs.consistency(tx, old, new))

    def sign_head(self) -> None:
        """Sign the newest entry, unless it is signed already; durable in both places on return.

        Raises RecordUnavailable where the disk refuses; the next call goes on from there.
        """
        self._signing.sign_now()

    def verify(self) -> RecordReport:
        """Check the whole record: contents, tree, and all signed heads."""
        report = verify_store(self._database, self._heads_path, self._public_bytes, self._days)
        if not report.intact and self._metrics is not None:
            self._metrics.audit_verify_failed()
        return report

    def expire(self, check_clock: Callable[[], None] = lambda: None) -> int:
        """Delete what was recorded on days whose time is over; see ``Retention``."""
        return self._retention.expire(check_clock)

    def start(self, check_clock: Callable[[], None]) -> None:
        """Sign heads and delete what has expired from now on.

        ``check_clock`` raises ClockSkewed while the clock cannot be right: then nothing is deleted.
        """
        works: dict[str, Callable[[], None]] = {
            "record-heads": self._sign_on,
            "record-expiry": partial(self._expire_on, check_clock),
        }
        if self._drop is not None:
            works["record-export"] = partial(carry_on, self._drop, self._stop, self._interval_s)
        for name, work in works.items():
            thread = threading.Thread(target=work, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Sign a last head, if the disk allows, and stop; a second call does nothing."""
        if self._stop.is_set():
            return
        self._stop.set()
        self._wake.set()
        self._retention.stop()
        for thread in self._threads:
            thread.join()
        # The entries are durable without it, and the rooms below still have to be closed.
        with suppress(RecordUnavailable):
            self.sign_head()
            if self._drop is not None:
                self._drop.carry()
        self._log.close()
        self._days.close()

    def _sign_on(self) -> None:
        while not self._stop.is_set():
            woken = self._wake.wait(self._interval_s)
            self._wake.clear()
            # The metric of the last head stands still where the disk refuses, and its alert tells
            # the operator; the entries themselves are durable in the database all the same.
            with suppress(RecordUnavailable):
                if woken:
                    # An append that has just signed a head woke us, perhaps before its commit:
                    # a work of our own in the writer's queue ends after it.
                    self._database.write(lambda _tx: None).result()
                    self._signing.log_signed()
                else:
                    self.sign_head()

    def _expire_on(self, check_clock: Callable[[], None]) -> None:
        while not self._stop.is_set():
            with suppress(RecordUnavailable, ClockSkewed):
                self.expire(check_clock)
            self._stop.wait(EXPIRY_INTERVAL_S)
