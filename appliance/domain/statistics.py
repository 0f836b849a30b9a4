"""Figures of the exchange as its evaluation asks for them (Art. 21; IA Art. 13): counts alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from appliance.domain.codes import Bucket, Collection, SearchType


class MatchClass(StrEnum):
    """The kind of the probe against the kind of the collection."""

    PERSON_PERSON = "person_person"
    PERSON_TRACE = "person_trace"
    TRACE_PERSON = "trace_person"
    TRACE_TRACE = "trace_trace"

    @classmethod
    def of(cls, search_type: SearchType, collection: Collection) -> MatchClass:
        """Return the class of a match of a search in a collection."""
        probe = "person" if search_type.bucket is Bucket.IDENTIFIED else "trace"
        return cls(f"{probe}_{'person' if collection.identified else 'trace'}")


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One match class: ``probes`` compared, those ``probes_matched``, and the matches supplied."""

    match_class: MatchClass
    probes: int
    probes_matched: int
    matches: int
    hits: int
    no_hits: int
    disputed: int

    @property
    def unverified(self) -> int:
        """Matches that no expert has finally spoken of."""
        return self.matches - self.hits - self.no_hits - self.disputed


ANSWER_TIME_BOUNDS_S = (1, 10, 60, 600, 3_600, 21_600, 86_400)
"""Upper bounds of the counted times to answer; 24 hours are allowed (IA Art. 11(2))."""


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """Times to answer, from receipt or from the release of a request that was held.

    The nearest ranks, and ``counts`` by the bounds and above.
    """

    median_ms: int = 0
    p95_ms: int = 0
    counts: tuple[int, ...] = (0,) * (len(ANSWER_TIME_BOUNDS_S) + 1)


@dataclass(frozen=True, slots=True)
class PartyFigures:
    """The use that one Party made of one category; either is empty where a caller named none.

    ``refusals`` are (reason, count), most frequent first; ``unsuitable`` counts refused and failed
    requests whose probes suited no automated comparison (IA Art. 11(1)).
    """

    party: str
    category: str
    accepted: int
    answered: int
    failed: int
    cancelled: int
    accelerated: int
    unsuitable: int
    refusals: tuple[tuple[str, int], ...]
    classes: tuple[ClassFigures, ...]
    times: AnswerTimes

    @property
    def refused(self) -> int:
        """Requests refused, for whatever reason."""
        return sum(count for _, count in self.refusals)

    @property
    def open(self) -> int:
        """Requests that wait."""
        return self.accepted - self.answered - self.failed - self.cancelled


@dataclass(frozen=True, slots=True)
class MassFigures:
    """The mass comparisons (Art. 4) that a Party opened, with all that became of them since.

    ``jobs`` counts all, those not ended included; ``profiles`` were supplied, ``compared`` of them
    were compared, and ``matches`` were found.
    """

    party: str
    jobs: int
    finished: int
    cancelled: int
    failed: int
    profiles: int
    compared: int
    matches: int

    @property
    def open(self) -> int:
        """Mass comparisons that have not ended."""
        return self.jobs - self.finished - self.cancelled - self.failed


@dataclass(frozen=True, slots=True)
class CapacityFigures:
    """Searches that a Party used of one bucket."""

    party: str
    bucket: Bucket
    used: int


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the declared zone, both included."""

    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Statistics:
    """What was received in a period, with all that became of it since."""

    period: Period
    parties: tuple[PartyFigures, ...]
    capacities: tuple[CapacityFigures, ...]
    mass_comparisons: tuple[MassFigures, ...] = ()
