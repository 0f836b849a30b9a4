"""DNA search on a device: bit planes rule out nearly all profiles, the exact rule judges the rest.

Equal to ``cpu.search``, query by query and figure by figure. The plan of a query is made on the
host from the planes' directory; the planes and profiles themselves lie on the device.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels import limits
from kernels.device import DNA, Device, DeviceArray, DeviceError, Download, Lane
from kernels.dna.cpu import Matches
from kernels.dna.layout import PROFILE_SHAPE, DnaGallery, LayoutError, Profiles, require_profiles
from kernels.dna.plan import plan
from kernels.dna.reference import NO_MATCH, LocusRelation
from kernels.dna.rule import Rule
from kernels.scratch import Scratch

QUERIES_MAX = 1_024
"""Queries of a batch."""

ROOM = 1_024
"""Survivors of a query for which there is room at first; whoever has more comes again alone."""

THREADS = 256
FIGURES = 5
BLOCKS_PER_MULTIPROCESSOR = 4
STEP_WORDS = 4


@dataclass(frozen=True, slots=True)
class ResidentProfiles:
    """A gallery in a device's memory, in the layouts of ``DnaGallery`` and ``Planes``; immutable.

    ``gallery`` is the same on the host, whose directory of planes makes the plans.
    """

    gallery: DnaGallery
    bits: DeviceArray
    order: DeviceArray
    loci: DeviceArray

    @property
    def nbytes(self) -> int:
        """Return the bytes held on the device."""
        return self.bits.nbytes + self.order.nbytes + self.loci.nbytes

    def free(self, device: Device) -> None:
        """Give the memory back; nothing that uses it may be under way."""
        device.free(self.bits, self.order, self.loci)


def resident_bytes(gallery: DnaGallery) -> int:
    """Return the bytes that a gallery takes on a device."""
    return gallery.nbytes


def scratch_bytes(queries: int, profiles: int) -> int:
    """Return the bytes that a batch of queries takes beside the gallery, at most.

    A query with more survivors than there is room for runs alone, and then needs room for all.
    """
    batch = queries * (_query_bytes(profiles) + ROOM * (FIGURES + 8))
    return max(batch, _query_bytes(profiles) + profiles * (FIGURES + 8))


def _query_bytes(profiles: int) -> int:
    words = -(-profiles // 64)
    tiles = -(-words // THREADS)
    return limits.DNA_SLOTS_MAX * (STEP_WORDS * 4 + 2) + words * 8 + tiles * 4 + 8


def upload(device: Device, gallery: DnaGallery) -> ResidentProfiles:
    """Copy a gallery to a device and wait until it is there; DeviceMemoryExceeded if too large."""
    with Scratch(device) as scratch:
        bits, order, loci = (
            scratch.upload(np.ascontiguousarray(array), Lane.LOAD)
            for array in (gallery.planes.bits, gallery.planes.order, gallery.loci)
        )
        device.synchronize(Lane.LOAD)
    return ResidentProfiles(gallery, bits, order, loci)


class Searches:
    """The searches of a batch of queries in one gallery, under way. For the device's thread."""

    def __init__(
        self,
        device: Device,
        queries: Profiles,
        resident: ResidentProfiles,
        rule: Rule,
        room: int = ROOM,
    ) -> None:
        """Queue the search for 1..QUERIES_MAX profiles, uint8 [n, slots, 2]; waits for nothing.

        LayoutError if they are malformed, ValueError if they are too many.
        """
        require_profiles(queries)
        if queries.shape != (len(queries), *PROFILE_SHAPE):
            raise LayoutError(f"queries have shape {queries.shape}, expected n, slots and 2")
        if not 1 <= len(queries) <= QUERIES_MAX:
            raise ValueError(f"{len(queries)} queries, expected 1..{QUERIES_MAX}")
        self._device, self._queries, self._resident = device, queries, resident
        self._rule, self._room = rule, max(1, min(room, resident.gallery.count))
        self._plans, self._loci = _plans(queries, resident.gallery, rule)
        self._scratch = Scratch(device)
        # A query without a plan cannot match; neither can anybody in an empty gallery.
        self._planned = np.flatnonzero(self._loci) if resident.gallery.count else np.empty(0, int)
        self._download: Download | None = None
        if len(self._planned):
            with self._scratch:
                self._download = self._queue()

    def wait(self) -> list[Matches]:
        """Return what ``each`` yields. To be called once, like it and instead of it."""
        return list(self.each())

    def each(self) -> Iterator[Matches]:
        """Wait, then yield what matches each query, in their order.

        One query may match every profile: who keeps the matches of many has to bound them.
        DeviceError if the device failed, or answered what cannot be.
        """
        none = Matches(np.empty(0, np.int64), *(np.empty(0, np.uint8) for _ in range(FIGURES)))
        if self._download is None:
            yield from [none] * len(self._queries)
            return
        try:
            totals, rows, figures = self._download.wait()
        finally:
            self._scratch.close()
        if totals.max() > self._resident.gallery.count:
            raise DeviceError("the device answered more survivors than there are profiles")
        place = {query: own for own, query in enumerate(self._planned.tolist())}
        for query in range(len(self._queries)):
            own = place.get(query)
            if own is None:
                yield none
            elif totals[own] > self._room:
                again = (self._device, self._queries[[query]], self._resident, self._rule)
                yield from Searches(*again, room=int(totals[own])).each()
            else:
                total = int(totals[own])
                yield self._matches(rows[own, :total], figures[own, :, :total])

    def close(self) -> None:
        """Wait for the device and give the memory back, where nobody asks for the matches."""
        try:
            if self._download is not None:
                self._download.wait()
        finally:
            self._scratch.close()

    def _queue(self) -> Download:
        device, scratch, resident = self._device, self._scratch, self._resident
        gallery, count = resident.gallery, len(self._planned)
        words = gallery.planes.bits.shape[1]
        tiles, block = -(-words // THREADS), (THREADS,)
        alive = scratch.allocate((count, words), np.uint64)
        counts = scratch.allocate((count, tiles), np.uint32)
        totals = scratch.zeros((count,), np.uint32)
        rows = scratch.zeros((count, self._room), np.int64)
        figures = scratch.zeros((count, FIGURES, self._room), np.uint8)
        device.launch(
            *(DNA, "dna_survivors", (tiles, count), block),
            *(resident.bits, np.int64(words), np.int64(gallery.count)),
            scratch.upload(self._plans[self._planned]),
            scratch.upload(self._loci[self._planned]),
            *(np.int32(self._rule.mismatch_max), alive, counts),
        )
        device.launch(DNA, "dna_offsets", (count,), block, counts, np.int32(tiles), totals)
        device.launch(
            *(DNA, "dna_rows", (tiles, count), block),
            *(alive, np.int64(words), counts, resident.order, np.uint32(self._room), rows),
        )
        blocks = min(
            -(-self._room // THREADS), BLOCKS_PER_MULTIPROCESSOR * device.facts.multiprocessors
        )
        queries = self._queries[self._planned][:, gallery.slots]
        device.launch(
            *(DNA, "dna_classify", (blocks, count), block),
            *(scratch.upload(queries), resident.loci, np.int32(len(gallery.slots))),
            *(rows, totals, np.uint32(self._room)),
            *_settings(gallery, self._rule),
            figures,
        )
        return device.download(totals, rows, figures)

    def _matches(self, rows: NDArray[np.int64], figures: NDArray[np.uint8]) -> Matches:
        """Return the survivors that match, rows ascending."""
        order = np.argsort(rows)
        kept = order[figures[0, order] != NO_MATCH]
        is_row = (rows >= 0) & (rows < self._resident.gallery.count)
        if not is_row.all() or (figures[0] > max(LocusRelation)).any():
            raise DeviceError("the device answered rows or qualities that cannot be")
        return Matches(rows[kept], *figures[:, kept])


def _plans(
    queries: Profiles, gallery: DnaGallery, rule: Rule
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the steps of each query, int32 [queries, slots, 4], and how many there are."""
    steps = np.zeros((len(queries), limits.DNA_SLOTS_MAX, STEP_WORDS), np.int32)
    loci = np.zeros(len(queries), np.int32)
    for number, query in enumerate(queries):
        own = plan(query, gallery.planes, rule)
        loci[number] = len(own)
        if own:
            steps[number, : len(own)] = own
    return steps, loci


def _settings(gallery: DnaGallery, rule: Rule) -> tuple[np.generic, ...]:
    """Return the rule as ``dna_classify`` takes it; its slots are places in the gallery's loci."""
    _, places = gallery.counted(rule)
    return (
        np.int32(rule.min_full_loci),
        np.int32(rule.mismatch_max),
        np.int32(rule.microvariant_tolerance),
        np.uint32(sum(1 << place for place in places)),
        np.int32(rule.wildcard_counts_as_full),
        np.int32(rule.double_wildcard_compared),
        np.int32(rule.stringency),
    )
