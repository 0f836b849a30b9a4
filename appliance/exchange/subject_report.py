"""What is told of an item of reference data: all that happened to it and who received it.

The person concerned is known to the owner alone; here the item is found by its collection and
reference number (Art. 18(1)).
"""

from __future__ import annotations

from appliance.audit.record import Record
from appliance.config.settings import Settings
from appliance.domain.codes import Collection
from appliance.domain.record import Act, RecordEntry
from appliance.domain.supervision import SubjectReport, SubjectSupply
from appliance.exchange.recipients import SUPPLIES
from appliance.store import catalogue_table
from appliance.store.database import Database, Transaction

_ASKED = frozenset({Act.SEARCH_RECEIVED, Act.MASS_COMPARISON_OPENED})


class SubjectReports:
    """Makes reports. Thread-safe."""

    def __init__(self, database: Database, record: Record, settings: Settings) -> None:
        self._database = database
        self._record = record
        self._own_party = settings.instance.party

    def of(
        self, collection: Collection, reference_number: str, after: int, limit: int
    ) -> SubjectReport:
        """Return a page of the report of an item, also of one that was deleted.

        Up to ``limit`` entries after ``after``, at most ENTRIES_PER_PAGE_MAX. Raises
        RecordUnavailable, StorageCorrupt.
        """
        entries = self._record.about(collection, reference_number, after, limit)
        after = entries[-1].sequence if entries else after

        def held(tx: Transaction) -> tuple[bool, bool, bool]:
            ordinal = catalogue_table.live_ordinal(tx, collection, reference_number)
            if ordinal is None:
                return False, False, False
            (row,) = catalogue_table.rows_of(tx, [ordinal]).values()
            return True, bool(row.flagged), bool(row.restricted)

        is_held, flagged, restricted = self._database.read(held)
        return SubjectReport(
            collection=collection,
            reference_number=reference_number,
            origin=self._own_party,
            held=is_held,
            flagged=flagged,
            restricted=restricted,
            supplies=tuple(self._supply(each) for each in entries if each.act in SUPPLIES),
            entries=tuple(entries),
            after=after,
            more=bool(self._record.about(collection, reference_number, after, 1)),
        )

    def _supply(self, supplied: RecordEntry) -> SubjectSupply:
        said = dict(supplied.details)
        number = said.get("request_number") or said.get("job_number", "")
        asked = [
            dict(each.details)
            for each in self._record.of_request(supplied.party, number)
            if each.act in _ASKED and each.sequence < supplied.sequence
        ]
        why = asked[-1] if asked else {}
        return SubjectSupply(
            party=supplied.party,
            supplied_at=supplied.recorded_at,
            request_number=number,
            purpose=why.get("purpose", ""),
            case_reference=why.get("case_reference", ""),
            sequence=supplied.sequence,
        )
