"""Stand-ins for the rooms of verification, notes and statistics; each remembers what was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from appliance.domain.codes import Bucket, Collection
from appliance.domain.note import Note, Occasion
from appliance.domain.principal import Principal
from appliance.domain.statistics import (
    AnswerTimes,
    CapacityFigures,
    ClassFigures,
    MassFigures,
    MatchClass,
    PartyFigures,
    Period,
    Statistics,
)
from appliance.domain.verification import (
    NewStatement,
    Outcome,
    ProbeVerification,
    Recorded,
    RequestVerification,
    StatedOutcome,
    Statement,
    SuppliedMatch,
    Verification,
)

AT = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
SAID = Statement(Outcome.HIT, "ME-0001", "looked again", 2, AT, AT)
MATCH = SuppliedMatch(1, "P-1", Collection.TP, "TP-1", 1, None, Verification.UNCONFIRMED)


@dataclass
class FakeVerification:
    """Holds ``stated`` statements."""

    stated: int = 2
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def record(self, principal: Principal, new: NewStatement) -> Recorded:
        """Remember a statement."""
        self.asked.append((principal.party, new))
        return Recorded(Verification.HIT, replayed=len(self.asked) > 1)

    def request(
        self, principal: Principal, request_number: str, party: str = ""
    ) -> RequestVerification:
        """Return a request with one match and one no-match."""
        self.asked.append((principal.party, request_number, party))
        probes = (ProbeVerification("P-1", (MATCH,)), ProbeVerification("P-2", ()))
        return RequestVerification(principal.party, request_number, probes)

    def outcomes(
        self, principal: Principal, after: int, limit: int, party: str = ""
    ) -> list[StatedOutcome]:
        """Return a page."""
        self.asked.append((principal.party, after, limit, party))
        last = min(self.stated, after + limit)
        return [
            StatedOutcome(at, "ME", "Q-1", "P-1", Collection.TP, "TP-1", SAID, Verification.HIT)
            for at in range(after + 1, last + 1)
        ]


@dataclass
class FakeNotes:
    """Holds one note that stands and one that was removed."""

    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def notes(
        self,
        principal: Principal,
        after: int,
        limit: int,
        *,
        collection: Collection | None = None,
        reference_number: str = "",
        removed: bool = False,
    ) -> list[Note]:
        """Return both."""
        self.asked.append((after, limit, collection, reference_number, removed))
        said = Verification.UNVERIFIED
        match, hit = Occasion.MATCH, Occasion.HIT
        stain, latent = Collection.DNA_UNIDENTIFIED, Collection.UL
        return [
            Note(4, stain, "S-1", "ME", "Q-1", match, AT, said, None, ""),
            Note(5, latent, "U-1", "MK", "Q-2", hit, AT, None, AT, "a mistake"),
        ]

    def remove(self, principal: Principal, number: int, reason: str) -> None:
        """Remember it."""
        self.asked.append((number, reason))


@dataclass
class FakeStatistics:
    """Says the same of every period."""

    asked: list[tuple[Period, str]] = field(default_factory=list)

    def read(self, principal: Principal, period: Period, party: str = "") -> Statistics:
        """Return figures that are all different."""
        self.asked.append((period, party))
        classes = (ClassFigures(MatchClass.TRACE_PERSON, 20, 12, 30, 11, 7, 2),)
        figures = PartyFigures(
            "ME", "dactyloscopic", 30, 19, 4, 5, 3, 1, (("PURPOSE_UNKNOWN", 6), ("ROLE_DENIED", 1)),
            classes, AnswerTimes(1_200, 9_800, (9, 5, 2, 1, 1, 1, 0, 0)),
        )  # fmt: skip
        capacity = CapacityFigures("ME", Bucket.NOT_YET_IDENTIFIED, 23)
        mass = MassFigures("ME", 26, 13, 5, 2, 5_300, 4_100, 77)
        return Statistics(period, (figures,), (capacity,), (mass,))
