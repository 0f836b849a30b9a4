"""The desk where this Party's own reference data is loaded and looked up.

Reference data is a template or a profile and a number, nothing else (Art. 2(2), 5). Every load
is on record in its own commit, every reading before it is told; ``duties_desk`` has the rest.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Sequence

from appliance.access import roles
from appliance.audit.record import Record
from appliance.domain import limits
from appliance.domain.clock import Clock
from appliance.domain.codes import Collection, Role
from appliance.domain.errors import (
    ApplianceError,
    FieldViolation,
    RequestInvalid,
)
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.domain.reference_data import LoadItem, StoredItem
from appliance.exchange.ports import OfferedItem
from appliance.exchange.preparation import Preparation
from appliance.gallery.gallery import Gallery
from appliance.store.database import Transaction
from appliance.telemetry.metrics import Metrics


class ReferenceDesk:
    """Serves this Party's administrator. Thread-safe."""

    def __init__(
        self,
        gallery: Gallery,
        record: Record,
        preparation: Preparation,
        clock: Clock,
        metrics: Metrics | None = None,
    ) -> None:
        self._gallery = gallery
        self._record = record
        self._preparation = preparation
        self._clock = clock
        self._metrics = metrics

    def load(
        self, principal: Principal, items: Sequence[OfferedItem]
    ) -> list[ApplianceError | tuple[str, ...]]:
        """Load items; return the warnings of each accepted one, else why it was refused.

        The accepted are durable, visible to searches and on record when this returns; one bad item
        never harms another. Raises RoleDenied, RequestInvalid above LOAD_ITEMS_PER_MESSAGE_MAX
        items, RecordUnavailable or ConfigurationInvalid (memory budget): nothing is loaded then.
        """
        roles.require(principal, Role.ADMINISTRATOR)
        if len(items) > limits.LOAD_ITEMS_PER_MESSAGE_MAX:
            bounds = f"{len(items)}, at most {limits.LOAD_ITEMS_PER_MESSAGE_MAX} at a time"
            raise RequestInvalid([FieldViolation("items", bounds)])
        prepared = self._preparation.all(items)
        good = [each for each in prepared if isinstance(each, LoadItem)]
        details = _load_details(principal, good)

        def also(tx: Transaction, accepted: Sequence[LoadItem]) -> None:
            if accepted:
                entry = {**details, "accepted": str(len(accepted))}
                subjects = [(item.collection, item.reference_number) for item in accepted]
                self._record.append(tx, Act.REFERENCE_LOADED, principal.party, entry, subjects)

        begun_s = time.perf_counter()
        found = self._gallery.load(good, also)
        if None in found:
            self._record.observe_commit(begun_s)
        refusals = iter(found)
        outcomes = [
            each if isinstance(each, ApplianceError) else next(refusals) or each.warnings
            for each in prepared
        ]
        self._observe(items, outcomes)
        return outcomes

    def get(
        self, principal: Principal, collection: Collection, reference_number: str
    ) -> StoredItem:
        """Return an item after its reading is on record. Raises ReferenceUnknown."""
        roles.require(principal, Role.ADMINISTRATOR)
        item = self._gallery.get(collection, reference_number)
        details = _item_details(principal, collection, reference_number)
        self._record.write(
            Act.REFERENCE_READ, principal.party, details, [(collection, reference_number)]
        )
        return item

    def count(self) -> dict[Collection, int]:
        """Return how many items each collection holds."""
        return self._gallery.count()

    def _observe(
        self, items: Sequence[OfferedItem], outcomes: Sequence[ApplianceError | tuple[str, ...]]
    ) -> None:
        results = Counter(
            (item.collection, "refused" if isinstance(outcome, ApplianceError) else "accepted")
            for item, outcome in zip(items, outcomes, strict=True)
        )
        for (collection, result), number in results.items():
            self._count(collection, result, number)

    def _count(self, collection: Collection, result: str, number: int) -> None:
        if self._metrics is not None:
            self._metrics.loaded(collection.value, result, number)


def _load_details(principal: Principal, items: Sequence[LoadItem]) -> dict[str, str]:
    """Return what the record says of a load: how much, and a digest of which numbers."""
    digest = hashlib.sha256()
    for item in items:
        digest.update(f"{item.collection.value},{item.reference_number}\n".encode())
    return {
        "certificate": principal.fingerprint,
        "well_formed": str(len(items)),
        "references_digest": digest.hexdigest(),
    }


def _item_details(
    principal: Principal, collection: Collection, reference_number: str
) -> dict[str, str]:
    return {
        "certificate": principal.fingerprint,
        "collection": collection.value,
        "reference_number": reference_number[: limits.REFERENCE_NUMBER_CHARS_MAX],
    }
