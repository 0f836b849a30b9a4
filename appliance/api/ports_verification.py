"""What the edge asks of the rooms of verification, notes and statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from appliance.domain.codes import Collection
from appliance.domain.note import Note
from appliance.domain.principal import Principal
from appliance.domain.statistics import Period, Statistics
from appliance.domain.verification import (
    NewStatement,
    Recorded,
    RequestVerification,
    StatedOutcome,
)


class VerificationDesk(Protocol):
    """Where experts say what matches are."""

    def record(self, principal: Principal, new: NewStatement) -> Recorded:
        """Put a statement on record; durable on return."""

    def request(
        self, principal: Principal, request_number: str, party: str = ""
    ) -> RequestVerification:
        """Return an answered request as its experts left it."""

    def outcomes(
        self, principal: Principal, after: int, limit: int, party: str = ""
    ) -> Sequence[StatedOutcome]:
        """Return statements after a number."""


class NoteDesk(Protocol):
    """Where the owner keeps notes."""

    def notes(
        self,
        principal: Principal,
        after: int,
        limit: int,
        *,
        collection: Collection | None = None,
        reference_number: str = "",
        removed: bool = False,
    ) -> Sequence[Note]:
        """Return notes after a number."""

    def remove(self, principal: Principal, number: int, reason: str) -> None:
        """Remove a note; durable on return."""


class StatisticsDesk(Protocol):
    """Where the exchange is counted."""

    def read(self, principal: Principal, period: Period, party: str = "") -> Statistics:
        """Return the figures of a period."""
