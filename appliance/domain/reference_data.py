"""Reference data: what a Party holds under a reference number, and nothing that names a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appliance.domain.codes import Collection


@dataclass(frozen=True, slots=True)
class LoadItem:
    """One item to load: ``record`` as received (kept), ``packed`` as the kernels read it."""

    collection: Collection
    reference_number: str
    record: bytes
    packed: bytes


@dataclass(frozen=True, slots=True)
class StoredItem:
    """One item as it is held."""

    collection: Collection
    reference_number: str
    ordinal: int
    record: bytes
    loaded_at: datetime
    flagged: bool
