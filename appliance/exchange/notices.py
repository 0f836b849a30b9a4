"""The board of notices: what contact points have to be told, durable with what it tells of.

Who is told, and where, is a matter of the profile pack: each Party names addresses for each
category. A Party without an address is not told; the notice board says so in the record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from appliance.domain.clock import Clock
from appliance.domain.codes import Category
from appliance.domain.errors import InvariantBroken
from appliance.domain.notice import Notice, NoticeKind
from appliance.store import notices_table
from appliance.store.database import Database, Transaction

FACTS_MAX = 16
FACT_CHARS_MAX = 1_024
NOTICES_PER_PAGE_MAX = 1_000
KEPT_D = 730
"""Settled notices are kept as long as the record of supplies (Art. 17(4)), to show delivery."""

AddressesOf = Callable[[str, Category], Sequence[str]]


class NoticeBoard:
    """Posts notices and is the courier's outbox over the database. Thread-safe."""

    def __init__(self, database: Database, addresses_of: AddressesOf, clock: Clock) -> None:
        self._database = database
        self._addresses_of = addresses_of
        self._clock = clock

    def post(
        self,
        tx: Transaction,
        kind: NoticeKind,
        party: str,
        category: Category,
        facts: Mapping[str, str],
    ) -> int:
        """Post a notice to each address of a contact point; return how many addresses there are.

        Part of the transaction of what it tells of: neither exists without the other.
        """
        if len(facts) > FACTS_MAX or any(len(text) > FACT_CHARS_MAX for text in facts.values()):
            raise InvariantBroken(f"a notice of {kind.value} is too large")
        now = self._clock.now()
        addresses = self._addresses_of(party, category)
        for address in addresses:
            said = tuple(sorted(facts.items()))
            notices_table.insert(tx, Notice(0, kind, party, category, address, said, now))
        return len(addresses)

    def page(self, after: int, limit: int) -> list[Notice]:
        """Return up to ``limit`` notices after a number, whatever became of them."""
        bounded = max(0, min(limit, NOTICES_PER_PAGE_MAX))
        return self._database.read(lambda tx: notices_table.page(tx, after, bounded))

    def pending(self) -> int:
        """Return how many are neither delivered nor given up."""
        return self._database.read(notices_table.pending)

    def due(self, at: datetime, limit: int) -> list[Notice]:
        """Return what the courier has to attempt."""
        return self._database.read(lambda tx: notices_table.due(tx, at, limit))

    def delivered(self, number: int, at: datetime) -> None:
        """Keep a delivery; durable on return. Raises RecordUnavailable."""
        self._database.write(lambda tx: notices_table.delivered(tx, number, at)).result()

    def failed(self, number: int, error: str, next_attempt_at: datetime) -> None:
        """Keep a failed attempt; durable on return. Raises RecordUnavailable."""
        self._database.write(
            lambda tx: notices_table.failed(tx, number, error, next_attempt_at)
        ).result()

    def give_up(self, number: int, error: str, at: datetime) -> None:
        """Keep that a notice is attempted no more. Raises RecordUnavailable."""
        self._database.write(lambda tx: notices_table.give_up(tx, number, error, at)).result()

    def sweep(self) -> int:
        """Erase settled notices whose time is over; return how many."""
        before = self._clock.now() - timedelta(days=KEPT_D)
        return self._database.write(lambda tx: notices_table.erase_settled(tx, before)).result()
