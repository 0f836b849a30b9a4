"""How fast a mass comparison may go beside live searches, and how long it will take.

Its work is cut into slices of a few milliseconds. Before each it looks whether a search runs or
waits, or did so just now, and lets it pass: searches come in bursts, and the next of a burst should
not meet a slice that has just begun. So that a centre that is searched all day still answers its
mass comparisons, a slice is let through once it was waited for long enough: SLICE_SHARE_MAX.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

SLICE_S = 0.010
"""What a slice should take; the number of its profiles follows from how long others took."""

SLICE_SHARE_MAX = 0.05
"""The share of the time that slices take at most while searches never pause."""

CALM_S = 0.050
"""For so long after the last search no slice is begun."""

LOOK_S = 0.002
RATE_WEIGHT = 0.05


class Pace:
    """Times the slices of the one thread that compares; any thread may ask ``seconds_left``."""

    def __init__(
        self,
        idle_s: Callable[[], float],
        stop: threading.Event,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """``idle_s`` tells the seconds since a search was last under way, 0 while one is."""
        self._idle_s = idle_s
        self._stop = stop
        self._monotonic_s = monotonic_s
        self._slice_profiles = 1.0
        self._took_s = SLICE_S
        self._seconds_each = 0.0

    def wait_turn(self) -> None:
        """Return when searches are quiet, or the wait has earned a slice, or at the stop."""
        earned_at_s = self._monotonic_s() + self._took_s / SLICE_SHARE_MAX
        while self._idle_s() < CALM_S and self._monotonic_s() < earned_at_s:
            if self._stop.wait(LOOK_S):
                return

    def slice_profiles(self, profiles_max: int) -> int:
        """Return how many profiles the next slice should hold, 1..``profiles_max``."""
        return max(1, min(profiles_max, int(self._slice_profiles)))

    def observe(self, profiles: int, seconds: float) -> None:
        """Take note of how long a slice took."""
        self._took_s = seconds
        # At most doubled at a time: one lucky slice must not make the next a long one.
        fitting = profiles * SLICE_S / max(seconds, 1e-6)
        self._slice_profiles = max(1.0, min(2 * self._slice_profiles, fitting))

    def progressed(self, profiles: int, seconds: float) -> None:
        """Take note of how long a block took, with all its waiting."""
        each = seconds / profiles
        weight = RATE_WEIGHT if self._seconds_each else 1.0
        self._seconds_each += weight * (each - self._seconds_each)

    def seconds_left(self, profiles: int) -> float | None:
        """Return an estimate for so many profiles, None before the first block."""
        return profiles * self._seconds_each if self._seconds_each else None
