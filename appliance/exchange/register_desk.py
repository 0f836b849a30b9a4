"""The register of what is supplied by hand, and of what the supplying Party has authorised.

Every supply and receipt that no machine made is logged with its reason, data, date and bodies (Art.
17(1)); data received from another Party goes on to a third only with that Party's authorisation
(Art. 14), and serves another purpose only with the authorisation of the Party administering the
file (Art. 13(1)).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from appliance.access import roles
from appliance.audit.record import Record
from appliance.config.pack_book import PackBook
from appliance.config.settings import Settings
from appliance.domain import limits
from appliance.domain.clock import Clock
from appliance.domain.codes import Role
from appliance.domain.errors import (
    AuthorisationMissing,
    FieldViolation,
    RequestInvalid,
    RoleDenied,
)
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.domain.supervision import Authorisation, AuthorisationKind, ManualSupply
from appliance.exchange import form
from appliance.store import authorisation_table
from appliance.store.database import Database, Transaction

AUTHORISATIONS_PER_PAGE_MAX = 1_000
BODY_CHARS_MAX = 128
DATA_CHARS_MAX = 1_024

_ACTS = {
    AuthorisationKind.OTHER_PURPOSE: Act.PURPOSE_AUTHORISED,
    AuthorisationKind.ONWARD_SUPPLY: Act.ONWARD_SUPPLY_AUTHORISED,
}


class RegisterDesk:
    """Keeps the register. Thread-safe."""

    def __init__(
        self,
        database: Database,
        record: Record,
        packs: PackBook,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._database = database
        self._record = record
        self._packs = packs
        self._own_party = settings.instance.party
        self._zone = settings.zone
        self._clock = clock

    def record_supply(self, principal: Principal, supply: ManualSupply) -> int:
        """Log a supply or receipt by hand; return its entry of the record, durable.

        Raises RoleDenied unless an administrator or a contact point of this Party asks;
        RequestInvalid with every field that is missing or unusable; AuthorisationMissing for an
        onward supply that the Party of origin has not authorised; RecordUnavailable.
        """
        self._require_home(principal, Role.ADMINISTRATOR, *_contact_points())
        found = [
            *form.text("reason", supply.reason, limits.REASON_CHARS_MAX),
            *form.text("data", supply.data, DATA_CHARS_MAX),
            *self._day("supplied_on", supply.supplied_on),
            *form.text("supplying_body", supply.supplying_body, BODY_CHARS_MAX),
            *form.text("receiving_body", supply.receiving_body, BODY_CHARS_MAX),
            *form.text("officer", supply.officer, limits.OFFICER_CHARS_MAX),
        ]
        onward = bool(supply.origin_party or supply.origin_request or supply.authorisation)
        if onward:
            number = supply.origin_request
            found += self._party("origin_party", supply.origin_party)
            found += form.text("origin_request", number, limits.REQUEST_NUMBER_CHARS_MAX)
        if found:
            raise RequestInvalid(found)

        def work(tx: Transaction) -> int:
            if onward:
                _require_onward(tx, supply)
            details = _supply_details(principal, supply)
            return self._record.append(tx, Act.MANUAL_SUPPLY, principal.party, details)

        return self._database.write(work).result()

    def authorise(self, principal: Principal, authorisation: Authorisation) -> int:
        """Keep an authorisation, on record; return its number. The same again changes nothing.

        ``number`` and ``recorded_at`` of ``authorisation`` are not read. Raises RoleDenied unless
        this Party's administrator asks, RequestInvalid, RecordUnavailable.
        """
        self._require_home(principal, Role.ADMINISTRATOR)
        violations = self._violations(authorisation)
        if violations:
            raise RequestInvalid(violations)
        kept = replace(authorisation, recorded_at=self._clock.now())

        def work(tx: Transaction) -> int:
            number, new = authorisation_table.insert(tx, kept)
            if new:
                details = _authorisation_details(principal, kept, number)
                self._record.append(tx, _ACTS[kept.kind], kept.party, details)
            return number

        return self._database.write(work).result()

    def authorisations(self, principal: Principal, after: int, limit: int) -> list[Authorisation]:
        """Return up to ``limit`` authorisations after a number. Raises RoleDenied."""
        self._require_home(principal, Role.ADMINISTRATOR, Role.AUDITOR)
        bounded = max(0, min(limit, AUTHORISATIONS_PER_PAGE_MAX))
        return self._database.read(lambda tx: authorisation_table.page(tx, after, bounded))

    def _require_home(self, principal: Principal, *allowed: Role) -> None:
        roles.require(principal, *allowed)
        if principal.party != self._own_party:
            raise RoleDenied(f"{principal.party} keeps a register of its own")

    def _violations(self, said: Authorisation) -> list[FieldViolation]:
        found = [
            *self._party("party", said.party),
            *form.text("request_number", said.request_number, limits.REQUEST_NUMBER_CHARS_MAX),
            *form.text("reference", said.reference, limits.CASE_REFERENCE_CHARS_MAX),
            *form.text("given_by", said.given_by, BODY_CHARS_MAX),
            *self._day("given_on", said.given_on),
        ]
        other_purpose = said.kind is AuthorisationKind.OTHER_PURPOSE
        if other_purpose and said.purpose not in self._packs.in_force().purposes:
            found.append(FieldViolation("purpose", "is no purpose of the profile pack"))
        if not other_purpose and said.purpose:
            found.append(FieldViolation("purpose", "belongs to the use for another purpose"))
        return found

    def _party(self, field: str, party: str) -> list[FieldViolation]:
        if party in self._packs.in_force().parties and party != self._own_party:
            return []
        return [FieldViolation(field, "not another Party of the profile pack")]

    def _day(self, field: str, day: date) -> list[FieldViolation]:
        if day <= self._clock.now().astimezone(self._zone).date():
            return []
        return [FieldViolation(field, f"{day.isoformat()} is to come")]


def _contact_points() -> tuple[Role, ...]:
    return (Role.CONTACT_POINT_DACTYLOSCOPIC, Role.CONTACT_POINT_DNA)


def _require_onward(tx: Transaction, supply: ManualSupply) -> None:
    given = authorisation_table.of_request(
        tx, AuthorisationKind.ONWARD_SUPPLY, supply.origin_party, supply.origin_request
    )
    if supply.authorisation not in [each.reference for each in given]:
        raise AuthorisationMissing(
            f"{supply.origin_party} has not authorised that the data of request "
            f"{supply.origin_request} be passed on under this reference"
        )


def _supply_details(principal: Principal, supply: ManualSupply) -> dict[str, str]:
    said = {
        "reason": supply.reason,
        "data": supply.data,
        "supplied_on": supply.supplied_on.isoformat(),
        "supplying_body": supply.supplying_body,
        "receiving_body": supply.receiving_body,
        "officer": supply.officer,
        "origin_party": supply.origin_party,
        "origin_request": supply.origin_request,
        "authorisation": supply.authorisation,
        "certificate": principal.fingerprint,
    }
    return {name: text for name, text in said.items() if text}


def _authorisation_details(
    principal: Principal, kept: Authorisation, number: int
) -> dict[str, str]:
    said = {
        "authorisation": str(number),
        "request_number": kept.request_number,
        "purpose": kept.purpose,
        "reference": kept.reference,
        "given_by": kept.given_by,
        "given_on": kept.given_on.isoformat(),
        "certificate": principal.fingerprint,
    }
    return {name: text for name, text in said.items() if text}
