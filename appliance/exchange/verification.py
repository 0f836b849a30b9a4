"""The desk where experts say what the machine's matches are: hit or no-hit (Art. 1(3)(r), (s)).

Only the requesting Party's contact point speaks, through an officer on the list, and only of what
it was supplied (Art. 6(2)); the Party that supplied it sees who said what and when (Art. 19).
"""

from __future__ import annotations

import time
from datetime import datetime

from appliance.access import roles
from appliance.access.officers import OfficerList
from appliance.audit.record import Record
from appliance.config.pack_book import PackBook
from appliance.config.settings import Settings
from appliance.domain import limits
from appliance.domain.clock import Clock
from appliance.domain.codes import Category, Role, SearchType
from appliance.domain.errors import (
    FieldViolation,
    ReferenceUnknown,
    RequestInvalid,
    RequestUnknown,
    RoleDenied,
)
from appliance.domain.note import Occasion
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.domain.verification import (
    NewStatement,
    Recorded,
    RequestVerification,
    StatedOutcome,
    Statement,
    SuppliedMatch,
    Verification,
    corrects,
    verification_of,
)
from appliance.exchange import form, notes
from appliance.store import requests_table, verification_table
from appliance.store.database import Database, Transaction
from appliance.store.requests_table import RequestRow

_OWNERS = (Role.ADMINISTRATOR, Role.AUDITOR)


