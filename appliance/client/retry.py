"""When a failed call is sent again: only where that is safe, and no sooner than asked."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from appliance.client import limits
from appliance.client.refusal import ApplianceRefused


class Attempts:
    """The attempts of one call within ``timeout_s``; used by one caller, by either client.

    A call is repeated after UNAVAILABLE or QUEUE_FULL, after the wait that the appliance asks for
    or else an exponential back-off with jitter, as long as the wait fits into the time left.
    """

    def __init__(
        self,
        timeout_s: float,
        *,
        safe: bool,
        monotonic_s: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._ends_at_s = monotonic_s() + timeout_s
        self._safe = safe
        self._monotonic_s = monotonic_s
        self._jitter = jitter
        self._failed = 0

    def remaining_s(self) -> float:
        """Return the seconds left for the next attempt, never negative."""
        return max(0.0, self._ends_at_s - self._monotonic_s())

    def wait_s(self, refused: ApplianceRefused) -> float | None:
        """Return the seconds to wait before the next attempt, None to give up."""
        self._failed += 1
        passing = refused.code == "UNAVAILABLE" or refused.reason == "QUEUE_FULL"
        if not (self._safe and passing) or self._failed >= limits.ATTEMPTS_MAX:
            return None
        backoff_s = min(limits.BACKOFF_MAX_S, limits.BACKOFF_FIRST_S * 2 ** (self._failed - 1))
        wait_s = max(refused.retry_after_s or 0.0, backoff_s * (0.5 + self._jitter() / 2))
        return wait_s if wait_s < self.remaining_s() else None
