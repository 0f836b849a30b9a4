"""Taking items in: into a segment, into the catalogue, into memory, in this order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from appliance.domain.clock import Clock
from appliance.domain.errors import ConfigurationInvalid
from appliance.domain.limits import GALLERY_ITEMS_MAX
from appliance.domain.reference_data import LoadItem
from appliance.gallery.epoch import Chunk
from appliance.gallery.resident_set import ResidentSet
from appliance.store import block_layout, catalogue_table
from appliance.store.block_layout import BlockItem
from appliance.store.catalogue_table import NewItem
from appliance.store.database import Database, Transaction
from appliance.store.segments import SegmentStore


@dataclass(frozen=True, slots=True)
class Put:
    """How an item becomes resident: masked where ``hidden``, in the place of another."""

    hidden: bool = False
    instead_of: int | None = None


class Intake:
    """Whoever changes what is held takes ``lock`` first: loads run one at a time."""

    def __init__(
        self,
        database: Database,
        segments: SegmentStore,
        resident: ResidentSet,
        clock: Clock,
        *,
        merge: bool,
    ) -> None:
        """With ``merge`` a load that outruns the background thread merges chunks itself."""
        self.lock = threading.Lock()
        self.next_ordinal = 1
        self._database = database
        self._segments = segments
        self._resident = resident
        self._clock = clock
        self._merge = merge

    def take(
        self,
        items: Sequence[LoadItem],
        before: Callable[[Transaction], None],
        also: Callable[[Transaction], None],
        *,
        put: Callable[[], Put] = Put,
    ) -> None:
        """Take items in, durable and visible on return; the caller holds ``lock``.

        ``before`` and ``also`` run in the same transaction, before and after the rows are added.
        ``put`` is asked after the commit how the items become resident.
        Whatever is raised, nothing was taken in: ConfigurationInvalid above the memory budget or
        GALLERY_ITEMS_MAX, RecordUnavailable where the disk refuses.
        """
        numbered = [
            BlockItem(ordinal, item.collection, item.reference_number, item.record, item.packed)
            for ordinal, item in enumerate(items, self.next_ordinal)
        ]
        chunks = self._resident.assemble(numbered)
        self._require_room(list(chunks.values()))
        self._resident.require_room(chunks)
        if self._merge and self._resident.crowded():
            # Where the background thread cannot keep up, loading waits for it, not searching.
            self._resident.merge()
        self._store(items, numbered, before, also)
        self.next_ordinal += len(numbered)
        how = put()
        self._resident.publish(chunks, hidden=how.hidden, instead_of=how.instead_of)

    def _require_room(self, chunks: Sequence[Chunk]) -> None:
        held = self._resident.size()
        if held + sum(len(chunk.ordinals) for chunk in chunks) > GALLERY_ITEMS_MAX:
            raise ConfigurationInvalid(f"a gallery holds at most {GALLERY_ITEMS_MAX} items")

    def _store(
        self,
        items: Sequence[LoadItem],
        numbered: Sequence[BlockItem],
        before: Callable[[Transaction], None],
        also: Callable[[Transaction], None],
    ) -> None:
        blocks = block_layout.split(numbered)
        contents = [block_layout.pack(block) for block in blocks]
        places = self._segments.append(contents) if contents else []
        ends = (item.expires_at for item in items)
        rows = [
            NewItem(
                each.ordinal,
                each.collection,
                each.reference_number,
                place.segment,
                place.number,
                position,
                next(ends),
            )
            for place, block in zip(places, blocks, strict=True)
            for position, each in enumerate(block)
        ]
        loaded_at = self._clock.now()

        def work(tx: Transaction) -> None:
            before(tx)
            catalogue_table.add_blocks(tx, places)
            catalogue_table.add_items(tx, rows, loaded_at)
            also(tx)

        self._database.write(work).result()