class VerificationDesk:
    """Takes statements and shows them to both sides. Thread-safe."""

    def __init__(
        self,
        database: Database,
        record: Record,
        officers: OfficerList,
        packs: PackBook,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._database = database
        self._record = record
        self._officers = officers
        self._own_party = settings.instance.party
        self._clock = clock
        self._packs = packs

    def record(self, principal: Principal, new: NewStatement) -> Recorded:
        """Put an expert's statement on record, durable on return.

        Where the profile pack asks for a second expert, the outcome is final once another officer
        says the same. The same statement of the same officer again changes nothing. One that
        corrects the officer's own, or what is final, needs a reason.

        Raises RoleDenied unless a contact point asks; RequestInvalid for unusable fields, a missing
        reason, or a match with STATEMENTS_PER_MATCH_MAX statements; OfficerNotAuthorised;
        RequestUnknown unless its Party sent the request in its category; ReferenceUnknown for what
        was not supplied; RecordUnavailable.
        """
        category = _category_of(principal)
        now = self._clock.now()
        violations = _violations(new, now)
        if violations:
            raise RequestInvalid(violations)
        self._officers.check(principal.party, new.officer, category, now)
        begun_s = time.perf_counter()
        recorded = self._database.write(
            lambda tx: self._keep(tx, principal, category, new, now)
        ).result()
        if not recorded.replayed:
            self._record.observe_commit(begun_s)
        return recorded

    def request(
        self, principal: Principal, request_number: str, party: str = ""
    ) -> RequestVerification:
        """Return an answered request as its experts left it.

        A contact point sees its own; the owner's administrator and auditor name the ``party``.
        Raises RoleDenied, RequestUnknown if there is no such answered request.
        """
        whose, types = self._visible(principal, party or None)
        if whose is None:
            raise RequestInvalid([FieldViolation("party", "is required: whose request")])

        def work(tx: Transaction) -> RequestVerification:
            row = _find(tx, whose, request_number, types)
            return RequestVerification(
                row.party, row.request_number, verification_table.probes(tx, row.sequence)
            )

        return self._database.read(work)

    def outcomes(
        self, principal: Principal, after: int, limit: int, party: str = ""
    ) -> list[StatedOutcome]:
        """Return up to ``limit`` statements after number ``after``, in the order they were made.

        A contact point sees those of its own Party and category; the owner's administrator and
        auditor see all, or those of ``party``. Raises RoleDenied.
        """
        whose, types = self._visible(principal, party or None)
        bounded = max(0, min(limit, limits.PAGE_MAX))
        return self._database.read(
            lambda tx: verification_table.stated(tx, after, bounded, whose, types)
        )

    def _visible(
        self, principal: Principal, party: str | None
    ) -> tuple[str | None, tuple[SearchType, ...]]:
        """Return whose statements are shown, None for all Parties, and of which search types."""
        if principal.role in _OWNERS and principal.party == self._own_party:
            return party, tuple(SearchType)
        if party not in (None, principal.party):
            raise RoleDenied("a contact point sees the outcomes of its own requests only")
        return principal.party, _types(_category_of(principal))

    def _keep(
        self,
        tx: Transaction,
        principal: Principal,
        category: Category,
        new: NewStatement,
        now: datetime,
    ) -> Recorded:
        row = _find(tx, principal.party, new.request_number, _types(category))
        match = verification_table.match(
            tx, row.sequence, new.probe, new.collection, new.reference_number
        )
        if match is None:
            raise ReferenceUnknown(
                f"{new.collection.value} {new.reference_number} was not supplied for this probe"
            )
        verified_at = new.verified_at or now
        if row.settled_at is not None and verified_at < row.settled_at:
            raise RequestInvalid([FieldViolation("verified_at", "lies before the answer")])
        earlier = verification_table.statements(tx, match.number)
        if _said_before(earlier, new):
            return Recorded(match.verification, replayed=True)
        _require_room_and_reason(earlier, new)
        experts = 2 if category in self._packs.in_force().second_expert else 1
        said = Statement(new.outcome, new.officer, new.reason, experts, verified_at, now)
        verification = verification_of([*earlier, said])
        verification_table.say(tx, match.number, said, verification)
        if verification is Verification.HIT:
            notes.put(tx, self._record, row.party, row.request_number, [match], Occasion.HIT, now)
        details = _details(principal, row, match, said, verification)
        subjects = ((match.collection, match.reference_number),)
        self._record.append(tx, Act.OUTCOME_RECORDED, row.party, details, subjects)
        return Recorded(verification, replayed=False)


def _category_of(principal: Principal) -> Category:
    """Return the category that a contact point stands for. Raises RoleDenied for other roles."""
    roles.require(principal, *(Role.contact_point(each) for each in Category))
    return next(each for each in Category if Role.contact_point(each) is principal.role)


def _types(category: Category) -> tuple[SearchType, ...]:
    return tuple(each for each in SearchType if each.category is category)


def _find(
    tx: Transaction, party: str, request_number: str, types: tuple[SearchType, ...]
) -> RequestRow:
    """Return an answered request. The contact points of a Party are separate (Art. 8(1))."""
    row = requests_table.find(tx, party, request_number)
    if row is None or row.search_type not in types or not row.answer_serial:
        raise RequestUnknown(f"no request of {party} was answered under this number")
    return row


def _violations(new: NewStatement, now: datetime) -> list[FieldViolation]:
    found = [
        *form.text("request_number", new.request_number, limits.REQUEST_NUMBER_CHARS_MAX),
        *form.reference_number("probe", new.probe),
        *form.reference_number("reference_number", new.reference_number),
        *form.text("officer", new.officer, limits.OFFICER_CHARS_MAX),
        *form.text("reason", new.reason, limits.REASON_CHARS_MAX, required=False),
    ]
    if new.verified_at is not None and new.verified_at.utcoffset() is None:
        found.append(FieldViolation("verified_at", "lacks a time zone"))
    elif new.verified_at is not None and new.verified_at > now:
        found.append(FieldViolation("verified_at", "lies in the future"))
    return found


def _said_before(earlier: list[Statement], new: NewStatement) -> bool:
    own = [each for each in earlier if each.officer == new.officer]
    return bool(own) and own[-1].outcome is new.outcome and new.reason in ("", own[-1].reason)


def _require_room_and_reason(earlier: list[Statement], new: NewStatement) -> None:
    if len(earlier) >= limits.STATEMENTS_PER_MATCH_MAX:
        bounds = f"this match has {len(earlier)} statements, and more are not taken"
        raise RequestInvalid([FieldViolation("reference_number", bounds)])
    if not new.reason and corrects(earlier, new.officer, new.outcome):
        raise RequestInvalid([FieldViolation("reason", "is missing: this is a correction")])


def _details(
    principal: Principal,
    row: RequestRow,
    match: SuppliedMatch,
    said: Statement,
    verification: Verification,
) -> dict[str, str]:
    details = {
        "request_number": row.request_number,
        "search_type": row.search_type.value,
        "probe": match.probe,
        "collection": match.collection.value,
        "reference_number": match.reference_number,
        "outcome": said.outcome.value,
        "verification": verification.value,
        "officer": said.officer,
        "verified_at": said.verified_at.isoformat(),
        "certificate": principal.fingerprint,
    }
    return {**details, "reason": said.reason} if said.reason else details
