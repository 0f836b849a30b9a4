"""A gallery over real files, with packed items that tests can read back from memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.domain.codes import Category, Collection
from appliance.domain.reference_data import LoadItem
from appliance.gallery.epoch import Epoch
from appliance.gallery.gallery import Gallery
from appliance.gallery.ports import Assembler
from appliance.keys.master_key import MasterKey
from appliance.store import setting_table
from appliance.store.database import Database, Transaction
from appliance.store.segments import SegmentStore
from tests.store.never_fatal import never_fatal

MASTER = MasterKey(b"\x07" * 32)


class TupleAssembler:
    """Keeps packed items as a tuple; refuses one that says it is malformed."""

    def assemble(self, packed: Sequence[bytes]) -> object:
        if b"malformed" in packed:
            raise ValueError("a packed item is malformed")
        return tuple(packed)

    def rows(self, packed: Sequence[bytes]) -> Sequence[int]:
        return [1] * len(packed)

    def concatenate(self, residents: Sequence[object]) -> object:
        return tuple(blob for resident in residents for blob in resident)  # type: ignore[attr-defined]

    def nbytes(self, resident: object) -> int:
        return sum(map(len, resident))  # type: ignore[call-overload]


def assemblers() -> dict[Category, Assembler]:
    """Return an assembler per category."""
    return {category: TupleAssembler() for category in Category}


class SteppedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.passed_s = 0.0

    def now(self) -> datetime:
        return datetime(2026, 5, 4, 3, 2, 1, 123456, UTC) + timedelta(seconds=self.passed_s)

    def monotonic_s(self) -> float:
        return self.passed_s


class Bench:
    """A gallery on a folder; ``reopen`` is a restart of the process."""

    def __init__(
        self, folder: Path, *, memory_budget_bytes: int = 1 << 30, merge: bool = False
    ) -> None:
        self.folder = folder
        self.clock = SteppedClock()
        self.database = Database(folder / "appliance.db", on_fatal=never_fatal)
        self.segments = SegmentStore(
            folder / "segments",
            MASTER,
            self.database.read(setting_table.store_id),
            on_fatal=never_fatal,
        )
        self.gallery = Gallery(
            self.database,
            self.segments,
            assemblers(),
            self.clock,
            memory_budget_bytes=memory_budget_bytes,
            merge=merge,
        )

    def close(self) -> None:
        """Stop as the service does."""
        self.gallery.close()
        self.database.close()

    def load(self, *items: LoadItem) -> list[bool]:
        """Load items and say which were accepted."""
        return [error is None for error in self.gallery.load(items, nothing)]


def opened(folder: Path, *, memory_budget_bytes: int = 1 << 30, merge: bool = False) -> Bench:
    """Return an open gallery on a folder."""
    bench = Bench(folder, memory_budget_bytes=memory_budget_bytes, merge=merge)
    bench.gallery.open()
    return bench


def nothing(_tx: Transaction, _taken: Sequence[LoadItem] = ()) -> None:
    """Record nothing beside a change."""


def item(number: int, collection: Collection = Collection.TP, size_bytes: int = 40) -> LoadItem:
    """Return a made-up item whose bytes follow from its number."""
    record = f"record {number} ".encode() * (1 + size_bytes // 10)
    return LoadItem(collection, f"REF-{number}", record, f"packed {number}".encode())


def visible(epoch: Epoch) -> list[bytes]:
    """Return the packed items that a search of an epoch would see, in order."""
    return [
        blob
        for chunk in epoch.chunks
        for blob, removed in zip(chunk.resident, chunk.removed, strict=True)  # type: ignore[call-overload]
        if not removed
    ]
