"""Reference numbers: which are taken, and by which item."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.domain.codes import Collection
from appliance.domain.errors import ApplianceError, ReferenceExists, ReferenceUnknown
from appliance.domain.reference_data import LoadItem
from appliance.store import catalogue_table
from appliance.store.database import Transaction


def require(tx: Transaction, collection: Collection, reference_number: str) -> int:
    """Return the ordinal of a live item; ReferenceUnknown if there is none."""
    ordinal = catalogue_table.live_ordinal(tx, collection, reference_number)
    if ordinal is None:
        raise ReferenceUnknown(f"{collection.value} holds nothing under {reference_number!r}")
    return ordinal


def refusals(tx: Transaction, items: Sequence[LoadItem]) -> list[ApplianceError | None]:
    """Return, per item, the ReferenceExists that refuses it, None where its number is free.

    A number is taken by a live item or by an earlier item of the same load.
    """
    found: list[ApplianceError | None] = []
    seen: set[tuple[Collection, str]] = set()
    for item in items:
        key = (item.collection, item.reference_number)
        known = key in seen or catalogue_table.live_ordinal(tx, *key) is not None
        seen.add(key)
        found.append(
            ReferenceExists(f"{item.collection.value} holds {item.reference_number!r} already")
            if known
            else None
        )
    return found
