"""What is told of an item of reference data: all that happened to it and who received it.

The person concerned is known to the owner alone; here the item is found by its collection and
reference number (Art. 18(1)).
"""

from __future__ import annotations

from appliance.audit.reading import ENTRIES_PER_PAGE_MAX
from appliance.audit.record import Record
from appliance.config.settings import Settings
from appliance.domain.codes import Collection
from appliance.domain.record import Act, RecordEntry
from appliance.domain.supervision import SubjectReport, SubjectSupply
from appliance.exchange.recipients import SUPPLIES
from appliance.store import catalogue_table
from appliance.store.database import Database, Transaction

_ASKED = frozenset({Act.SEARCH_RECEIVED, Act.MASS_COMPARISON_OPENED})
ENTRIES_TOLD_MAX = 10_000


class SubjectReports:
    """Makes reports. Thread-safe."""

    def __init__(self, database: Database, record: Record, settings: Settings) -> None:
        self._database = database
        self._record = record
        self._own_party = settings.instance.party

    def of(self, collection: Collection, reference_number: str) -> SubjectReport:
        """Return the report of an item, also of one that was deleted.

        At most ENTRIES_TOLD_MAX entries, the oldest. Raises RecordUnavailable, StorageCorrupt.
        """
        entries = self._entries(collection, reference_number)

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
        )

    def _entries(self, collection: Collection, reference_number: str) -> list[RecordEntry]:
        found: list[RecordEntry] = []
        while len(found) < ENTRIES_TOLD_MAX:
            after = found[-1].sequence if found else 0
            page = self._record.about(collection, reference_number, after)
            found += page
            if len(page) < ENTRIES_PER_PAGE_MAX:
                break
        return found[:ENTRIES_TOLD_MAX]

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
