"""Checking the record from its first leaf to its last, against every head ever signed.

The root is computed anew from the leaf hashes, a tile of 256 at a time. Cost of a leaf: one
decryption and two hashes; of a head: one check of a signature. Where tiles and heads come from is
the business of ``stored`` and ``export``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from appliance.audit.heads import Head
from appliance.audit.merkle import Frontier
from appliance.audit.period import years_after
from appliance.audit.tiles import Broken, Tile
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


class Verification:
    """One walk over the tiles with the heads beside it. One thread, used once."""

    def __init__(self, public_bytes: bytes) -> None:
        self._public_bytes = public_bytes
        self._frontier = Frontier()
        self._entries = 0
        self._opened = 0
        self._heads = 0
        self._newest: Head | None = None
        self._until: datetime | None = None
        self._later: Callable[[], datetime | None] = lambda: None
        # The deleted contents that no head stands over yet, but one will.
        self._deleted: list[int] = []

    def run(
        self,
        tiles: Iterable[Tile],
        heads: Iterable[Head],
        until: datetime | None,
        later: Callable[[], datetime | None] = lambda: None,
    ) -> RecordReport:
        """Return what was found. ``heads`` come by rising number, without a gap.

        ``until`` is when the last of them was signed, None if there are none. ``later`` is asked
        for the time of a signed head newer than all of them, where a record that grows may have
        one. Tiles and heads may raise Broken where what they read is not what was written.
        """
        self._until = until
        self._later = later
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
            end = self._entries + tile.size
            if head is not None:
                self._deleted += tile.deleted
            while head is not None and head.size < end:
                self._check(head, self._frontier.root(tile.first(head.size - self._entries)))
                head = next(heads, None)
            if tile.size == TILE:
                self._frontier.add(TILE_LEVELS, tile.root)
            if head is not None and head.size == end:
                rest = [] if tile.size == TILE else tile.first(tile.size)
                self._check(head, self._frontier.root(rest))
                head = next(heads, None)
            self._entries = end
            self._opened += tile.opened
        if head is not None:
            left = f"a head was signed over {head.size} entries, {self._entries} are left"
            raise Broken(self._entries + 1, left)

    def _check(self, head: Head, root: bytes) -> None:
        former = self._newest
        if former is not None:
            follows = (head.store, head.number) == (former.store, former.number + 1)
            if not follows or head.size <= former.size:
                raise Broken(former.size, f"head {head.number} does not follow {former.number}")
        try:
            head.verify(self._public_bytes)
        except StorageCorrupt:
            raise Broken(head.size, f"head {head.number} is not signed by this key") from None
        if root != head.root:
            begin = former.size + 1 if former is not None else 1
            raise Broken(begin, f"entries {begin}-{head.size} are not those under their head")
        self._check_deletion(head)
        self._newest = head
        self._heads += 1

    def _check_deletion(self, head: Head) -> None:
        """See that what was deleted under this head was two years old when the last was signed.

        It was recorded after the head before this one, whose time cannot be forged; of what the
        first head stands over nobody can say when it was recorded.
        """
        covered = bisect_right(self._deleted, head.size)
        if covered == 0:
            return
        if self._newest is not None and self._until is not None:
            over_at = years_after(self._newest.signed_at, RETENTION_YEARS_MIN)
            if over_at > self._until:
                # What expired since the walk began expired under a head that was signed since.
                self._until = self._later() or self._until
            if over_at > self._until:
                raise Broken(self._deleted[0], "the content was deleted before its time")
        del self._deleted[:covered]
