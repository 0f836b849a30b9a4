"""The duties of data quality: why data is erased, why a flag may go, and what proves an erasure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.domain.codes import Collection


class ErasureCause(StrEnum):
    """Why an item was deleted (Art. 15(1), (3))."""

    INCORRECT = "incorrect"  # it was wrong, or should not have been supplied
    CORRECTED = "corrected"  # it was wrong, and right data took its place
    NO_LONGER_NECESSARY = "no_longer_necessary"
    TERM_OVER = "term_over"  # the maximum period that its owner set


class FlagBasis(StrEnum):
    """By whose word the flag of contested data may be removed (Art. 15(2))."""

    CONSENT = "consent"  # of the data subject
    COURT = "court"
    AUTHORITY = "authority"  # the independent data protection authority


@dataclass(frozen=True, slots=True)
class Erasure:
    """What became of one deleted item.

    ``record_digest`` is the SHA-256 of the record as it was held; ``ordered_by`` names who asked,
    by certificate, or the appliance itself. ``erased_at`` and ``certificate``, a signed document,
    are there once no copy is left in memory, on a device or in a segment.
    """

    number: int
    collection: Collection
    reference_number: str
    record_digest: bytes
    cause: ErasureCause
    ordered_by: str
    deleted_at: datetime
    erased_at: datetime | None = None
    certificate: str = ""
