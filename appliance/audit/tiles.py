"""Tiles: 256 neighbouring leaves and what was seen of them, the unit in which a record is checked.

A tile can be checked without any other, so that a long record is checked by several processes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from appliance.audit import leaf, merkle

DELETED = b""
"""Stands for a content that was deleted because its time was over."""
_ALTERED = "the entry is not the one the tree was built over"
_MISPLACED = "the entry belongs elsewhere in the record"


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


def check(first: int, hashes: Sequence[bytes], contents: Sequence[bytes | None]) -> Tile:
    """Return the tile of leaf hashes from sequence ``first`` on, if the contents are theirs.

    ``contents`` holds one leaf for each hash, salt and all: None where it is not at hand, DELETED
    where it was deleted. Raises Broken at the first that is not the one hashed.
    """
    sha256 = hashlib.sha256
    # Short loops in place of a long one: a verification spends most of its time here.
    altered = [
        sequence
        for sequence, expected, content in zip(count(first), hashes, contents, strict=False)
        if content and sha256(b"\0" + content).digest() != expected
    ]
    misplaced = leaf.misplaced(first, contents)
    if altered or misplaced:
        begin = min(altered + misplaced)
        raise Broken(begin, _ALTERED if begin in altered else _MISPLACED)
    deleted = [sequence for sequence, content in enumerate(contents, first) if content == DELETED]
    opened = len(contents) - contents.count(None) - len(deleted)
    return Tile(len(hashes), merkle.root_of(hashes), b"".join(hashes), opened, tuple(deleted))
