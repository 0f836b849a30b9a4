"""A desk of reference data for tests of the edge: it keeps items in a dictionary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from appliance.domain.codes import Collection
from appliance.domain.data_duties import Erasure
from appliance.domain.errors import ApplianceError, ReferenceExists, ReferenceUnknown
from appliance.domain.notice import Notice
from appliance.domain.principal import Principal
from appliance.domain.reference_data import StoredItem
from appliance.exchange.duties_desk import Deleted
from appliance.exchange.ports import OfferedItem
from tests.fake_rooms import NOW


@dataclass
class FakeReference:
    """Holds items in a dictionary; ``before_load`` is called within each load."""

    items: dict[tuple[Collection, str], Any] = field(default_factory=dict)
    flags: set[tuple[Collection, str]] = field(default_factory=set)
    batches: list[int] = field(default_factory=list)
    before_load: Callable[[], None] = lambda: None

    def load(self, principal: Principal, items: Sequence[Any]) -> list[ApplianceError | None]:
        """Keep what is new."""
        self.before_load()
        self.batches.append(len(items))
        outcomes: list[ApplianceError | None] = []
        for item in items:
            key = (item.collection, item.reference_number)
            if key in self.items:
                outcomes.append(ReferenceExists(f"{item.reference_number} is held already"))
            else:
                self.items[key] = item
                outcomes.append(None)
        return outcomes

    def correct(self, principal: Principal, item: OfferedItem, reason: str) -> Deleted:
        """Put an item in the place of another."""
        self._held(item.collection, item.reference_number)
        self.items[item.collection, item.reference_number] = item
        return Deleted(1, 0)

    def delete(
        self, principal: Principal, collection: Collection, reference_number: str, cause: str
    ) -> Deleted:
        """Forget an item."""
        self._held(collection, reference_number)
        del self.items[collection, reference_number]
        return Deleted(1, 0)

    def flag(
        self,
        principal: Principal,
        collection: Collection,
        reference_number: str,
        *,
        flagged: bool,
        basis: str,
        decision: str,
    ) -> None:
        """Flag an item."""
        self._held(collection, reference_number)
        (self.flags.add if flagged else self.flags.discard)((collection, reference_number))

    def restrict(
        self,
        principal: Principal,
        collection: Collection,
        reference_number: str,
        *,
        restricted: bool,
        reason: str,
    ) -> None:
        """Know the item, no more."""
        self._held(collection, reference_number)

    def set_end(
        self,
        principal: Principal,
        collection: Collection,
        reference_number: str,
        expires_at: datetime | None,
    ) -> None:
        """Know the item, no more."""
        self._held(collection, reference_number)

    def erasures(self, principal: Principal, after: int, limit: int) -> list[Erasure]:
        """Nothing was erased."""
        return []

    def page(self, after: int, limit: int) -> list[Notice]:
        """Nobody was told anything."""
        return []

    def get(
        self, principal: Principal, collection: Collection, reference_number: str
    ) -> StoredItem:
        """Return an item."""
        self._held(collection, reference_number)
        flagged = (collection, reference_number) in self.flags
        return StoredItem(collection, reference_number, 1, b"record", NOW, flagged)

    def count(self) -> dict[Collection, int]:
        """Count by collection."""
        found: dict[Collection, int] = {}
        for collection, _ in self.items:
            found[collection] = found.get(collection, 0) + 1
        return found

    def _held(self, collection: Collection, reference_number: str) -> None:
        if (collection, reference_number) not in self.items:
            raise ReferenceUnknown(f"{reference_number} is not held in {collection.value}")
