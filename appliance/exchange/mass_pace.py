"""How fast a mass comparison may go beside live searches, and how long it will take.

Its work is cut into steps of about half a millisecond. After each it lets go of the interpreter, so
that a search that has just come goes first, and looks whether one runs or waits, or did so a moment
ago; then it stands still. So that a centre that is searched without a pause still answers its mass
comparisons, it works even then for a small share of the time, in steps so short that no single
search has to bear more than its share.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from appliance.domain import limits

STEP_S = 0.0005
"""What a search that comes out of the blue waits for at most, but for what cannot be cut."""

SHARE_MAX = 0.03
"""The share of the time that is worked while searches never pause."""

CALM_S = 0.1
"""So long after the last search the work goes on: the next of a series comes sooner."""

LOOK_S = 0.02
HAND_OVER_S = 0.00002
"""A thread that waits for the interpreter gets it only if its holder sleeps, however shortly."""

BLOCK_S = 0.5
"""What a block should take: it is what an end of the process costs, and how fresh matches are."""

PROFILES_MAX = limits.MASS_PROFILES_PER_BLOCK_MAX
RATE_WEIGHT = 0.05


class Stopping(Exception):
    """The service stops: the block under way is given up, and compared anew by the next start."""


class Pace:
    """Times the one thread that compares; any thread may ask ``seconds_left``."""

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
        self._resumed_at_s = monotonic_s()
        self._block_profiles = 1
        self._seconds_each = 0.0

    def give_way(self) -> None:
        """Return when the work may go on. Raises Stopping.

        Costs next to nothing until STEP_S have been worked. All that passed since the last wait
        counts as worked, for others may have waited for it: computing, the disk, the interpreter.
        """
        worked_s = self._monotonic_s() - self._resumed_at_s
        if worked_s < STEP_S:
            return
        if not self._stop.wait(HAND_OVER_S):
            self._wait_for_searches(worked_s)
        if self._stop.is_set():
            raise Stopping
        self.rested()

    def rested(self) -> None:
        """Say that the thread did nothing until now."""
        self._resumed_at_s = self._monotonic_s()

    def block_profiles(self) -> int:
        """Return how many profiles the next block should hold, 1..PROFILES_MAX."""
        return self._block_profiles

    def progressed(self, asked: int, compared: int, seconds: float) -> None:
        """Take note of how long a block took, with all its waiting.

        ``compared`` of the profiles ``asked`` for were enough to fill it with matches.
        """
        if compared < asked or seconds > 2 * BLOCK_S:
            self._block_profiles = max(1, compared // 2)
        elif seconds <= BLOCK_S:
            # The last block of a batch may have been a small one: it says little of a larger one.
            self._block_profiles = min(PROFILES_MAX, max(self._block_profiles, 2 * compared))
        each = seconds / compared
        weight = RATE_WEIGHT if self._seconds_each else 1.0
        self._seconds_each += weight * (each - self._seconds_each)

    def seconds_left(self, profiles: int) -> float | None:
        """Return an estimate for so many profiles, None before the first block."""
        return profiles * self._seconds_each if self._seconds_each else None

    def _wait_for_searches(self, worked_s: float) -> None:
        """Return when they are over, or the wait has earned a step, or at the stop."""
        earned_at_s = self._monotonic_s() + worked_s / SHARE_MAX
        while self._idle_s() < CALM_S:
            left_s = earned_at_s - self._monotonic_s()
            if left_s <= 0 or self._stop.wait(min(left_s, LOOK_S)):
                return
