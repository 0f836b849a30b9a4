"""Held requests: what exceeds the capacity of a day waits for the next (IA Art. 10(1)).

Released in order of receipt within a class, the accelerated first; whoever does not fit lets
nobody pass who needs the same capacity, so that a small request never overtakes a large one.
"""

from __future__ import annotations

from datetime import datetime

from appliance.audit.record import Record
from appliance.domain.codes import SearchType
from appliance.domain.record import Act
from appliance.exchange import supplies
from appliance.exchange.ledger import Charge, Ledger
from appliance.exchange.search_queue import Waiting
from appliance.store import held_table
from appliance.store.database import Transaction
from appliance.store.held_table import HeldRow

RELEASED_PER_COMMIT_MAX = 500


class Holding:
    """Releases held requests inside a transaction. Thread-safe."""

    def __init__(self, record: Record, ledger: Ledger) -> None:
        self._record = record
        self._ledger = ledger

    def release(self, tx: Transaction, party: str, at: datetime) -> list[Waiting]:
        """Release what fits the capacity of today; return whom, RELEASED_PER_COMMIT_MAX at most.

        Their 24 hours begin now: until now their Party had asked more than it may.
        """
        released: list[Waiting] = []
        blocked: set[SearchType] = set()
        while len(released) < RELEASED_PER_COMMIT_MAX:
            held = held_table.first(tx, party, blocked)
            if held is None:
                break
            charge = Charge(party, held.search_type, held.probes, held.accelerated)
            short = self._ledger.shortage(tx, charge, at)
            if short is None:
                released.append(self._release(tx, held, charge, at))
            else:
                blocked |= {
                    each for each in SearchType if short.scope in Charge(party, each, 1).scopes
                }
        return released

    def _release(self, tx: Transaction, held: HeldRow, charge: Charge, at: datetime) -> Waiting:
        day = self._ledger.reserve(tx, charge, at).day
        held_table.release(tx, held.sequence, day, at)
        details = supplies.released(held, day)
        self._record.append(tx, Act.SEARCH_RELEASED, charge.party, details)
        return Waiting(held.sequence, held.accelerated, at)
