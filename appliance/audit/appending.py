"""Appending to the record: entries sealed, hashed, indexed and written, many in one call.

Acts of one kind that are recorded in one transaction share what is the same for all of them: the
instant, the key of the day and one statement for each table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from appliance.audit import leaf, merkle, tree
from appliance.audit.days import Days, of_item, of_request
from appliance.audit.signing import Signing
from appliance.domain.clock import Clock
from appliance.domain.record import Act, Subject
from appliance.store import record_table
from appliance.store.database import Transaction

Told = tuple[str, Mapping[str, str], Collection[Subject]]
"""What an entry says of its act: the Party, the details, the items of reference data."""


class Appending:
    """Adds entries inside transactions. For the thread of the writer only."""

    def __init__(
        self, days: Days, signing: Signing, clock: Clock, on_signed: Callable[[], None]
    ) -> None:
        """``on_signed`` is told of a signed head before its commit."""
        self._days = days
        self._signing = signing
        self._clock = clock
        self._on_signed = on_signed

    def append(self, tx: Transaction, act: Act, told: Sequence[Told]) -> int:
        """Add an entry for each act; return the sequence of the last. Raises as ``Record``'s."""
        while told:
            first = record_table.last_sequence(tx) + 1
            # No further than the leaf that completes a tile of the tree.
            count = min(len(told), tree.TILE - (first - 1) % tree.TILE)
            self._write(tx, first, act, told[:count])
            told = told[count:]
            if (first + count - 1) % tree.TILE == 0:
                tree.close_tiles(tx, first + count - 1)
                self._signing.sign(tx)
                self._on_signed()
        return record_table.last_sequence(tx)

    def _write(self, tx: Transaction, first: int, act: Act, told: Sequence[Told]) -> None:
        at = self._clock.now()
        run, key = self._days.for_entry(tx, first, at)
        entries: list[tuple[int, bytes, bytes]] = []
        found_under: list[tuple[int, bytes]] = []
        for sequence, (party, details, subjects) in enumerate(told, first):
            kept = sorted(set(subjects))
            content = leaf.encode(sequence, at, act, party, details, kept)
            sealed = key.seal(content, leaf.context(sequence))
            entries.append((sequence, merkle.leaf_hash(content), sealed))
            found_under += [(sequence, of_item(subject)) for subject in kept]
            number = details.get("request_number") or details.get("job_number")
            if number:
                found_under.append((sequence, of_request(party, number)))
        record_table.insert_many(tx, entries)
        self._days.index(tx, run, key, found_under)
