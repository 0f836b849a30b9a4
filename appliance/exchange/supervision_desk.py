"""The desk of the auditor: what was done, by whom it was allowed, and whether it was admissible."""

from __future__ import annotations

from datetime import datetime

from appliance.access import roles
from appliance.domain import limits
from appliance.domain.admissibility import Judged
from appliance.domain.clock import Clock
from appliance.domain.codes import Collection, Role
from appliance.domain.errors import FieldViolation, RequestInvalid
from appliance.domain.principal import Principal
from appliance.domain.supervision import OfficersVersion, RecordFilter, SubjectReport
from appliance.exchange import form
from appliance.exchange.admissibility import Checker
from appliance.exchange.evidence import Evidence
from appliance.exchange.record_reader import PARTY_CHARS, Found, RecordReader
from appliance.exchange.subject_report import SubjectReports


class SupervisionDesk:
    """Serves the auditor; each reading is on record before it is told. Thread-safe."""

    def __init__(
        self,
        reader: RecordReader,
        evidence: Evidence,
        subjects: SubjectReports,
        checker: Checker,
        clock: Clock,
    ) -> None:
        self._reader = reader
        self._evidence = evidence
        self._subjects = subjects
        self._checker = checker
        self._clock = clock

    def query(self, principal: Principal, terms: RecordFilter, after: int, limit: int) -> Found:
        """Return entries that fit; see ``RecordReader``."""
        return self._reader.query(principal, terms, after, limit)

    def officers(self, principal: Principal, at: datetime | None = None) -> OfficersVersion:
        """Return the list in use at an instant, now for None (Art. 17(2)(a)).

        Raises RoleDenied, RequestInvalid if none of that time is kept, RecordUnavailable.
        """
        wanted = at or self._clock.now()
        self._reader.note(principal, "officers", at=wanted.isoformat(timespec="microseconds"))
        found = self._evidence.officers_at(wanted)
        if found is None:
            raise RequestInvalid([FieldViolation("at", "no list of that time is kept")])
        return found[0]

    def subject(
        self,
        principal: Principal,
        collection: Collection,
        reference_number: str,
        after: int,
        limit: int,
    ) -> SubjectReport:
        """Return a page of what is told of an item (Art. 18(1)); see ``SubjectReports``.

        Raises RoleDenied, RequestInvalid.
        """
        roles.require(principal, Role.AUDITOR)
        violations = form.reference_number("reference_number", reference_number)
        if violations:
            raise RequestInvalid(violations)
        self._reader.note(
            principal,
            "subject",
            after=str(after),
            of_collection=collection.value,
            of_reference_number=reference_number,
        )
        return self._subjects.of(collection, reference_number, after, max(1, limit))

    def check_entry(self, principal: Principal, sequence: int) -> Judged:
        """Judge the act of an entry again (Art. 16(2)(c)); see ``Checker``."""
        self._reader.note(principal, "admissibility", entry=str(sequence))
        return Judged((self._checker.entry(sequence),), more=False)

    def check_request(self, principal: Principal, party: str, request_number: str) -> Judged:
        """Judge every receipt and refusal of a request again; see ``Checker``."""
        roles.require(principal, Role.AUDITOR)
        violations = form.text("party", party, PARTY_CHARS)
        violations += form.text("request_number", request_number, limits.REQUEST_NUMBER_CHARS_MAX)
        if violations:
            raise RequestInvalid(violations)
        self._reader.note(principal, "admissibility", of_party=party, of_request=request_number)
        return self._checker.request(party, request_number)
