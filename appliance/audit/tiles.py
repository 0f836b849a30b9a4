"""Tiles: 256 neighbouring leaves and what was seen of them, the unit in which a record is checked.

A tile can be checked without any other, so that a long record is checked by several processes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from appliance.audit import leaf, merkle
from appliance.domain.errors import StorageCorrupt

DELETED = b""
"""Stands for a content that was deleted because its time was over."""


class Broken(Exception):
    """The record is not what was written, from ``sequence`` on."""

    def __init__(self, sequence: int, reason: str) -> None:
        super().__init__(sequence, reason)
        self.sequence = sequence
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Tile:
    """A checked tile: ``size`` leaves (fewer than 256 only at the end), their root and hashes.

    ``opened`` contents were seen to be those of their leaves; ``deleted`` are the
    sequences whose content was deleted.
    """

    size: int
    root: bytes
    hashes: bytes
    opened: int
    deleted: tuple[int, ...]

    def first(self, leaves: int) -> list[bytes]:
        """Return the hashes of the first leaves."""
        size = merkle.HASH_BYTES
        return [self.hashes[at : at + size] for at in range(0, leaves * size, size)]


def check(first: int, hashes: Sequence[bytes], contents: Iterable[bytes | None]) -> Tile:
    """Return the tile of leaf hashes from sequence ``first`` on, if the contents are theirs.

    ``contents`` gives one leaf for each hash, salt and all: None where it is not at hand, DELETED
    where it was deleted. It is asked for one at a time, and none is held: a tile of leaves is more
    than a processor keeps close by. Raises Broken at the first that is not the one hashed, or
    where ``contents`` raises StorageCorrupt.
    """
    sha256 = hashlib.sha256
    opened = 0
    deleted: list[int] = []
    sequence = first - 1
    sequences = range(first, first + len(hashes))
    try:
        for sequence, expected, content in zip(sequences, hashes, contents, strict=True):
            if content:
                if sha256(b"\0" + content).digest() != expected:
                    raise Broken(sequence, "the entry is not the one the tree was built over")
                if not leaf.begins(content, sequence):
                    raise Broken(sequence, "the entry belongs elsewhere in the record")
                opened += 1
            elif content is not None:
                deleted.append(sequence)
    except StorageCorrupt as error:
        raise Broken(sequence + 1, error.message) from None
    return Tile(len(hashes), merkle.root_of(hashes), b"".join(hashes), opened, tuple(deleted))
