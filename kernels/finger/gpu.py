"""Fingerprint short lists on a device: stage 1 over resident chunks, then the best of them.

Equal to ``stage1_cpu.scores`` over all chunks and ``topk.cpu.select`` of them, integer by integer.
Stage 2 follows on the processor; what it needs of a candidate is its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels import limits
from kernels.device import STAGE1, Device, DeviceArray, DeviceError, Download, Lane
from kernels.finger import stage1_parameters as parameters
from kernels.finger.layout import CODE_BYTES, FingerGallery, unpack
from kernels.finger.stage1_used import used_count, used_counts
from kernels.scratch import Scratch
from kernels.topk import gpu as topk

PROBES_MAX = 16
"""Probes that the kernels hold in shared memory together."""

THREADS = 256
TEMPLATES_PER_BLOCK = THREADS // 32
BLOCKS_PER_MULTIPROCESSOR = 4

TENSOR_CORES = range(80, 100)
"""Architectures that multiply bits by one instruction; later ones emulate it at great cost."""

SCORE_MAX = parameters.USED_MAX * 128
"""Above every score: a minutia adds less than 128. A larger one was not computed but corrupted."""


@dataclass(frozen=True, slots=True)
class ResidentFingers:
    """A gallery in a device's memory, in the layout of ``FingerGallery``; immutable.

    ``used`` is uint8 [templates]: how many minutiae of each take part in stage 1.
    """

    codes: DeviceArray
    starts: DeviceArray
    used: DeviceArray
    minutiae: int
    templates: int

    @property
    def nbytes(self) -> int:
        """Return the bytes held on the device."""
        return self.codes.nbytes + self.starts.nbytes + self.used.nbytes

    def free(self, device: Device) -> None:
        """Give the memory back; nothing that uses it may be under way."""
        device.free(self.codes, self.starts, self.used)


@dataclass(frozen=True, slots=True)
class FingerChunk:
    """Resident templates, and which of them are removed: uint8 [templates], not 0 for removed.

    ``first`` is the row of the whole gallery at which they begin.
    """

    resident: ResidentFingers
    removed: DeviceArray
    first: int = 0


def resident_bytes(templates: int, minutiae: int) -> int:
    """Return the bytes that a gallery takes on a device, the mask of removed templates included."""
    return minutiae * CODE_BYTES + (templates + 1) * 8 + 2 * templates


def scratch_bytes(probes: int, templates: int, depth: int) -> int:
    """Return the bytes that a batch of searches takes beside the gallery, at most."""
    sent = probes * (parameters.USED_MAX * limits.CODE_WORDS * 8 + 4)
    sent += parameters.THRESHOLD_HALVES.nbytes
    return sent + probes * templates * 4 + topk.scratch_bytes(probes, templates, depth)


def upload(device: Device, gallery: FingerGallery) -> ResidentFingers:
    """Copy a gallery to a device and wait until it is there; DeviceMemoryExceeded if too large."""
    scratch = Scratch(device)
    with scratch:
        codes, starts, used = (
            scratch.upload(np.ascontiguousarray(array), Lane.LOAD)
            for array in (gallery.codes, gallery.starts, used_counts(gallery).astype(np.uint8))
        )
        device.synchronize(Lane.LOAD)
    return ResidentFingers(codes, starts, used, gallery.codes.shape[1], gallery.templates)


class ShortLists:
    """The short lists of a batch of probes, under way on a device. For the device's thread."""

    def __init__(
        self,
        device: Device,
        probes: Sequence[bytes],
        chunks: Sequence[FingerChunk],
        depths: Sequence[int],
    ) -> None:
        """Queue the search of 1..PROBES_MAX packed probes; waits for nothing.

        ``depths`` has the length of each short list, 0..TOPK_MAX. ValueError outside of the limits.
        """
        if not 1 <= len(probes) <= PROBES_MAX or len(probes) != len(depths):
            raise ValueError(
                f"{len(probes)} probes with {len(depths)} depths, at most {PROBES_MAX}"
            )
        self._depths = depths
        self._scratch = Scratch(device)
        with self._scratch:
            sent = _send_probes(self._scratch, probes)
            self._chunks = [chunk for chunk in chunks if chunk.resident.templates]
            self._downloads = [self._queue(device, sent, chunk) for chunk in self._chunks]

    def _queue(self, device: Device, sent: _Probes, chunk: FingerChunk) -> Download:
        """Queue stage 1 and the selection over one chunk."""
        resident, scratch = chunk.resident, self._scratch
        scores = scratch.allocate((sent.count, resident.templates), np.int32)
        wanted = -(-resident.templates // TEMPLATES_PER_BLOCK)
        blocks = min(wanted, BLOCKS_PER_MULTIPROCESSOR * device.facts.multiprocessors)
        device.launch(
            STAGE1,
            _kernel(device),
            (blocks,),
            (THREADS,),
            *(resident.codes, resident.starts, resident.used),
            *(np.int64(resident.minutiae), np.int64(resident.templates)),
            *(sent.codes, sent.used, np.int32(sent.count), sent.halves, scores),
        )
        rows = resident.templates
        return device.download(
            *topk.launch(device, scratch, scores, rows, chunk.removed, self._depths)
        )

    def wait(self) -> list[topk.Selected]:
        """Return the short list of each probe, over all chunks.

        To be called once. DeviceError if the device failed, or answered what cannot be.
        """
        try:
            parts = [topk.decode(*download.wait()) for download in self._downloads]
        finally:
            self._scratch.close()
        placed = [_placed(*each) for each in zip(parts, self._chunks, strict=True)]
        return [
            merge([part[probe] for part in placed], depth)
            for probe, depth in enumerate(self._depths)
        ]


@dataclass(frozen=True, slots=True)
class _Probes:
    codes: DeviceArray
    used: DeviceArray
    halves: DeviceArray
    count: int


def _send_probes(scratch: Scratch, blobs: Sequence[bytes]) -> _Probes:
    codes = np.zeros((len(blobs), parameters.USED_MAX, limits.CODE_WORDS), np.uint64)
    used = np.zeros(len(blobs), np.int32)
    for number, blob in enumerate(blobs):
        minutiae, own = unpack(blob)
        used[number] = used_count(minutiae)
        codes[number, : used[number]] = own[: used[number]]
    halves = scratch.upload(parameters.THRESHOLD_HALVES)
    return _Probes(scratch.upload(codes), scratch.upload(used), halves, len(blobs))


def _kernel(device: Device) -> str:
    native = device.facts.architecture in TENSOR_CORES
    return "stage1_scores_b1" if native else "stage1_scores_popc"


def _placed(part: Sequence[topk.Selected], chunk: FingerChunk) -> list[topk.Selected]:
    """Return selections with rows of the whole gallery; DeviceError if they cannot be."""
    for one in part:
        is_row = (one.rows >= 0) & (one.rows < chunk.resident.templates)
        is_score = (one.scores >= 0) & (one.scores < SCORE_MAX)
        if not (is_row & is_score).all():
            raise DeviceError("the device answered rows or scores that cannot be")
    return [topk.Selected(one.rows + chunk.first, one.scores) for one in part]


def merge(parts: Sequence[topk.Selected], depth: int) -> topk.Selected:
    """Return the best of several selections of one probe: score falling, then row."""
    rows = np.concatenate([np.empty(0, np.int64), *(part.rows for part in parts)])
    scores = np.concatenate([np.empty(0, np.int32), *(part.scores for part in parts)])
    order: NDArray[np.intp] = np.lexsort((rows, -scores.astype(np.int64)))[:depth]
    return topk.Selected(rows[order], scores[order])
