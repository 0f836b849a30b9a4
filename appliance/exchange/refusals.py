"""Refused searches: each on record and counted in one commit (Art. 17(2), 21)."""

from __future__ import annotations

import time

from appliance.audit.record import Record
from appliance.config.settings import Settings
from appliance.domain.clock import Clock
from appliance.domain.codes import Category, Role, SearchType
from appliance.domain.errors import ApplianceError
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.exchange.supplies import Details
from appliance.store import statistics_table
from appliance.store.database import Database, Transaction


class Refusals:
    """Keeps what is known of refused searches. Thread-safe."""

    def __init__(
        self, database: Database, record: Record, settings: Settings, clock: Clock
    ) -> None:
        self._database = database
        self._record = record
        self._settings = settings
        self._clock = clock

    def keep(
        self,
        details: Details,
        principal: Principal | None,
        error: ApplianceError,
    ) -> None:
        """Record and count a refusal, durable on return. Raises RecordUnavailable."""
        begun_s = time.perf_counter()
        party = principal.party if principal else ""
        day = self._clock.now().astimezone(self._settings.zone).date()
        category = _category(principal, details)
        # Only what is kept of it: the error itself leads, by its traceback, to the refused request
        # and to the works before its own, and so to every refusal there ever was.
        reason = error.reason

        def work(tx: Transaction) -> None:
            self._record.append(tx, Act.SEARCH_REFUSED, party, details)
            statistics_table.count_refusal(tx, day, party, category, reason)

        self._database.write(work).result()
        self._record.observe_commit(begun_s)


def _category(principal: Principal | None, details: Details) -> str:
    """Return the category of a refused search, empty where nothing told it."""
    if "search_type" in details:
        return SearchType(details["search_type"]).category.value
    roles = {Role.contact_point(each): each for each in Category}
    category = roles.get(principal.role) if principal else None
    return category.value if category else ""
