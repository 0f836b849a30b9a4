"""The catalogue: which item lies in which block, and what became of it.

A deleted item keeps its row, without a live reference number, until its segment is rewritten
without it; the row goes in the same transaction. Ordinals are never given twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from appliance.domain.codes import Collection
from appliance.domain.reference_data import StoredItem
from appliance.store.database import Transaction
from appliance.store.segment_layout import BlockPlace

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class CatalogueRow(NamedTuple):
    """One item: what it is, where it lies (``position`` within its block), and since when.

    A plain tuple of what the database holds: millions of them are read at a start.
    """

    ordinal: int
    collection: str
    reference_number: str
    place: BlockPlace
    position: int
    loaded_us: int
    flagged: int
    restricted: int
    expires_us: int | None

    @property
    def expires_at(self) -> datetime | None:
        """When its time is over, None where no end is set."""
        return None if self.expires_us is None else _EPOCH + self.expires_us * _MICROSECOND

    def stored(self, record: bytes) -> StoredItem:
        """Return the item with its record."""
        return StoredItem(
            Collection(self.collection),
            self.reference_number,
            self.ordinal,
            record,
            _EPOCH + self.loaded_us * _MICROSECOND,
            bool(self.flagged),
            bool(self.restricted),
            self.expires_at,
        )


class NewItem(NamedTuple):
    """An item to add, and where it lies."""

    ordinal: int
    collection: str
    reference_number: str
    segment: int
    block: int
    position: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Expired:
    """A live item whose time is over."""

    collection: Collection
    reference_number: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SegmentUse:
    """How many items a segment holds, and how many of them may be erased."""

    segment: int
    items: int
    erasable: int


_ROW = (
    "SELECT i.ordinal, i.collection, i.reference_number, i.position, i.loaded_at, i.flagged,"
    " i.restricted, i.expires_at,"
    " b.segment, b.number, b.start, b.bytes, b.checksum"
    " FROM item AS i JOIN block AS b ON b.segment = i.segment AND b.number = i.block"
)

_MARKED = (
    "SELECT reference_number FROM item WHERE deleted_at IS NULL AND collection = ?"
    " AND reference_number >= ? AND reference_number < ? LIMIT 1"
)
_UNMARKED = (
    "SELECT reference_number FROM item WHERE deleted_at IS NULL AND collection = ?"
    " AND (reference_number < ? OR reference_number >= ?) LIMIT 1"
)


def microseconds(moment: datetime) -> int:
    """Return a moment as microseconds since 1970, UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def _row(values: tuple[Any, ...]) -> CatalogueRow:
    ordinal, collection, reference, position, *facts = values[:8]
    place = BlockPlace(*values[8:])
    return CatalogueRow(ordinal, collection, reference, place, position, *facts)


def stray(tx: Transaction, prefix: str, *, marked: bool) -> str | None:
    """Return a live reference number without ``prefix``, where all should be ``marked`` by it.

    With it, where none should be; None if there is no such item. One look-up per collection.
    """
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    for collection in Collection:
        rows = tx.execute(_UNMARKED if marked else _MARKED, (collection.value, prefix, after))
        if rows:
            return str(rows[0][0])
    return None


def next_ordinal(tx: Transaction) -> int:
    """Return the ordinal after the last one ever given, 1 at first."""
    rows = tx.execute("SELECT seq FROM sqlite_sequence WHERE name = 'item'")
    return int(rows[0][0]) + 1 if rows else 1


def live_ordinal(tx: Transaction, collection: Collection, reference_number: str) -> int | None:
    """Return the ordinal of the live item under a reference number, None if there is none."""
    rows = tx.execute(
        "SELECT ordinal FROM item"
        " WHERE collection = ? AND reference_number = ? AND deleted_at IS NULL",
        (collection.value, reference_number),
    )
    return int(rows[0][0]) if rows else None


def rows_of(tx: Transaction, ordinals: Sequence[int]) -> dict[int, CatalogueRow]:
    """Return what is known of items by ordinal, deleted ones too while their bytes exist."""
    found: dict[int, CatalogueRow] = {}
    for ordinal in ordinals:
        for values in tx.iterate(_ROW + " WHERE i.ordinal = ?", (ordinal,)):
            found[ordinal] = _row(values)
    return found


def live_rows(tx: Transaction) -> Iterator[CatalogueRow]:
    """Hand out what may be searched by rising ordinal; items of one block follow each other."""
    searched = " WHERE i.deleted_at IS NULL AND i.restricted = 0 ORDER BY i.ordinal"
    return map(_row, tx.iterate(_ROW + searched))


