"""What of the gallery lies in the memory of one device: the chunks of the latest epochs.

A chunk's arrays are uploaded once and stay until an epoch without them comes; a deletion uploads
the mask alone. Where devices share a gallery of fingerprints, each holds the same part of every
chunk; DNA profiles are few bytes and lie on every device as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from appliance.domain.codes import Category, Collection
from appliance.gallery.epoch import Chunk, Epoch
from kernels.device import Device, DeviceArray, DeviceMemoryExceeded
from kernels.dna import gpu as dna_gpu
from kernels.dna import mass_gpu
from kernels.dna.layout import DnaGallery
from kernels.finger import gpu as finger_gpu
from kernels.finger.layout import FingerGallery
from kernels.topk.gpu import ROWS_MAX


class Share(NamedTuple):
    """Part ``number`` of ``of`` equal parts of every chunk."""

    number: int
    of: int

    def rows(self, rows: int) -> tuple[int, int]:
        """Return where the part of a chunk of so many rows begins and ends."""
        return rows * self.number // self.of, rows * (self.number + 1) // self.of


WHOLE = Share(0, 1)


@dataclass(slots=True)
class _FingerPiece:
    """A part of a chunk on the device. ``of`` keeps the chunk's arrays and so their identity."""

    of: FingerGallery
    share: Share
    resident: finger_gpu.ResidentFingers
    removed: NDArray[np.bool_]
    mask: DeviceArray

    def free(self, device: Device) -> None:
        self.resident.free(device)
        device.free(self.mask)


@dataclass(slots=True)
class _DnaPiece:
    of: DnaGallery
    resident: dna_gpu.ResidentProfiles

    def free(self, device: Device) -> None:
        self.resident.free(device)


def epoch_bytes(epoch: Epoch, share: Share = WHOLE) -> int:
    """Return the bytes that a share of an epoch takes on a device."""
    if epoch.collection.category is Category.DNA:
        return sum(dna_gpu.resident_bytes(cast(DnaGallery, c.resident)) for c in epoch.chunks)
    total = 0
    for chunk in epoch.chunks:
        starts = cast(FingerGallery, chunk.resident).starts
        begin, end = share.rows(len(chunk.ordinals))
        total += finger_gpu.resident_bytes(end - begin, int(starts[end] - starts[begin]))
    return total


def search_bytes(epoch: Epoch, share: Share, batch_max: int, depth_max: int) -> int:
    """Return the bytes that the search of a batch in an epoch takes beside it, at most."""
    if epoch.collection.category is Category.DNA:
        sizes = [len(chunk.ordinals) for chunk in epoch.chunks]
        # A comparison has two blocks of profiles under way, in one chunk at a time.
        compared = [2 * dna_gpu.scratch_bytes(mass_gpu.BLOCK_STAINS, size) for size in sizes]
        searched = sum(dna_gpu.scratch_bytes(batch_max, size) for size in sizes)
        return max(searched, *compared, 0)
    probes = min(batch_max, finger_gpu.PROBES_MAX)
    return sum(
        finger_gpu.scratch_bytes(probes, end - begin, depth_max)
        for begin, end in (share.rows(len(chunk.ordinals)) for chunk in epoch.chunks)
    )


def part(gallery: FingerGallery, share: Share) -> FingerGallery:
    """Return a share of a gallery's templates; its arrays are views where they can be."""
    if share == WHOLE:
        return gallery
    begin, end = share.rows(gallery.templates)
    columns = slice(int(gallery.starts[begin]), int(gallery.starts[end]))
    return FingerGallery(
        gallery.codes[:, columns],
        gallery.minutiae[columns],
        gallery.starts[begin : end + 1] - gallery.starts[begin],
    )


