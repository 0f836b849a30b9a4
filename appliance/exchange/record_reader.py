"""How an auditor reads: every reading is on record before anything of it leaves (Art. 17(3))."""

from __future__ import annotations

from typing import NamedTuple

from appliance.access import roles
from appliance.audit.reading import ENTRIES_PER_PAGE_MAX
from appliance.audit.record import Record
from appliance.domain import limits
from appliance.domain.codes import Role
from appliance.domain.errors import FieldViolation, RequestInvalid
from appliance.domain.principal import Principal
from appliance.domain.record import Act, RecordEntry
from appliance.domain.supervision import RecordFilter
from appliance.exchange import form

ENTRIES_SEARCHED_MAX = 5_000
"""How many entries one page of a query reads at most, be they wanted or not."""
PARTY_CHARS = 2


class Found(NamedTuple):
    """Entries that fit; ``after`` is where the next page begins, ``more`` whether there is one."""

    entries: list[RecordEntry]
    after: int
    more: bool


class RecordReader:
    """Reads for the auditor of one record. Thread-safe."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def note(self, principal: Principal, asked: str, **details: str) -> None:
        """Put a reading on record, durable on return. Raises RoleDenied, RecordUnavailable."""
        roles.require(principal, Role.AUDITOR)
        facts = {"certificate": principal.fingerprint, "asked": asked, **details}
        said = {name: text for name, text in facts.items() if text}
        self._record.write(Act.RECORD_READ, principal.party, said)

    def query(self, principal: Principal, terms: RecordFilter, after: int, limit: int) -> Found:
        """Return up to ``limit`` entries after a sequence that fit, in order.

        An item or a request is looked up, anything else is found by reading; a page that has read
        ENTRIES_SEARCHED_MAX entries ends there, with or without a finding. Raises RoleDenied,
        RequestInvalid, RecordUnavailable, StorageCorrupt.
        """
        roles.require(principal, Role.AUDITOR)
        require_usable(terms)
        size = self._record.size()
        self.note(principal, "query", after=str(after), **terms_text(terms))
        first, last = self._record.range_of(terms.since, terms.until)
        last, after = min(last, size), max(after, first - 1)
        wanted = max(1, min(limit, ENTRIES_PER_PAGE_MAX))
        found: list[RecordEntry] = []
        searched = 0
        while after < last and searched < ENTRIES_SEARCHED_MAX:
            page = [each for each in self._page(terms, after) if each.sequence <= last]
            if not page:
                return Found(found, last, False)
            for entry in page:
                after = entry.sequence
                if terms.fits(entry):
                    found.append(entry)
                if len(found) == wanted:
                    return Found(found, after, after < last)
            searched += len(page)
        return Found(found, after, after < last)

    def _page(self, terms: RecordFilter, after: int) -> list[RecordEntry]:
        if terms.subject is not None:
            return self._record.about(*terms.subject, after)
        if terms.request_number:
            return self._record.of_request(terms.party, terms.request_number, after)
        return self._record.entries(after, ENTRIES_PER_PAGE_MAX)


def require_usable(terms: RecordFilter) -> None:
    """Raise RequestInvalid for terms that nothing can fit."""
    found: list[FieldViolation] = []
    if terms.act and terms.act not in set(Act):
        found.append(FieldViolation("act", "is no act of the record"))
    if terms.request_number and not terms.party:
        found.append(FieldViolation("party", "is required: whose request"))
    if terms.since and terms.until and terms.until < terms.since:
        found.append(FieldViolation("until", "lies before the first day"))
    found += form.text("party", terms.party, PARTY_CHARS, required=False)
    found += form.text("officer", terms.officer, limits.OFFICER_CHARS_MAX, required=False)
    if terms.request_number:
        number = terms.request_number
        found += form.text("request_number", number, limits.REQUEST_NUMBER_CHARS_MAX)
    if terms.subject:
        found += form.reference_number("reference_number", terms.subject[1])
    if found:
        raise RequestInvalid(found)


def terms_text(terms: RecordFilter) -> dict[str, str]:
    """Return what the record says of the terms of a reading."""
    said = {
        "since": terms.since.isoformat() if terms.since else "",
        "until": terms.until.isoformat() if terms.until else "",
        "act": terms.act,
        "of_party": terms.party,
        # Not under its usual name: reading about a request is no act of that request.
        "of_request": terms.request_number,
        "of_collection": terms.subject[0].value if terms.subject else "",
        "of_reference_number": terms.subject[1] if terms.subject else "",
        "of_officer": terms.officer,
    }
    return {name: text for name, text in said.items() if text}
