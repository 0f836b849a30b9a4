"""Requests of data protection authorities for recorded data, due within four weeks (Art. 17(3)).

What an authority is given is the record in its export format (ops/RECORD_FORMAT.md): every leaf
hash up to a signed head, and the content of the entries it asked for. So it can see that nothing
it asked for is missing between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple

from appliance.access import roles
from appliance.audit import leaf
from appliance.audit.record import Record
from appliance.config.settings import Settings
from appliance.domain.clock import Clock
from appliance.domain.codes import Role
from appliance.domain.errors import FieldViolation, RequestInvalid
from appliance.domain.principal import Principal
from appliance.domain.record import Act, RecordLeaf
from appliance.domain.supervision import AUTHORITY_TERM, AuthorityRequest
from appliance.exchange import form, record_reader
from appliance.exchange.record_reader import RecordReader
from appliance.store import authority_table
from appliance.store.database import Database, Transaction

AUTHORITY_CHARS_MAX = 128
REQUESTS_PER_PAGE_MAX = 1_000


@dataclass(frozen=True, slots=True)
class ExportedLeaf:
    """A leaf for an authority; ``withheld``: there is a content, and it was not asked for."""

    leaf: RecordLeaf
    withheld: bool


class ExportPage(NamedTuple):
    """Some leaves of an export, and whether others follow."""

    leaves: list[ExportedLeaf]
    more: bool


class AuthorityRequests:
    """Takes requests, exports for them, and tells what is due. Thread-safe."""

    def __init__(
        self,
        database: Database,
        record: Record,
        reader: RecordReader,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._database = database
        self._record = record
        self._reader = reader
        self._zone = settings.zone
        self._own_party = settings.instance.party
        self._clock = clock

    def open(self, principal: Principal, asked: AuthorityRequest) -> AuthorityRequest:
        """Keep a request, on record; it is due at the end of the day four weeks later.

        The same request again is the one kept before. Of ``asked`` only authority, reference,
        requested_on and terms are read. Raises RoleDenied, RequestInvalid (unusable fields, a day
        to come, or a reference of other content), RecordUnavailable.
        """
        roles.require(principal, Role.AUDITOR)
        self._require_usable(asked)
        last_day = asked.requested_on + AUTHORITY_TERM
        due_at = datetime.combine(last_day + timedelta(days=1), time(), self._zone)
        made = AuthorityRequest(
            number=0,
            authority=asked.authority,
            reference=asked.reference,
            requested_on=asked.requested_on,
            due_at=due_at,
            terms=asked.terms,
            opened_at=self._clock.now(),
            delivered_at=None,
        )

        def work(tx: Transaction) -> AuthorityRequest:
            earlier = authority_table.find_request(tx, made.authority, made.reference)
            if earlier is not None:
                _require_same(earlier, made)
                return earlier
            number = authority_table.insert_request(tx, made)
            details = {
                "authority_request": str(number),
                "authority": made.authority,
                "reference": made.reference,
                "requested_on": made.requested_on.isoformat(),
                "due_at": made.due_at.isoformat(),
                "certificate": principal.fingerprint,
                **record_reader.terms_text(made.terms),
            }
            self._record.append(tx, Act.AUTHORITY_REQUESTED, self._own_party, details)
            return _known(tx, number)

        return self._database.write(work).result()

    def page(self, principal: Principal, after: int, limit: int) -> list[AuthorityRequest]:
        """Return up to ``limit`` requests after a number, after the reading is on record."""
        self._reader.note(principal, "authority requests", after=str(after))
        bounded = max(0, min(limit, REQUESTS_PER_PAGE_MAX))
        return self._database.read(lambda tx: authority_table.requests(tx, after, bounded))

    def leaves(self, principal: Principal, number: int, after: int, limit: int) -> ExportPage:
        """Return leaves after a sequence, in order and without a gap, for a request.

        Raises RoleDenied, RequestInvalid (no such request), RecordUnavailable, StorageCorrupt.
        """
        roles.require(principal, Role.AUDITOR)
        request = self._database.read(lambda tx: _known(tx, number))
        size = self._record.size()
        self._reader.note(principal, "export", authority_request=str(number), after=str(after))
        first, last = self._record.range_of(request.terms.since, request.terms.until)
        exported: list[ExportedLeaf] = []
        for each in self._record.leaves(after, limit):
            wanted = each.content is None or (
                first <= each.sequence <= last and request.terms.fits(leaf.entry(each.content))
            )
            if each.sequence <= size:
                exported.append(ExportedLeaf(each, not wanted))
        return ExportPage(exported, bool(exported) and exported[-1].leaf.sequence < size)

    def deliver(self, principal: Principal, number: int) -> AuthorityRequest:
        """State that the authority has received the export, on record; once and for all."""
        roles.require(principal, Role.AUDITOR)

        def work(tx: Transaction) -> AuthorityRequest:
            request = _known(tx, number)
            if request.delivered_at is None:
                authority_table.deliver(tx, number, self._clock.now())
                details = {
                    "authority_request": str(number),
                    "authority": request.authority,
                    "reference": request.reference,
                    "certificate": principal.fingerprint,
                }
                self._record.append(tx, Act.AUTHORITY_SUPPLIED, self._own_party, details)
            return _known(tx, number)

        return self._database.write(work).result()

    def _require_usable(self, asked: AuthorityRequest) -> None:
        found = [
            *form.text("authority", asked.authority, AUTHORITY_CHARS_MAX),
            *form.text("reference", asked.reference, AUTHORITY_CHARS_MAX),
        ]
        if asked.requested_on > self._clock.now().astimezone(self._zone).date():
            found.append(FieldViolation("requested_on", "is to come"))
        if found:
            raise RequestInvalid(found)
        record_reader.require_usable(asked.terms)


def _known(tx: Transaction, number: int) -> AuthorityRequest:
    found = authority_table.request(tx, number)
    if found is None:
        raise RequestInvalid([FieldViolation("number", "there is no such request")])
    return found


def _require_same(earlier: AuthorityRequest, made: AuthorityRequest) -> None:
    if (earlier.requested_on, earlier.terms) != (made.requested_on, made.terms):
        violation = FieldViolation("reference", f"names request {earlier.number}, of other content")
        raise RequestInvalid([violation])
