"""Outages: times without searches for reasons of vis major (IA Art. 11(2)).

The operator states one with its reason. Requests are accepted meanwhile and wait; when the
impediment is removed they are searched without delay, in the order of receipt.
"""

from __future__ import annotations

from collections.abc import Callable

from appliance.access import roles
from appliance.audit.record import Record
from appliance.config.settings import Settings
from appliance.domain import limits
from appliance.domain.capacity import Outage
from appliance.domain.clock import Clock
from appliance.domain.codes import Role
from appliance.domain.errors import FieldViolation, RequestInvalid, RoleDenied
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.exchange import form
from appliance.store import outage_table
from appliance.store.database import Database, Transaction

OUTAGES_SHOWN_MAX = 100


class OutageDesk:
    """Where this Party's administrator states outages. Thread-safe."""

    def __init__(
        self,
        database: Database,
        record: Record,
        pause: Callable[[bool], None],
        settings: Settings,
        clock: Clock,
    ) -> None:
        """``pause`` stops the searches, or lets them go on."""
        self._database = database
        self._record = record
        self._pause = pause
        self._party = settings.instance.party
        self._clock = clock

    def begin(self, principal: Principal, reason: str) -> Outage:
        """State that an outage begins now; on record on return.

        Raises RoleDenied, RequestInvalid (no usable reason, or an outage lasts already),
        RecordUnavailable.
        """
        self._require(principal)
        violations = form.text("reason", reason, limits.OUTAGE_REASON_CHARS_MAX)
        if violations:
            raise RequestInvalid(violations)
        begun = self._database.write(lambda tx: self._begin(tx, principal, reason)).result()
        self._pause(True)
        return begun

    def end(self, principal: Principal) -> Outage:
        """State that the outage is over; the catch-up begins. Raises as ``begin``."""
        self._require(principal)
        ended = self._database.write(lambda tx: self._end(tx, principal)).result()
        self._pause(False)
        return ended

    def outages(self) -> list[Outage]:
        """Return the newest OUTAGES_SHOWN_MAX outages, the newest first."""
        return self._database.read(lambda tx: outage_table.newest(tx, OUTAGES_SHOWN_MAX))

    def _require(self, principal: Principal) -> None:
        roles.require(principal, Role.ADMINISTRATOR)
        if principal.party != self._party:
            raise RoleDenied(f"{principal.party} states no outages here")

    def _begin(self, tx: Transaction, principal: Principal, reason: str) -> Outage:
        lasting = outage_table.present(tx)
        if lasting is not None:
            raise RequestInvalid([FieldViolation("reason", f"outage {lasting.number} lasts")])
        begun = outage_table.begin(tx, reason, self._clock.now())
        details = _details(begun, principal) | {"reason": reason}
        self._record.append(tx, Act.OUTAGE_BEGUN, self._party, details)
        return begun

    def _end(self, tx: Transaction, principal: Principal) -> Outage:
        lasting = outage_table.present(tx)
        if lasting is None:
            raise RequestInvalid([FieldViolation("", "no outage lasts")])
        at = max(self._clock.now(), lasting.began_at)
        outage_table.end(tx, lasting.number, at)
        self._record.append(tx, Act.OUTAGE_ENDED, self._party, _details(lasting, principal))
        return Outage(lasting.number, lasting.reason, lasting.began_at, at)


def _details(outage: Outage, principal: Principal) -> dict[str, str]:
    return {"outage": str(outage.number), "certificate": principal.fingerprint}
