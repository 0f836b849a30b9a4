"""Signing heads in the transaction of the record, and carrying them into the log.

The database is always the first to hold a head; the log follows once the head is durable, so that
no head in the log speaks of entries that a crash could take back. A log that is ahead of its
database therefore shows that the database was rolled back.
"""

from __future__ import annotations

import threading

from appliance.audit import heads, tree
from appliance.audit.heads import Head
from appliance.audit.heads_log import HeadsLog
from appliance.domain.clock import Clock
from appliance.domain.errors import StorageCorrupt
from appliance.keys.head_signer import HeadSigner
from appliance.store import record_table, setting_table
from appliance.store.database import Database, Transaction
from appliance.telemetry.metrics import Metrics

HEADS_PER_SYNC_MAX = 1_000


class Signing:
    """Signs and logs the heads of one record. Thread-safe."""

    def __init__(
        self,
        database: Database,
        signer: HeadSigner,
        log: HeadsLog,
        clock: Clock,
        metrics: Metrics | None,
    ) -> None:
        """Take up the log where it ends. Raises StorageCorrupt if it is ahead of the database."""
        self._database = database
        self._signer = signer
        self._log = log
        self._clock = clock
        self._metrics = metrics
        self._logging = threading.Lock()
        self._logged = heads.parse(log.last_line).number if log.last_line else 0
        held, _ = database.read(record_table.last_head)
        if self._logged > held:
            raise StorageCorrupt(
                f"the log holds head {self._logged} of the record, the database {held} heads only:"
                " the database was rolled back"
            )

    def sign(self, tx: Transaction) -> None:
        """Sign the newest entry in this transaction, unless a head stands over it already."""
        size = record_table.last_sequence(tx)
        number, signed = record_table.last_head(tx)
        if size > signed:
            head = Head(
                setting_table.store_id(tx),
                number + 1,
                size,
                tree.root(tx, size),
                self._clock.now(),
            ).signed_by(self._signer)
            record_table.insert_head(tx, head.number, head.size, head.line())

    def sign_now(self) -> None:
        """Sign the newest entry; durable in database and log on return. RecordUnavailable."""
        self._database.write(self.sign).result()
        self.log_signed()

    def log_signed(self) -> None:
        """Carry every durable head into the log. Raises RecordUnavailable where the disk refuses;
        the next call goes on from there."""
        with self._logging:
            while lines := self._unlogged():
                self._log.append("\n".join(line for _, line in lines))
                self._logged, newest = lines[-1]
                if self._metrics is not None:
                    self._metrics.audit_head(heads.parse(newest).signed_at.timestamp())

    def _unlogged(self) -> list[tuple[int, str]]:
        after = self._logged
        return self._database.read(
            lambda tx: record_table.heads_page(tx, after, HEADS_PER_SYNC_MAX)
        )