def kept_rows(tx: Transaction, segment: int, erase_until: datetime) -> list[CatalogueRow]:
    """Return the items of a segment by rising ordinal, without those deleted until a moment."""
    sql = _ROW + (
        " WHERE i.segment = ? AND (i.deleted_at IS NULL OR i.deleted_at > ?)"
        " ORDER BY i.block, i.position"
    )
    return [_row(values) for values in tx.iterate(sql, (segment, microseconds(erase_until)))]


def live_count(tx: Transaction) -> int:
    """Return how many items ``live_rows`` hands out."""
    searched = "SELECT count(*) FROM item WHERE deleted_at IS NULL AND restricted = 0"
    return int(tx.execute(searched)[0][0])


def segment_ends(tx: Transaction) -> dict[int, int]:
    """Return where the last block of each segment ends."""
    rows = tx.execute("SELECT segment, max(start + bytes) FROM block GROUP BY segment")
    return {int(segment): int(end) for segment, end in rows}


def segment_uses(tx: Transaction, erase_until: datetime) -> list[SegmentUse]:
    """Return the segments that hold items deleted until a moment."""
    rows = tx.execute(
        "SELECT d.segment, (SELECT count(*) FROM item AS i WHERE i.segment = d.segment), count(*)"
        " FROM item AS d WHERE d.deleted_at <= ? GROUP BY d.segment",
        (microseconds(erase_until),),
    )
    return [SegmentUse(*row) for row in rows]


def add_blocks(tx: Transaction, places: Sequence[BlockPlace]) -> None:
    """Name blocks that are durable in their segment."""
    tx.execute_many(
        "INSERT INTO block (segment, number, start, bytes, checksum) VALUES (?, ?, ?, ?, ?)",
        [(p.segment, p.number, p.start, p.size_bytes, p.checksum) for p in places],
    )


def add_items(tx: Transaction, items: Sequence[NewItem], loaded_at: datetime) -> None:
    """Add items."""
    stamp = microseconds(loaded_at)
    tx.execute_many(
        "INSERT INTO item (ordinal, collection, reference_number, segment, block, position,"
        " expires_at, loaded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(*item[:6], _expires_us(item.expires_at), stamp) for item in items],
    )


def mark_deleted(tx: Transaction, ordinal: int, deleted_at: datetime) -> None:
    """Delete an item: its reference number is free again and it is never read into memory."""
    tx.execute(
        "UPDATE item SET deleted_at = ? WHERE ordinal = ?", (microseconds(deleted_at), ordinal)
    )


def mark_flagged(tx: Transaction, ordinal: int, flagged: bool) -> None:
    """Flag an item as contested, or take the flag away."""
    tx.execute("UPDATE item SET flagged = ? WHERE ordinal = ?", (int(flagged), ordinal))


def mark_restricted(tx: Transaction, ordinal: int) -> None:
    """Keep an item out of every search (Art. 15(3)); a released item is a new one."""
    tx.execute("UPDATE item SET restricted = 1 WHERE ordinal = ?", (ordinal,))


def mark_expiring(tx: Transaction, ordinal: int, expires_at: datetime | None) -> None:
    """Set when the time of an item is over, None for no end."""
    tx.execute(
        "UPDATE item SET expires_at = ? WHERE ordinal = ?", (_expires_us(expires_at), ordinal)
    )


def expired(tx: Transaction, at: datetime, limit: int) -> list[Expired]:
    """Return up to ``limit`` live items whose time was over at an instant, the oldest first."""
    return [
        Expired(Collection(collection), reference, _EPOCH + expires_us * _MICROSECOND)
        for collection, reference, expires_us in tx.execute(
            "SELECT collection, reference_number, expires_at FROM item"
            " WHERE expires_at <= ? AND deleted_at IS NULL ORDER BY expires_at, ordinal LIMIT ?",
            (microseconds(at), limit),
        )
    ]


def _expires_us(expires_at: datetime | None) -> int | None:
    return None if expires_at is None else microseconds(expires_at)


def move_items(tx: Transaction, places: Sequence[tuple[int, int, int, int]]) -> None:
    """Point items at where they lie now: (segment, block, position, ordinal) each."""
    tx.execute_many(
        "UPDATE item SET segment = ?, block = ?, position = ? WHERE ordinal = ?", places
    )


def forget_segment(tx: Transaction, segment: int, erase_until: datetime) -> None:
    """Remove the rows of a segment whose kept items have moved; a live one left raises."""
    tx.execute(
        "DELETE FROM item WHERE segment = ? AND deleted_at <= ?",
        (segment, microseconds(erase_until)),
    )
    tx.execute("DELETE FROM block WHERE segment = ?", (segment,))
