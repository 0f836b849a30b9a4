"""The packed form of a fingerprint template: the same bytes on disk, on the host and on a device.

A blob is ``count`` (uint16, little endian), a reserved uint16, then ``count`` minutiae of 8 bytes,
then ``count`` codes of 32 bytes. Minutiae stand in order of falling quality (stable), so that a
stage that looks at the best ones takes a prefix. In memory a gallery is a structure of arrays:
the four code words apart, because stage 1 streams one word at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels import limits

LAYOUT_VERSION = 1

MINUTIA = np.dtype(
    [
        ("x", "<u2"),  # 1/8 px at 500 ppi, to the right
        ("y", "<u2"),  # 1/8 px at 500 ppi, upwards
        ("angle", "u1"),  # 1/256 turn, counter-clockwise from the x axis
        ("kind", "u1"),  # 0 other, 1 ridge ending, 2 bifurcation
        ("quality", "u1"),  # 1..100, 0 where the extractor gave none
        ("reserved", "u1"),
    ]
)

HEADER_BYTES = 4
CODE_BYTES = limits.CODE_BITS // 8

Minutiae = NDArray[np.void]
Codes = NDArray[np.uint64]


class LayoutError(ValueError):
    """A blob that is not a packed template: nothing may be read from it."""


@dataclass(frozen=True, slots=True)
class FingerGallery:
    """Packed templates side by side; immutable and safe to read from any thread.

    ``codes`` is uint64 [CODE_WORDS, total] (C order: one row per code word), ``minutiae`` is
    MINUTIA [total], ``starts`` is int64 [templates + 1] with ``starts[0] == 0``; template ``t``
    owns the columns ``starts[t]:starts[t + 1]``.
    """

    codes: Codes
    minutiae: Minutiae
    starts: NDArray[np.int64]

    @property
    def templates(self) -> int:
        """Number of templates."""
        return len(self.starts) - 1

    @property
    def nbytes(self) -> int:
        """Bytes held in memory."""
        return int(self.codes.nbytes + self.minutiae.nbytes + self.starts.nbytes)

    def rows(self, template: int) -> slice:
        """Columns of one template."""
        return slice(int(self.starts[template]), int(self.starts[template + 1]))

    def only(self, template: int) -> FingerGallery:
        """Return a gallery of that template alone, over the same memory."""
        columns = self.rows(template)
        starts = np.array([0, columns.stop - columns.start], np.int64)
        return FingerGallery(self.codes[:, columns], self.minutiae[columns], starts)


def quality_order(minutiae: Minutiae) -> Minutiae:
    """Return the minutiae by falling quality, equal ones in their given order."""
    order = np.argsort(-minutiae["quality"].astype(np.int16), kind="stable")
    return minutiae[order[: limits.FINGER_MINUTIAE_MAX]]


def pack(minutiae: Minutiae, codes: Codes) -> bytes:
    """Pack MINUTIA [n] in quality order and their codes, uint64 [n, CODE_WORDS], into a blob."""
    count = len(minutiae)
    if count > limits.FINGER_MINUTIAE_MAX:
        raise LayoutError(f"{count} minutiae, at most {limits.FINGER_MINUTIAE_MAX} can be packed")
    if codes.shape != (count, limits.CODE_WORDS):
        raise LayoutError(f"codes have shape {codes.shape}, expected {(count, limits.CODE_WORDS)}")
    header = count.to_bytes(2, "little") + b"\0\0"
    plain = minutiae.astype(MINUTIA, copy=False).tobytes()
    return header + plain + codes.astype("<u8", copy=False).tobytes()


def packed_bytes(count: int) -> int:
    """Length of a blob of ``count`` minutiae."""
    return HEADER_BYTES + count * (MINUTIA.itemsize + CODE_BYTES)


def unpack(blob: bytes) -> tuple[Minutiae, Codes]:
    """Return MINUTIA [n] and uint64 [n, CODE_WORDS] of a blob; LayoutError if it is none."""
    if len(blob) < HEADER_BYTES:
        raise LayoutError(f"blob of {len(blob)} bytes is shorter than its header")
    count = int.from_bytes(blob[:2], "little")
    if len(blob) != packed_bytes(count):
        raise LayoutError(f"blob of {len(blob)} bytes, {count} minutiae need {packed_bytes(count)}")
    split = HEADER_BYTES + count * MINUTIA.itemsize
    minutiae = np.frombuffer(blob, MINUTIA, count, HEADER_BYTES)
    codes = np.frombuffer(blob, "<u8", count * limits.CODE_WORDS, split)
    return minutiae, codes.reshape(count, limits.CODE_WORDS).astype(np.uint64, copy=False)


def assemble(blobs: Sequence[bytes]) -> FingerGallery:
    """Lay packed templates side by side; LayoutError if one of them is malformed."""
    parts = [unpack(blob) for blob in blobs]
    starts = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(minutiae) for minutiae, _ in parts], out=starts[1:])
    codes = np.empty((limits.CODE_WORDS, int(starts[-1])), np.uint64)
    minutiae = np.empty(int(starts[-1]), MINUTIA)
    for (part, code), start, stop in zip(parts, starts[:-1], starts[1:], strict=True):
        minutiae[start:stop] = part
        codes[:, start:stop] = code.T
    return FingerGallery(codes, minutiae, starts)


def concatenate(galleries: Sequence[FingerGallery]) -> FingerGallery:
    """Merge galleries in the given order into one."""
    if not galleries:
        return assemble([])
    counts = np.concatenate([np.diff(gallery.starts) for gallery in galleries])
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return FingerGallery(
        np.ascontiguousarray(np.concatenate([g.codes for g in galleries], axis=1)),
        np.concatenate([g.minutiae for g in galleries]),
        starts,
    )
