"""A note: a Party's marking that there has already been a match for its data (Art. 1(3)(i))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.domain.codes import Collection
from appliance.domain.verification import Verification


class Occasion(StrEnum):
    """What a note says has happened.

    Art. 1(3)(i) speaks of DNA profiles and of a match, so a DNA profile is noted at the match. It
    does not speak of prints, whose candidates an examiner sifts: those are noted at the hit.
    """

    MATCH = "match"
    HIT = "hit"

    @classmethod
    def of(cls, collection: Collection) -> Occasion | None:
        """Return when data of a collection is noted, None for data of identified persons."""
        if collection.identified:
            return None
        return cls.MATCH if collection is Collection.DNA_UNIDENTIFIED else cls.HIT


@dataclass(frozen=True, slots=True)
class Note:
    """One note: the Party and request that matched, and since when.

    ``verification`` is what the Party's experts have said of that match since, None where the
    match came of no search. ``removed_at`` is None while the note stands.
    """

    number: int
    collection: Collection
    reference_number: str
    party: str
    request_number: str
    occasion: Occasion
    noted_at: datetime
    verification: Verification | None
    removed_at: datetime | None
    removal_reason: str
