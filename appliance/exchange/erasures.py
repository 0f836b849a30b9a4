"""The end of data: items whose time is over are deleted, and erasures are carried out and proved.

A deletion hides an item from every search at once; its bytes go with the next erasure, when chunks
in memory and segments on disk are made anew without it and the key of the old segment is destroyed.
Only then is the certificate signed. Backups made before may hold the encrypted segment; the key
that opens it is in the backup of the keys, and the certificate says when the last of them is gone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from appliance.audit.record import Record
from appliance.domain.clock import Clock
from appliance.domain.codes import Role
from appliance.domain.data_duties import ErasureCause
from appliance.domain.errors import ApplianceError, ReferenceUnknown
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.exchange import signed_document
from appliance.exchange.duties_desk import DutiesDesk
from appliance.gallery.gallery import Gallery
from appliance.gallery.limits import ERASURE_GRACE_S
from appliance.keys.head_signer import HeadSigner
from appliance.store import erasures_table
from appliance.store.database import Database, Transaction
from appliance.store.erasures_table import Pending
from appliance.telemetry.logs import logger

KIND = "certificate of erasure"
APPLIANCE = "appliance"
"""Who orders the deletion of what has come to its end."""

SWEEP_INTERVAL_S = 30.0
ERASURE_WAIT_S = 3_600
"""A deletion waits so long for others, since segments are rewritten whole."""

ITEMS_PER_SWEEP_MAX = 1_000
_log = logger("erasures")


class Erasures:
    """Sweeps in a thread of its own between ``start`` and ``close``."""

    def __init__(
        self,
        database: Database,
        gallery: Gallery,
        record: Record,
        desk: DutiesDesk,
        signer: HeadSigner,
        clock: Clock,
        *,
        own_party: str,
        backup_retention_d: int,
        observe: Callable[[int], None] = lambda _pending: None,
    ) -> None:
        """``backup_retention_d`` is how many days backups are kept.

        ``observe`` is told after each sweep how many items wait for their erasure.
        """
        self._database = database
        self._gallery = gallery
        self._record = record
        self._desk = desk
        self._signer = signer
        self._clock = clock
        self._own_party = own_party
        self._backup_retention = timedelta(days=backup_retention_d)
        self._principal = Principal(own_party, Role.ADMINISTRATOR, APPLIANCE)
        self._observe = observe
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="erasures", daemon=True)

    def start(self) -> None:
        """Begin to sweep."""
        self._thread.start()

    def close(self) -> None:
        """Stop after the sweep under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def sweep(self) -> None:
        """Delete what has come to its end, and erase what has waited long enough."""
        self.delete_expired()
        if self._pending(timedelta(seconds=ERASURE_WAIT_S), 1):
            self.erase()
        self._observe(self._database.read(erasures_table.pending_count))

    def delete_expired(self) -> int:
        """Delete the items whose maximum period is over (Art. 15(3)(b)); return how many."""
        deleted = 0
        for each in self._gallery.amendments.expired(self._clock.now(), ITEMS_PER_SWEEP_MAX):
            try:
                self._desk.remove(
                    self._principal, each.collection, each.reference_number, ErasureCause.TERM_OVER
                )
            except ReferenceUnknown:
                continue  # deleted or given another end by somebody else in this moment
            deleted += 1
        return deleted

    def erase(self) -> int:
        """Erase every deleted item that no search may still read; return the certificates made.

        What is left of an item somewhere, because memory has no room to make a chunk anew, keeps
        its certificate back until the next turn.
        """
        self._gallery.erase_deleted()
        made = 0
        while waiting := self._pending(timedelta(seconds=ERASURE_GRACE_S), ITEMS_PER_SWEEP_MAX):
            gone = [each for each in waiting if not self._gallery.holds(each.ordinal)]
            for each in gone:
                self._certify(each)
            made += len(gone)
            if len(gone) < ITEMS_PER_SWEEP_MAX:
                break
        return made

    def _pending(self, age: timedelta, limit: int) -> list[Pending]:
        until = self._clock.now() - age
        return self._database.read(lambda tx: erasures_table.pending(tx, until, limit))

    def _certify(self, pending: Pending) -> None:
        erasure, at = pending.erasure, self._clock.now()
        document = {
            "party": self._own_party,
            "number": erasure.number,
            "collection": erasure.collection.value,
            "reference_number": erasure.reference_number,
            "record_digest": erasure.record_digest.hex(),
            "cause": erasure.cause.value,
            "ordered_by": erasure.ordered_by,
            "deleted_at": _text(erasure.deleted_at),
            "erased_at": _text(at),
            "copies_erased": ["memory", "devices", "segments", "catalogue"],
            "backups_hold_it_until": _text(at + self._backup_retention),
        }
        signed = signed_document.sign(KIND, document, self._signer).decode()
        details = {
            "erasure": str(erasure.number),
            "collection": erasure.collection.value,
            "reference_number": erasure.reference_number,
            "record_digest": erasure.record_digest.hex(),
        }
        subject = (erasure.collection, erasure.reference_number)

        def work(tx: Transaction) -> None:
            erasures_table.certify(tx, erasure.number, at, signed)
            self._record.append(tx, Act.ERASURE_CERTIFIED, self._own_party, details, [subject])

        self._database.write(work).result()

    def _run(self) -> None:
        while not self._stop.wait(SWEEP_INTERVAL_S):
            try:
                self.sweep()
            except (ApplianceError, OSError):
                # Nothing is lost: what was deleted stays hidden, and the next turn tries again.
                _log.error("data whose time is over could not be erased", exc_info=True)


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
