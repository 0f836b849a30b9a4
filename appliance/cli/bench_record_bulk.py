"""Entries of a record written in bulk, so that a long record is made in minutes.

The leaves, rows, nodes and heads are those that ``Record.append`` makes, by the same code: what is
saved is a statement for each row and a commit for each few entries.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from appliance.audit import leaf, merkle, tree
from appliance.audit.days import Days, of_item, of_request
from appliance.audit.heads_log import HeadsLog
from appliance.audit.signing import Signing
from appliance.domain.clock import Clock
from appliance.domain.record import Act, Subject
from appliance.keys.day_key import DayKey, DayVault
from appliance.keys.head_signer import HeadSigner
from appliance.store import record_day_table, record_table
from appliance.store.database import Database, Transaction
from appliance.store.filesystem import RealFileSystem

Subjects = Callable[[int], Collection[Subject]]
"""Returns what entry ``sequence`` is about."""


class BulkWriter:
    """Adds entries of one act, Party and details to a record that nothing else has open."""

    def __init__(
        self,
        database: Database,
        signer: HeadSigner,
        vault: DayVault,
        heads: Path,
        clock: Clock,
        entry: tuple[Act, str, Mapping[str, str]],
        subjects: Subjects,
    ) -> None:
        self._database = database
        self._clock = clock
        self._days = Days(vault)
        self._log = HeadsLog(heads, RealFileSystem())
        self._signing = Signing(database, signer, self._log, clock, None)
        self._entry = entry
        self._subjects = subjects

    def add(self, count: int) -> None:
        """Add entries of the clock's day in one commit, and log the heads over them; durable."""
        self._database.write(lambda tx: self._add(tx, count)).result()
        self._signing.log_signed()

    def close(self) -> None:
        """Close what was opened here."""
        self._log.close()
        self._days.close()

    def _add(self, tx: Transaction, count: int) -> None:
        begin = record_table.last_sequence(tx) + 1
        end = begin + count
        run, key = self._days.for_entry(tx, begin, self._clock.now())
        tags = _Tags(key)
        index: list[tuple[bytes, int]] = []
        while begin < end:
            # To the end of a tile, as the tree wants it.
            beyond = min(end, begin + tree.TILE - (begin - 1) % tree.TILE)
            self._fill(tx, range(begin, beyond), key, tags, index)
            begin = beyond
        # In the order of the index, so that each of its pages is written once.
        record_day_table.insert_index(tx, run, sorted(index))

    def _fill(
        self,
        tx: Transaction,
        sequences: range,
        key: DayKey,
        tags: _Tags,
        index: list[tuple[bytes, int]],
    ) -> None:
        """Add the entries of one tile, or a part of it, and to ``index`` where they are found."""
        act, party, details = self._entry
        request = of_request(party, details["request_number"])
        at = self._clock.now()
        rows: list[tuple[int, bytes, bytes]] = []
        for sequence in sequences:
            subjects = self._subjects(sequence)
            content = leaf.encode(sequence, at, act, party, details, subjects)
            sealed = key.seal(content, leaf.context(sequence))
            rows.append((sequence, merkle.leaf_hash(content), sealed))
            index.append((tags[request], sequence))
            index += [(tags[of_item(subject)], sequence) for subject in subjects]
        record_table.insert_many(tx, rows)
        if sequences[-1] % tree.TILE == 0:
            tree.close_tiles(tx, sequences[-1])
            self._signing.sign(tx)


class _Tags(dict[bytes, bytes]):
    """The tags of topics under the key of a day, each computed once."""

    def __init__(self, key: DayKey) -> None:
        super().__init__()
        self._key = key

    def __missing__(self, topic: bytes) -> bytes:
        return self.setdefault(topic, self._key.tag(topic))
