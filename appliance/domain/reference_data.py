"""Reference data: what a Party holds under a reference number, and nothing that names a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appliance.domain.codes import Collection

TEST_PREFIX = "TEST-"
"""How the reference numbers of test data begin: those of a pilot installation, and no others."""


@dataclass(frozen=True, slots=True)
class LoadItem:
    """One item to load: ``record`` as received (kept), ``packed`` as the kernels read it.

    ``expires_at`` is when its maximum period is over (Art. 15(3)), None where the owner set none.
    ``warnings`` say what seems wrong with the sequence of its fingers.
    """

    collection: Collection
    reference_number: str
    record: bytes
    packed: bytes
    expires_at: datetime | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredItem:
    """One item as it is held; a ``restricted`` one is never searched (Art. 15(3))."""

    collection: Collection
    reference_number: str
    ordinal: int
    record: bytes
    loaded_at: datetime
    flagged: bool
    restricted: bool = False
    expires_at: datetime | None = None
