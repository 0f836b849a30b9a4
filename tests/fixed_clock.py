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


class SettableClock(FixedClock):
    """A clock whose wall time can be set apart from its monotonic time."""

    def __init__(self, now: datetime | None = None) -> None:
        super().__init__(now or FixedClock().now())
        self.uptime_s = 1_000.0

    def monotonic_s(self) -> float:
        """Return seconds that only ``advance`` moves."""
        return self.uptime_s

    def advance(self, **delta: float) -> None:
        """Let time pass on both."""
        super().advance(**delta)
        self.uptime_s += timedelta(**delta).total_seconds()

    def set_by(self, seconds: float) -> None:
        """Set the wall clock forward, or back."""
        self.time += timedelta(seconds=seconds)