class Residency:
    """The arrays of one device. For the device's thread.

    ``hold`` and what calls it raise DeviceMemoryExceeded where an epoch does not fit; what was held
    before is held still, so that other collections stay searchable.
    """

    def __init__(self, device: Device) -> None:
        self._device = device
        self._fingers: dict[Collection, list[_FingerPiece]] = {}
        self._profiles: dict[Collection, list[_DnaPiece]] = {}

    def hold(self, epoch: Epoch, share: Share) -> None:
        """Have an epoch resident, and drop what only earlier ones of its collection needed."""
        if epoch.collection.category is Category.DNA:
            self.profiles(epoch)
        else:
            self.fingers(epoch, share)

    def fingers(self, epoch: Epoch, share: Share) -> list[finger_gpu.FingerChunk]:
        """Return a share of the chunks of an epoch of prints."""
        held = self._fingers.get(epoch.collection, [])
        wanted = {id(chunk.resident) for chunk in epoch.chunks}
        kept = {
            id(piece.of): piece for piece in held if id(piece.of) in wanted and piece.share == share
        }
        self._drop([piece for piece in held if piece is not kept.get(id(piece.of))])
        self._fingers[epoch.collection] = list(kept.values())
        for chunk in epoch.chunks:
            piece = kept.get(id(chunk.resident))
            if piece is None:
                piece = kept[id(chunk.resident)] = self._upload(chunk, share)
                self._fingers[epoch.collection].append(piece)
            elif piece.removed is not chunk.removed:
                self._mask(piece, chunk, share)
        chunks, begins = [], 0
        for chunk in epoch.chunks:
            piece, rows = kept[id(chunk.resident)], len(chunk.ordinals)
            first = begins + share.rows(rows)[0]
            chunks.append(finger_gpu.FingerChunk(piece.resident, piece.mask, first))
            begins += rows
        return chunks

    def profiles(self, epoch: Epoch) -> list[dna_gpu.ResidentProfiles]:
        """Return the chunks of an epoch of DNA profiles."""
        held = self._profiles.get(epoch.collection, [])
        wanted = {id(chunk.resident) for chunk in epoch.chunks}
        kept = {id(piece.of): piece for piece in held if id(piece.of) in wanted}
        self._drop([piece for piece in held if id(piece.of) not in wanted])
        self._profiles[epoch.collection] = list(kept.values())
        for chunk in epoch.chunks:
            if id(chunk.resident) not in kept:
                gallery = cast(DnaGallery, chunk.resident)
                piece = _DnaPiece(gallery, dna_gpu.upload(self._device, gallery))
                kept[id(chunk.resident)] = piece
                self._profiles[epoch.collection].append(piece)
        return [kept[id(chunk.resident)].resident for chunk in epoch.chunks]

    def close(self) -> None:
        """Give everything back."""
        for held in (self._fingers, self._profiles):
            for pieces in held.values():
                self._drop(pieces)
            held.clear()

    def _upload(self, chunk: Chunk, share: Share) -> _FingerPiece:
        gallery = cast(FingerGallery, chunk.resident)
        if gallery.templates > ROWS_MAX:
            raise DeviceMemoryExceeded(f"a chunk of {gallery.templates} templates, {ROWS_MAX} fit")
        resident = finger_gpu.upload(self._device, part(gallery, share))
        try:
            mask = self._device.upload(_mask(chunk, share))
        except DeviceMemoryExceeded:
            resident.free(self._device)
            raise
        return _FingerPiece(gallery, share, resident, chunk.removed, mask)

    def _mask(self, piece: _FingerPiece, chunk: Chunk, share: Share) -> None:
        mask = self._device.upload(_mask(chunk, share))
        self._device.free(piece.mask)
        piece.mask, piece.removed = mask, chunk.removed

    def _drop(self, pieces: list[Any]) -> None:
        for piece in pieces:
            piece.free(self._device)


def _mask(chunk: Chunk, share: Share) -> NDArray[np.uint8]:
    begin, end = share.rows(len(chunk.removed))
    return chunk.removed[begin:end].astype(np.uint8)
