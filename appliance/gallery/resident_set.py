"""What is in memory: the current epoch of each collection, and how the next one is made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate

import numpy as np

from appliance.domain.codes import Category, Collection
from appliance.domain.errors import ConfigurationInvalid
from appliance.gallery import limits
from appliance.gallery.epoch import Chunk, Epoch
from appliance.gallery.ports import Assembler, RoomElsewhere
from appliance.store.block_layout import BlockItem

PackedOf = Callable[[Sequence[int]], Sequence[bytes]]


class ResidentSet:
    """The current epochs. Readers take an epoch without a lock; changes are made one by one.

    A removed item stays in its chunk's arrays, masked, until ``drop_removed`` makes the chunk anew.
    """

    def __init__(
        self,
        assemblers: Mapping[Category, Assembler],
        budget_bytes: int,
        elsewhere: RoomElsewhere | None = None,
    ) -> None:
        """Begin with empty collections. ``budget_bytes`` bounds what may be resident.

        ``elsewhere`` has to have room for it, too.
        """
        self._elsewhere = elsewhere
        self._assemblers = assemblers
        self._budget_bytes = budget_bytes
        self._lock = threading.Lock()
        self._merging = threading.Lock()
        self._merging_bytes = 0
        self._removed_early: set[int] = set()
        self._number = 0
        self._epochs = {each: Epoch(0, each, (), 0) for each in Collection}

    @property
    def number(self) -> int:
        """The number of the latest epoch of any collection."""
        return self._number

    def snapshot(self, collection: Collection) -> Epoch:
        """Return the current epoch of a collection; never waits."""
        return self._epochs[collection]

    def size(self) -> int:
        """Return how many items of all collections may be searched."""
        return sum(epoch.size for epoch in self._epochs.values())

    def nbytes(self) -> int:
        """Return the bytes resident, with those of a merge under way."""
        chunks = [(c, chunk) for c, epoch in self._epochs.items() for chunk in epoch.chunks]
        return sum(self._chunk_bytes(*each) for each in chunks) + self._merging_bytes

    def assemble(self, items: Sequence[BlockItem]) -> dict[Collection, Chunk]:
        """Return a chunk per collection among the items, which stand by rising ordinals.

        Raises what the assembler raises for a malformed item; nothing is published.
        """
        chunks = {}
        for name in dict.fromkeys(item.collection for item in items):
            collection = Collection(name)
            own = [item for item in items if item.collection == name]
            assembler = self._assemblers[collection.category]
            packed = [item.packed for item in own]
            ordinals = np.array([item.ordinal for item in own], np.int64)
            rows = np.repeat(ordinals, assembler.rows(packed))
            chunks[collection] = Chunk(
                assembler.assemble(packed), rows, np.zeros(len(rows), np.bool_)
            )
        return chunks

    def require_room(self, chunks: Mapping[Collection, Chunk]) -> None:
        """Raise ConfigurationInvalid unless the chunks fit into the memory budget."""
        wanted = self.nbytes() + sum(self._chunk_bytes(*each) for each in chunks.items())
        if wanted > self._budget_bytes:
            raise ConfigurationInvalid(
                f"memory_budget_bytes: the gallery would hold {wanted} bytes in memory,"
                f" {self._budget_bytes} are allowed"
            )
        if self._elsewhere is not None:
            grown = {each: (*self._epochs[each].chunks, chunk) for each, chunk in chunks.items()}
            self._elsewhere.require_room(
                [Epoch(self._number + 1, each, held, 0) for each, held in grown.items()]
            )

    def publish(
        self,
        chunks: Mapping[Collection, Chunk],
        *,
        hidden: bool = False,
        instead_of: int | None = None,
    ) -> None:
        """Append chunks; all become visible at once.

        Items of ``hidden`` chunks are masked from the start. The item ``instead_of`` is masked in
        the very step that shows the new ones.
        """
        with self._lock:
            changed = {}
            for collection, chunk in chunks.items():
                held = self._epochs[collection].chunks
                held = held if instead_of is None else _without(held, instead_of) or held
                changed[collection] = (*held, self._masked(chunk, hidden))
            self._replace(changed)

    def remove(self, collection: Collection, ordinal: int) -> None:
        """Mask an item; the next epoch does not show it."""
        with self._lock:
            chunks = _without(self._epochs[collection].chunks, ordinal)
            if chunks is None:
                # Its load is committed but not published yet: the mask has to wait for the chunk.
                self._removed_early.add(ordinal)
            else:
                self._replace({collection: chunks})

    def holds(self, ordinal: int) -> bool:
        """Say whether an item stands in any chunk, masked or not."""
        chunks = [chunk for epoch in self._epochs.values() for chunk in epoch.chunks]
        return any(ordinal in chunk.ordinals for chunk in chunks)

    def crowded(self) -> bool:
        """Say whether a collection has twice the chunks it should have."""
        return max(len(e.chunks) for e in self._epochs.values()) > 2 * limits.CHUNKS_MAX

    def merge(self) -> None:
        """Merge until every collection has at most CHUNKS_MAX chunks or the budget forbids it."""
        with self._merging:
            for collection in Collection:
                while self._merge_once(collection):
                    pass

    def drop_removed(self, removed_share_min: float, packed_of: PackedOf) -> None:
        """Make chunks anew without their removed items, where these are at least such a share.

        ``packed_of`` reads packed items of ordinals. A chunk that does not fit into the budget
        beside itself stays as it is.
        """
        with self._merging:
            for collection in Collection:
                for chunk in self._epochs[collection].chunks:
                    removed = int(np.count_nonzero(chunk.removed))
                    room = self.nbytes() + self._chunk_bytes(collection, chunk)
                    enough = removed >= removed_share_min * len(chunk.removed)
                    if removed and enough and room <= self._budget_bytes:
                        self._make_anew(collection, chunk, packed_of)

    def _merge_once(self, collection: Collection) -> bool:
        chunks = self._epochs[collection].chunks
        if len(chunks) <= limits.CHUNKS_MAX:
            return False
        first = merge_start([len(chunk.ordinals) for chunk in chunks])
        # A last resort where the whole run does not fit beside its parts: the newest two.
        for start in (first, len(chunks) - 2):
            parts = chunks[start:]
            need = sum(self._chunk_bytes(collection, chunk) for chunk in parts)
            if self.nbytes() + need <= self._budget_bytes:
                self._merge_parts(collection, parts, need)
                return True
        return False

    def _merge_parts(self, collection: Collection, parts: Sequence[Chunk], need_bytes: int) -> None:
        """Concatenate without the lock, then put the result where the parts are by now."""
        self._merging_bytes = need_bytes
        try:
            assembler = self._assemblers[collection.category]
            resident = assembler.concatenate([chunk.resident for chunk in parts])
            ordinals = np.concatenate([chunk.ordinals for chunk in parts])
            with self._lock:
                chunks, start = self._place(collection, parts[0])
                current = chunks[start : start + len(parts)]
                # The masks as they are now: items may have been removed during the merge.
                merged = Chunk(resident, ordinals, np.concatenate([c.removed for c in current]))
                rest = chunks[start + len(parts) :]
                self._replace({collection: (*chunks[:start], merged, *rest)})
        finally:
            self._merging_bytes = 0

    def _make_anew(self, collection: Collection, chunk: Chunk, packed_of: PackedOf) -> None:
        kept = ~chunk.removed
        ordinals = chunk.ordinals[kept]
        items = np.unique(ordinals)
        assembler = self._assemblers[collection.category]
        parts = [
            assembler.assemble(packed_of(items[start : start + limits.OPEN_CHUNK_ITEMS].tolist()))
            for start in range(0, len(items), limits.OPEN_CHUNK_ITEMS)
        ]
        resident = parts[0] if len(parts) == 1 else assembler.concatenate(parts)
        with self._lock:
            chunks, start = self._place(collection, chunk)
            anew = Chunk(resident, ordinals, chunks[start].removed[kept])
            own = (anew,) if len(ordinals) else ()
            self._replace({collection: (*chunks[:start], *own, *chunks[start + 1 :])})

    def _place(self, collection: Collection, chunk: Chunk) -> tuple[tuple[Chunk, ...], int]:
        """Return the chunks as they are now, and where one stands whose mask may have changed."""
        chunks = self._epochs[collection].chunks
        return chunks, next(n for n, c in enumerate(chunks) if c.ordinals is chunk.ordinals)

    def _masked(self, chunk: Chunk, hidden: bool) -> Chunk:
        early = self._removed_early.intersection(chunk.ordinals.tolist())
        self._removed_early -= early
        if hidden:
            return Chunk(chunk.resident, chunk.ordinals, np.ones_like(chunk.removed))
        if not early:
            return chunk
        return Chunk(chunk.resident, chunk.ordinals, np.isin(chunk.ordinals, list(early)))

    def _replace(self, changed: Mapping[Collection, tuple[Chunk, ...]]) -> None:
        number = self._number + 1
        epochs = {c: Epoch(number, c, chunks, _live(chunks)) for c, chunks in changed.items()}
        # One assignment: a reader sees all of a change or nothing of it.
        self._epochs = {**self._epochs, **epochs}
        self._number = number

    def _chunk_bytes(self, collection: Collection, chunk: Chunk) -> int:
        arrays = chunk.ordinals.nbytes + chunk.removed.nbytes
        return self._assemblers[collection.category].nbytes(chunk.resident) + arrays


def merge_start(sizes: Sequence[int]) -> int:
    """Return from which chunk on all are merged into one: the first not larger than its rest.

    Chunks then fall in size like the powers of two, so each item is copied a logarithmic number
    of times: about five for a million items loaded a thousand at a time.
    """
    rests = list(accumulate(reversed(sizes)))[::-1]
    return next((n for n, size in enumerate(sizes[:-1]) if size <= rests[n + 1]), len(sizes) - 2)


def _without(chunks: Sequence[Chunk], ordinal: int) -> tuple[Chunk, ...] | None:
    """Return the chunks with an item masked, None if it is in none of them."""
    for place, chunk in enumerate(chunks):
        first = int(np.searchsorted(chunk.ordinals, ordinal))
        behind = int(np.searchsorted(chunk.ordinals, ordinal, "right"))
        if first < behind:
            removed = chunk.removed.copy()
            removed[first:behind] = True
            masked = Chunk(chunk.resident, chunk.ordinals, removed)
            return (*chunks[:place], masked, *chunks[place + 1 :])
    return None


def _live(chunks: Iterable[Chunk]) -> int:
    """Return how many items are not removed: all rows of an item are or none is."""
    return sum(
        int(np.count_nonzero(~chunk.removed[1:] & (chunk.ordinals[1:] != chunk.ordinals[:-1])))
        + int(np.count_nonzero(~chunk.removed[:1]))
        for chunk in chunks
    )
