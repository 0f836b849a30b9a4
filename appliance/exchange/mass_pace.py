"""How fast a mass comparison may go beside live searches, and how long it will take.

Its work is cut into slices of a few milliseconds. Before each, and before a block is made durable,
it looks whether a search runs or waits, or did so just now, and lets it pass: searches come in
bursts, and the next of a burst should not meet a slice that has just begun. As long as searches
were seen lately it also rests between slices, longer than they take, so that most searches that
come out of the blue meet none at all. So that a centre that is searched without a pause still
answers its mass comparisons, a slice is let through once it was waited for long enough.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from appliance.domain import limits

SLICE_S = 0.002
"""A slice that computed for less is followed by one of twice its profiles, one that computed for
more than twice as long by one of half of them: part of its time does not depend on their number."""

SLICE_SHARE_MAX = 0.03
"""The share of the time that slices take at most while searches never pause."""

CALM_S = 0.5
"""For so long after the last search no slice is begun."""

LATELY_S = 10.0
REST_FACTOR = 2.0
"""For so long after the last search a rest follows each slice, so many times as long as it."""

PROFILES_MAX = limits.MASS_PROFILES_PER_BLOCK_MAX
LOOK_S = 0.004
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
        self._slice_profiles = 1
        self._took_s = 0.0
        self._ended_at_s = monotonic_s()
        self._seconds_each = 0.0

    def wait_turn(self) -> None:
        """Return when searches are quiet, or the wait has earned a slice, or at the stop."""
        earned_at_s = self._ended_at_s + self._took_s / SLICE_SHARE_MAX
        rested_at_s = self._ended_at_s + self._took_s * REST_FACTOR
        while (now_s := self._monotonic_s()) < earned_at_s:
            idle_s = self._idle_s()
            if idle_s >= LATELY_S or (idle_s >= CALM_S and now_s >= rested_at_s):
                return
            if self._stop.wait(LOOK_S):
                return

    def slice_profiles(self, profiles_max: int) -> int:
        """Return how many profiles the next slice should hold, 1..``profiles_max``."""
        return min(profiles_max, self._slice_profiles)

    def observe(self, profiles: int, seconds: float, elapsed_s: float) -> None:
        """Take note of how long a slice computed, and how long it kept others waiting."""
        self._took_s = elapsed_s
        self._ended_at_s = self._monotonic_s()
        if seconds <= SLICE_S:
            # The last slice of a block may have been a small one: it says little of a larger one.
            self._slice_profiles = min(PROFILES_MAX, max(self._slice_profiles, 2 * profiles))
        elif seconds > 2 * SLICE_S:
            self._slice_profiles = max(1, profiles // 2)

    def progressed(self, profiles: int, seconds: float) -> None:
        """Take note of how long a block took, with all its waiting."""
        each = seconds / profiles
        weight = RATE_WEIGHT if self._seconds_each else 1.0
        self._seconds_each += weight * (each - self._seconds_each)

    def seconds_left(self, profiles: int) -> float | None:
        """Return an estimate for so many profiles, None before the first block."""
        return profiles * self._seconds_each if self._seconds_each else None
