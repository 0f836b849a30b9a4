"""What this Party may still ask of others: nobody sends more than was declared (IA Art. 10(1)).

The software of the contact point reserves before it sends, and gives back what the other Party
refused. A request number is counted once, however often it is asked for.
"""

from __future__ import annotations

from appliance.access import roles
from appliance.audit.record import Record
from appliance.config.pack_book import PackBook
from appliance.config.settings import Settings
from appliance.domain import limits
from appliance.domain.capacity import CapacityUse, Direction, OutgoingRequest
from appliance.domain.clock import Clock
from appliance.domain.codes import Role
from appliance.domain.errors import (
    FieldViolation,
    RequestInvalid,
    RequestNumberReused,
    RequestUnknown,
    RoleDenied,
)
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.exchange import form
from appliance.exchange.ledger import Charge, Ledger
from appliance.store import outgoing_table
from appliance.store.database import Database, Transaction


class OutgoingDesk:
    """Counts what this Party asks of others. Thread-safe."""

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
        self._ledger = Ledger(Direction.OUTGOING, settings.zone)
        self._clock = clock

    def reserve(self, principal: Principal, request: OutgoingRequest) -> list[CapacityUse]:
        """Count a request against what its Party declared, and return the use with it.

        The same request again is counted once. Raises RoleDenied unless a contact point of this
        Party or its administrator asks, RequestInvalid, RequestNumberReused (other content),
        CapacityExhausted (it must not be sent today), RecordUnavailable.
        """
        self._require_home(principal)
        violations = self._violations(request)
        if violations:
            raise RequestInvalid(violations)
        return self._database.write(lambda tx: self._reserve(tx, principal, request)).result()

    def release(self, principal: Principal, party: str, request_number: str) -> None:
        """Give back what was counted for a request that the other Party refused.

        Raises RoleDenied, RequestUnknown, RecordUnavailable.
        """
        self._require_home(principal)
        self._database.write(
            lambda tx: self._release(tx, principal, party, request_number)
        ).result()

    def _require_home(self, principal: Principal) -> None:
        roles.require(
            principal,
            Role.CONTACT_POINT_DACTYLOSCOPIC,
            Role.CONTACT_POINT_DNA,
            Role.ADMINISTRATOR,
        )
        if principal.party != self._own_party:
            raise RoleDenied(f"{principal.party} has its own count of what it asks")

    def _violations(self, request: OutgoingRequest) -> list[FieldViolation]:
        found = form.text("request_number", request.request_number, limits.REQUEST_NUMBER_CHARS_MAX)
        if request.party not in self._packs.in_force().parties or request.party == self._own_party:
            found.append(FieldViolation("party", "not another Party of the profile pack"))
        if not 1 <= request.searches <= limits.PROBES_PER_REQUEST_MAX:
            bounds = f"1 to {limits.PROBES_PER_REQUEST_MAX} belong in a request"
            found.append(FieldViolation("searches", bounds))
        return found

    def _reserve(
        self, tx: Transaction, principal: Principal, request: OutgoingRequest
    ) -> list[CapacityUse]:
        at = self._clock.now()
        earlier = outgoing_table.find(tx, request.party, request.request_number)
        if earlier is None:
            day = self._ledger.reserve(tx, _charge(request), at).day
            outgoing_table.insert(tx, request, day)
            details = _details(request, principal)
            self._record.append(tx, Act.OUTGOING_RESERVED, request.party, details)
        elif earlier[0] != request:
            number = request.request_number
            raise RequestNumberReused(f"request number {number} was counted with other content")
        return self._ledger.uses(tx, request.party, at)

    def _release(
        self, tx: Transaction, principal: Principal, party: str, request_number: str
    ) -> None:
        counted = outgoing_table.find(tx, party, request_number)
        if counted is None:
            raise RequestUnknown(f"nothing was counted for {party} under this number")
        request, day = counted
        self._ledger.give_back(tx, _charge(request), day)
        outgoing_table.delete(tx, party, request_number)
        details = _details(request, principal)
        self._record.append(tx, Act.OUTGOING_RELEASED, party, details)


def _charge(request: OutgoingRequest) -> Charge:
    return Charge(request.party, request.search_type, request.searches)


def _details(request: OutgoingRequest, principal: Principal) -> dict[str, str]:
    return {
        "request_number": request.request_number,
        "search_type": request.search_type.value,
        "searches": str(request.searches),
        "certificate": principal.fingerprint,
    }
