"""Checking the record from its first leaf to its last, against every head ever signed.

The root is computed anew from the leaf hashes, a tile of 256 at a time; every content that is
kept still is hashed again. Cost of a leaf: one decryption and two hashes; of a head: one check of
a signature. Where leaves and heads come from is the business of ``stored`` and ``export``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from appliance.audit import leaf, merkle
from appliance.audit.heads import Head
from appliance.audit.merkle import Frontier
from appliance.audit.period import years_after
from appliance.audit.tree import TILE, TILE_LEVELS
from appliance.domain.errors import StorageCorrupt

RETENTION_YEARS_MIN = 2  # Art. 17(4)


@dataclass(frozen=True, slots=True)
class RecordReport:
    """What a verification found: ``broken_at`` is the first sequence in doubt, 0 if none is.

    ``entries`` leaves were checked against ``heads`` signed heads, the contents of ``opened`` of
    them too. ``signed`` leaves are under a head: those after them are protected by nothing yet.
    """

    entries: int
    heads: int
    opened: int
    signed: int
    intact: bool = True
    broken_at: int = 0
    reason: str = ""


class Broken(Exception):
    """The record is not what was written, from ``sequence`` on."""

    def __init__(self, sequence: int, reason: str) -> None:
        super().__init__(reason)
        self.sequence = sequence
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Tile:
    """Up to 256 neighbouring leaves, all but the last tile full.

    ``contents`` are the leaves themselves, one for each hash: None where it is not at hand, b""
    where it was deleted because its time was over.
    """

    hashes: Sequence[bytes]
    contents: Sequence[bytes | None]


class Verification:
    """One walk over the leaves with the heads beside it."""

    def __init__(self, public_bytes: bytes) -> None:
        self._public_bytes = public_bytes
        self._frontier = Frontier()
        self._entries = 0
        self._opened = 0
        self._heads = 0
        self._newest: Head | None = None
        # The last deleted content that no head stands over yet.
        self._deleted_at = 0
        # The last deleted content, and when the head before it was signed: not before that was it
        # recorded, so not before two years after that may it be gone.
        self._deletion: tuple[datetime, int] | None = None

    def run(self, tiles: Iterable[Tile], heads: Iterable[Head]) -> RecordReport:
        """Return what was found. ``heads`` come by rising number, without a gap."""
        try:
            self._walk(tiles, iter(heads))
        except Broken as broken:
            return self._report(False, broken.sequence, broken.reason)
        except StorageCorrupt as error:
            return self._report(False, self._entries + 1, error.message)
        return self._report(True, 0, "")

    def _report(self, intact: bool, broken_at: int, reason: str) -> RecordReport:
        signed = self._newest.size if self._newest is not None else 0
        return RecordReport(
            self._entries, self._heads, self._opened, signed, intact, broken_at, reason
        )

    def _walk(self, tiles: Iterable[Tile], heads: Iterator[Head]) -> None:
        head = next(heads, None)
        for tile in tiles:
            self._check_contents(tile)
            hashes = tile.hashes
            end = self._entries + len(hashes)
            while head is not None and head.size <= end:
                self._check_head(head, hashes)
                head = next(heads, None)
            if len(hashes) == TILE:
                self._frontier.add(TILE_LEVELS, merkle.root_of(hashes))
            self._entries = end
        if head is not None:
            left = f"a head was signed over {head.size} entries, {self._entries} are left"
            raise Broken(self._entries + 1, left)
        if self._deletion is not None and self._newest is not None:
            signed_at, sequence = self._deletion
            if years_after(signed_at, RETENTION_YEARS_MIN) > self._newest.signed_at:
                raise Broken(sequence, "the content was deleted before its time")

    def _check_contents(self, tile: Tile) -> None:
        sequence = self._entries
        sha256 = hashlib.sha256
        for expected, content in zip(tile.hashes, tile.contents, strict=True):
            sequence += 1
            if content is None:
                continue
            if not content:
                self._deleted_at = sequence
                continue
            if sha256(b"\0" + content).digest() != expected:
                raise Broken(sequence, "the entry is not the one the tree was built over")
            if not leaf.begins(content, sequence):
                raise Broken(sequence, "the entry belongs elsewhere in the record")
            self._opened += 1

    def _check_head(self, head: Head, hashes: Sequence[bytes]) -> None:
        former = self._newest
        if former is not None:
            if head.number != former.number + 1:
                raise Broken(former.size, f"head {former.number} is followed by head {head.number}")
            if head.size <= former.size or head.store != former.store:
                raise Broken(former.size, f"head {head.number} does not go on from the one before")
        try:
            head.verify(self._public_bytes)
        except StorageCorrupt:
            raise Broken(head.size, f"head {head.number} is not signed by this key") from None
        if self._frontier.root(hashes[: head.size - self._entries]) != head.root:
            at = former.size + 1 if former is not None else 1
            raise Broken(
                at, f"the entries up to {head.size} are not those under head {head.number}"
            )
        if self._deleted_at:
            if former is not None:
                self._deletion = (former.signed_at, min(self._deleted_at, head.size))
            if self._deleted_at <= head.size:
                self._deleted_at = 0
        self._newest = head
        self._heads += 1
