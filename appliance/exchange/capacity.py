"""Declared capacities: stated by the administrator, shown with what is used of them today."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from appliance.access import roles
from appliance.audit.record import Record
from appliance.config.pack_book import PackBook
from appliance.config.settings import Settings
from appliance.domain import limits
from appliance.domain.capacity import CapacityUse, Declaration, Direction
from appliance.domain.clock import Clock
from appliance.domain.codes import Role
from appliance.domain.errors import FieldViolation, RequestInvalid, RoleDenied
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.exchange import form
from appliance.exchange.ledger import Ledger
from appliance.store import capacity_table
from appliance.store.database import Database, Transaction

DECLARATIONS_PER_CALL_MAX = 100


class CapacityDesk:
    """Takes declarations and tells today's use. Thread-safe."""

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
        self._settings = settings
        self._clock = clock
        self._ledgers = {each: Ledger(each, settings.zone) for each in Direction}

    def declare(self, principal: Principal, declarations: Sequence[Declaration]) -> None:
        """Put declarations on record, all of them or none (Art. 23(3), IA Art. 10(1)).

        Raises RoleDenied unless this Party's administrator asks, RequestInvalid with every
        violation, RecordUnavailable.
        """
        roles.require(principal, Role.ADMINISTRATOR)
        if principal.party != self._settings.instance.party:
            raise RoleDenied(f"{principal.party} declares no capacities here")
        violations = self._violations(declarations)
        if violations:
            raise RequestInvalid(violations)
        begun_s = time.perf_counter()
        at = self._clock.now()
        self._database.write(lambda tx: self._keep(tx, principal, declarations, at)).result()
        self._record.observe_commit(begun_s, len(declarations))

    def declarations(self) -> list[Declaration]:
        """Return every declaration ever made, in the order they were made."""
        return self._database.read(capacity_table.declarations)

    def use_today(
        self, party: str | None, direction: Direction = Direction.INCOMING
    ) -> list[CapacityUse]:
        """Return all capacities of ``party``, or of every Party with a declaration.

        Outgoing: what this Party may still ask of ``party``, by that Party's day.
        """
        now = self._clock.now()

        def work(tx: Transaction) -> list[CapacityUse]:
            parties = capacity_table.parties(tx, direction) if party is None else [party]
            return [use for each in parties for use in self._ledgers[direction].uses(tx, each, now)]

        return self._database.read(work)

    def _violations(self, declarations: Sequence[Declaration]) -> list[FieldViolation]:
        if not 1 <= len(declarations) <= DECLARATIONS_PER_CALL_MAX:
            return [FieldViolation("declarations", f"1 to {DECLARATIONS_PER_CALL_MAX} are taken")]
        parties = self._packs.in_force().parties
        found: list[FieldViolation] = []
        for number, each in enumerate(declarations):
            place = f"declarations[{number}]"
            if each.party not in parties:
                found.append(FieldViolation(f"{place}.party", "not a Party of the profile pack"))
            if not 0 <= each.searches_per_day <= limits.CAPACITY_PER_DAY_MAX:
                bounds = f"0 to {limits.CAPACITY_PER_DAY_MAX}"
                found.append(FieldViolation(f"{place}.searches_per_day", bounds))
            if each.effective_from.utcoffset() is None:
                found.append(FieldViolation(f"{place}.effective_from", "lacks a time zone"))
            found += form.text(f"{place}.declared_by", each.declared_by, limits.OFFICER_CHARS_MAX)
            if each.time_zone and not is_zone(each.time_zone):
                found.append(FieldViolation(f"{place}.time_zone", "no IANA time zone"))
        return found

    def _keep(
        self,
        tx: Transaction,
        principal: Principal,
        declarations: Sequence[Declaration],
        at: datetime,
    ) -> None:
        for each in declarations:
            capacity_table.declare(tx, each, at)
            details = {
                "direction": each.direction.value,
                "scope": each.scope.value,
                "searches_per_day": str(each.searches_per_day),
                "effective_from": each.effective_from.isoformat(),
                "declared_by": each.declared_by,
                "certificate": principal.fingerprint,
            }
            self._record.append(tx, Act.CAPACITY_DECLARED, each.party, details)


def is_zone(name: str) -> bool:
    """Say whether a name is one of the time zones that this machine knows."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
