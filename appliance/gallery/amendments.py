"""Changes to single items: delete, correct, flag, restrict, set an end (Art. 15).

Each is one transaction with what the caller records of it, and visible to the next search when the
call returns. A corrected item is a new one under the old number: the former bytes are erased as
those of a deleted item are, and the notes on it stay (Art. 1(3)(i)).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from appliance.domain.clock import Clock
from appliance.domain.codes import Collection
from appliance.domain.reference_data import LoadItem
from appliance.gallery import reference_numbers
from appliance.gallery.intake import Intake, Put
from appliance.gallery.resident_set import ResidentSet
from appliance.store import catalogue_table, note_table
from appliance.store.catalogue_table import CatalogueRow, Expired
from appliance.store.database import Database, Transaction

Also = Callable[[Transaction, CatalogueRow], None]
"""Runs in the transaction of the change, with the item as it was."""


class Amendments:
    """Every method is safe from any thread.

    They raise ReferenceUnknown where there is no such item, EngineLoading before the gallery is
    open, RecordUnavailable, and whatever ``also`` raises: nothing is changed then.
    """

    def __init__(
        self,
        database: Database,
        resident: ResidentSet,
        intake: Intake,
        clock: Clock,
        require_open: Callable[[], None],
    ) -> None:
        self._database = database
        self._resident = resident
        self._intake = intake
        self._clock = clock
        self._require_open = require_open

    def delete(self, collection: Collection, reference_number: str, also: Also) -> int:
        """Delete an item and return its ordinal; its number is free again."""
        now = self._clock.now()

        def change(tx: Transaction, row: CatalogueRow) -> None:
            # What is recorded of the item has to see what stands on it: its deletion ends that.
            also(tx, row)
            catalogue_table.mark_deleted(tx, row.ordinal, now)

        row = self._change(collection, reference_number, change)
        self._resident.remove(collection, row.ordinal)
        return row.ordinal

    def correct(self, item: LoadItem, also: Also) -> int:
        """Put ``item`` in the place of what its number holds; return the ordinal of the former.

        Flag, restriction and notes stay as they are, and so does the end unless ``item`` has one.
        """
        return self._put(item, also, restricted=None)

    def restrict(self, collection: Collection, reference_number: str, also: Also) -> None:
        """Keep an item and search it no more (Art. 15(3)); twice is as good as once."""

        def change(tx: Transaction, row: CatalogueRow) -> None:
            catalogue_table.mark_restricted(tx, row.ordinal)
            also(tx, row)

        row = self._change(collection, reference_number, change)
        if not row.restricted:
            self._resident.remove(collection, row.ordinal)

    def release(self, item: LoadItem, also: Also) -> int:
        """Search a restricted item again; ``item`` is what is held. Return its former ordinal."""
        return self._put(item, also, restricted=False)

    def flag(
        self, collection: Collection, reference_number: str, flagged: bool, also: Also
    ) -> None:
        """Flag an item as contested (Art. 15(2)), or take the flag away."""

        def change(tx: Transaction, row: CatalogueRow) -> None:
            catalogue_table.mark_flagged(tx, row.ordinal, flagged)
            also(tx, row)

        self._change(collection, reference_number, change)

    def set_end(
        self,
        collection: Collection,
        reference_number: str,
        expires_at: datetime | None,
        also: Also,
    ) -> None:
        """Set when the time of an item is over (Art. 15(3)), None for no end."""

        def change(tx: Transaction, row: CatalogueRow) -> None:
            catalogue_table.mark_expiring(tx, row.ordinal, expires_at)
            also(tx, row)

        self._change(collection, reference_number, change)

    def expired(self, at: datetime, limit: int) -> list[Expired]:
        """Return up to ``limit`` live items whose time was over at an instant, the oldest first."""
        self._require_open()
        return self._database.read(lambda tx: catalogue_table.expired(tx, at, limit))

    def _change(
        self,
        collection: Collection,
        reference_number: str,
        change: Callable[[Transaction, CatalogueRow], None],
    ) -> CatalogueRow:
        self._require_open()

        def work(tx: Transaction) -> CatalogueRow:
            row = _live(tx, collection, reference_number)
            change(tx, row)
            return row

        return self._database.write(work).result()

    def _put(self, item: LoadItem, also: Also, *, restricted: bool | None) -> int:
        """Take ``item`` in under its number, the former row deleted in the same transaction."""
        self._require_open()
        former: list[CatalogueRow] = []
        with self._intake.lock:
            ordinal, now = self._intake.next_ordinal, self._clock.now()

            def before(tx: Transaction) -> None:
                row = _live(tx, item.collection, item.reference_number)
                note_table.follow(tx, row.ordinal, ordinal)
                catalogue_table.mark_deleted(tx, row.ordinal, now)
                also(tx, row)
                former.append(row)

            def after(tx: Transaction) -> None:
                row = former[0]
                catalogue_table.mark_flagged(tx, ordinal, bool(row.flagged))
                if item.expires_at is None:
                    catalogue_table.mark_expiring(tx, ordinal, row.expires_at)
                if _put_of(row, restricted).hidden:
                    catalogue_table.mark_restricted(tx, ordinal)

            self._intake.take([item], before, after, put=lambda: _put_of(former[0], restricted))
        return former[0].ordinal


def _put_of(former: CatalogueRow, restricted: bool | None) -> Put:
    stays = bool(former.restricted) if restricted is None else restricted
    return Put(hidden=stays, instead_of=former.ordinal)


def _live(tx: Transaction, collection: Collection, reference_number: str) -> CatalogueRow:
    ordinal = reference_numbers.require(tx, collection, reference_number)
    return catalogue_table.rows_of(tx, [ordinal])[ordinal]
