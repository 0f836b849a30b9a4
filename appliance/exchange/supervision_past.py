"""What of supervision is deleted when its time is over, and what falls due.

Results of random checks go after the period of the pack (Art. 17(6)); purposes of cases, lists of
officers, certificates, authorisations and delivered requests with the record they explain (Art.
17(4)).
"""

from __future__ import annotations

from appliance.audit.period import months_before
from appliance.config.pack_book import PackBook
from appliance.domain.clock import Clock
from appliance.store import authorisation_table, authority_table, evidence_table
from appliance.store.database import Database, Transaction
from appliance.telemetry.metrics import Metrics

ROWS_PER_COMMIT_MAX = 1_000
MONTHS_PER_YEAR = 12


class SupervisionPast:
    """Deletes what is over and tells what is due. Thread-safe."""

    def __init__(
        self, database: Database, packs: PackBook, clock: Clock, metrics: Metrics | None
    ) -> None:
        self._database = database
        self._packs = packs
        self._clock = clock
        self._metrics = metrics

    def sweep(self) -> None:
        """Do both once. Raises RecordUnavailable."""
        while self._database.write(self._delete_some).result() == ROWS_PER_COMMIT_MAX:
            continue
        if self._metrics is not None:
            due = self._database.read(authority_table.undelivered_due)
            self._metrics.duties.authority_request_due(due[0].timestamp() if due else 0.0)

    def _delete_some(self, tx: Transaction) -> int:
        pack, now = self._packs.in_force(), self._clock.now()
        record_over = months_before(now, MONTHS_PER_YEAR * pack.record_retention_years)
        authority_table.delete_results_before(
            tx, months_before(now, pack.retention.sample_results_months)
        )
        authority_table.delete_requests_before(tx, record_over)
        authorisation_table.delete_before(tx, record_over)
        evidence_table.delete_officers_before(tx, record_over)
        evidence_table.delete_certificates_before(tx, record_over)
        return authorisation_table.delete_case_purposes_before(tx, record_over, ROWS_PER_COMMIT_MAX)
