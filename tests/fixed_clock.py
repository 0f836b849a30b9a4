"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FixedClock:
    """Satisfies ``appliance.domain.clock.Clock``; starts on a working day at noon, UTC."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)) -> None:
        self.time = now

    def now(self) -> datetime:
        """Return the time the test set."""
        return self.time

    def monotonic_s(self) -> float:
        """Return seconds that follow the set time."""
        return self.time.timestamp()

    def advance(self, **delta: float) -> None:
        """Move on by a timedelta given as keywords."""
        self.time += timedelta(**delta)
