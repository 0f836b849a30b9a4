"""The gallery of one appliance: what is held, durably and in memory.

A load writes its items to a segment, synced, then their catalogue rows in one transaction with
whatever the caller records of it, and only then shows them to searches. A deletion is a catalogue
row changed in one transaction and a mask in memory. Until half of the items around it are deleted
too, or ``erase_deleted`` is called, the bytes of a deleted item stay where they are: masked in
memory, and encrypted in their segment, which is then rewritten and its key destroyed.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from appliance.domain.clock import Clock
from appliance.domain.codes import Category, Collection
from appliance.domain.errors import (
    ApplianceError,
    EngineLoading,
    ReferenceUnknown,
    StorageCorrupt,
)
from appliance.domain.reference_data import LoadItem, StoredItem
from appliance.gallery import limits, reference_numbers
from appliance.gallery.amendments import Amendments
from appliance.gallery.epoch import Epoch
from appliance.gallery.intake import Intake
from appliance.gallery.ports import Assembler, RoomElsewhere
from appliance.gallery.resident_set import ResidentSet
from appliance.gallery.rewrite import rewrite
from appliance.gallery.shelf import items_of
from appliance.gallery.upkeep import Upkeep
from appliance.store import catalogue_table
from appliance.store.block_layout import BlockItem
from appliance.store.catalogue_table import CatalogueRow
from appliance.store.database import Database, Transaction
from appliance.store.segments import SegmentStore


class Gallery:
    """Every method is safe from any thread. Loads run one at a time; searches wait for nothing."""

    def __init__(
        self,
        database: Database,
        segments: SegmentStore,
        assemblers: Mapping[Category, Assembler],
        clock: Clock,
        *,
        memory_budget_bytes: int,
        merge: bool = True,
        elsewhere: RoomElsewhere | None = None,
    ) -> None:
        """Take what it stands on; ``database`` stays the caller's to close.

        Without ``merge`` no background thread runs and chunks are never merged. ``elsewhere`` may
        refuse a load for which devices have no memory.
        """
        self._database = database
        self._segments = segments
        self._clock = clock
        self._resident = ResidentSet(assemblers, memory_budget_bytes, elsewhere)
        self._intake = Intake(database, segments, self._resident, clock, merge=merge)
        self._erasing = threading.Lock()
        self._opened = False
        self.amendments = Amendments(
            database, self._resident, self._intake, clock, self._require_open
        )
        self._upkeep = Upkeep(self._resident.merge, self._erase_crowded, clock) if merge else None

    def open(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Make everything durable resident; nothing else works before.

        ``progress`` is told (items resident, items in all). Checks every byte: StorageCorrupt
        where one is missing or changed; ConfigurationInvalid above the memory budget.
        """
        self._segments.clean(self._database.read(catalogue_table.segment_ends))
        self._database.read(lambda tx: self._open_rows(tx, progress or (lambda _done, _all: None)))
        if self._upkeep is not None:
            self._resident.merge()
            self._upkeep.start()
        self._opened = True

    def load(
        self, items: Sequence[LoadItem], also: Callable[[Transaction, Sequence[LoadItem]], None]
    ) -> list[ApplianceError | None]:
        """Take items in; the accepted ones are durable and visible when this returns.

        Returns, per item, None or the ReferenceExists that refused it: a live item, or an earlier
        one of this call, has its reference number. ``also`` runs in the same transaction with the
        items accepted, also where there are none; not for an empty call. Any error raised, be it of
        ``also``, means that nothing was taken in: ConfigurationInvalid above the memory budget or
        GALLERY_ITEMS_MAX, RecordUnavailable where the disk refuses, EngineLoading before ``open``.
        """
        self._require_open()
        if not items:
            return []
        with self._intake.lock:
            refusals = self._database.read(lambda tx: reference_numbers.refusals(tx, items))
            taken = [i for i, refusal in zip(items, refusals, strict=True) if refusal is None]
            self._intake.take(taken, lambda _tx: None, lambda tx: also(tx, taken))
        if self._upkeep is not None:
            self._upkeep.loaded()
        return refusals

    def delete(
        self, collection: Collection, reference_number: str, also: Callable[[Transaction], None]
    ) -> None:
        """Delete an item: durable when this returns, and no later snapshot shows it.

        Raises ReferenceUnknown, what ``also`` raises, RecordUnavailable or EngineLoading; nothing
        is deleted then.
        """
        self.amendments.delete(collection, reference_number, lambda tx, _row: also(tx))

    def flag(
        self,
        collection: Collection,
        reference_number: str,
        flagged: bool,
        also: Callable[[Transaction], None],
    ) -> None:
        """Flag an item as contested (Art. 15(2)), or take the flag away; errors as ``delete``."""
        self.amendments.flag(collection, reference_number, flagged, lambda tx, _row: also(tx))

    def get(self, collection: Collection, reference_number: str) -> StoredItem:
        """Return a live item; ReferenceUnknown, StorageCorrupt or RecordUnavailable."""
        ordinal = self._database.read(
            lambda tx: reference_numbers.require(tx, collection, reference_number)
        )
        return self.stored([ordinal])[0]

    def count(self) -> dict[Collection, int]:
        """Return how many items of each collection are searched; EngineLoading before ``open``."""
        self._require_open()
        return {collection: self._resident.snapshot(collection).size for collection in Collection}

    def snapshot(self, collection: Collection) -> Epoch:
        """Return the collection as it is now; never waits. EngineLoading before ``open``."""
        self._require_open()
        return self._resident.snapshot(collection)

    def stored(self, ordinals: Sequence[int]) -> list[StoredItem]:
        """Return items with their records, in the order asked for.

        Items of a snapshot can be read for ERASURE_GRACE_S after their deletion, so that a search
        that began before it ends whole. Later, ReferenceUnknown; StorageCorrupt where a byte is
        missing or changed.
        """
        return [row.stored(item.record) for row, item in self._items(ordinals)]

    def holds(self, ordinal: int) -> bool:
        """Say whether any byte of an item may be left: in the catalogue, a segment or memory."""
        known = self._database.read(lambda tx: catalogue_table.rows_of(tx, [ordinal]))
        return bool(known) or self._resident.holds(ordinal)

    def epoch_number(self) -> int:
        """Return the number of the latest epoch."""
        return self._resident.number

    def resident_bytes(self) -> int:
        """Return the bytes held in memory for searching."""
        return self._resident.nbytes()

    def erase_deleted(self, erasable_share_min: float = 0.0) -> int:
        """Leave no byte of deleted items, in memory or on disk; returns the segments destroyed.

        Chunks and segments in which at least this share of items was deleted are made anew without
        them, segments only of what was deleted more than ERASURE_GRACE_S ago. Chunks that do not
        fit into the memory budget a second time stay as they are, masked, until the next start.
        """
        self._require_open()
        with self._erasing:
            self._resident.drop_removed(erasable_share_min, self._packed)
            until = self._clock.now() - timedelta(seconds=limits.ERASURE_GRACE_S)
            uses = self._database.read(lambda tx: catalogue_table.segment_uses(tx, until))
            chosen = [u.segment for u in uses if u.erasable >= erasable_share_min * u.items]
            for segment in chosen:
                self._rewrite(segment, until)
        return len(chosen)

    def close(self) -> None:
        """End the background thread and give the segments back."""
        if self._upkeep is not None:
            self._upkeep.stop()
        with self._intake.lock:
            self._opened = False
            self._segments.close()

    def _require_open(self) -> None:
        if not self._opened:
            raise EngineLoading("the gallery is not resident yet")

    def _open_rows(self, tx: Transaction, progress: Callable[[int, int], None]) -> None:
        total = catalogue_table.live_count(tx)
        rows = catalogue_table.live_rows(tx)
        done = 0
        while part := list(itertools.islice(rows, limits.OPEN_CHUNK_ITEMS)):
            chunks = self._resident.assemble(items_of(self._segments, part))
            self._resident.require_room(chunks)
            self._resident.publish(chunks)
            done += len(part)
            progress(done, total)
        self._intake.next_ordinal = catalogue_table.next_ordinal(tx)

    def _items(self, ordinals: Sequence[int]) -> list[tuple[CatalogueRow, BlockItem]]:
        rows = self._rows(ordinals)
        try:
            items = items_of(self._segments, rows)
        except StorageCorrupt:
            # The segment may have been rewritten since its rows were read.
            moved = self._rows(ordinals)
            if [row.place for row in moved] == [row.place for row in rows]:
                raise
            rows, items = moved, items_of(self._segments, moved)
        return list(zip(rows, items, strict=True))

    def _packed(self, ordinals: Sequence[int]) -> list[bytes]:
        return [item.packed for _, item in self._items(ordinals)]

    def _rows(self, ordinals: Sequence[int]) -> list[CatalogueRow]:
        rows = self._database.read(lambda tx: catalogue_table.rows_of(tx, ordinals))
        missing = [ordinal for ordinal in ordinals if ordinal not in rows]
        if missing:
            raise ReferenceUnknown(f"items {missing[:5]} were deleted and erased")
        return [rows[ordinal] for ordinal in ordinals]

    def _erase_crowded(self) -> int:
        return self.erase_deleted(limits.ERASABLE_SHARE_MAX)

    def _rewrite(self, segment: int, erase_until: datetime) -> None:
        with self._intake.lock:
            if self._segments.active == segment:
                self._segments.seal()
        rewrite(self._database, self._segments, segment, erase_until)
