"""A watch over a Party's requests, in the order in which they were settled, whatever their end.

It reads the database and keeps a cursor, nothing else: a slow reader costs no memory, and who comes
back with its last cursor, also after a restart of either side, misses nothing and sees nothing
twice. Ends whose time is over are forgotten and left out, and failures of requests sent again.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

from appliance.domain.errors import RequestUnknown
from appliance.domain.search import SettledRequest
from appliance.store.answers_table import Settlement

WATCH_PAGE_MAX = 64
"""Settled requests that a watch reads ahead, by their numbers alone."""


class ReadSettled(Protocol):
    """Where a watch reads."""

    def settled_after(self, cursor: int, limit: int) -> list[Settlement]:
        """Return up to ``limit`` settled requests after a cursor, in order."""

    def fetch(self, settled: Settlement) -> SettledRequest:
        """Return how a request ended. Raises RequestUnknown once that is forgotten."""


class Watch:
    """The settled requests after a cursor, in order. One thread reads, any may ``wake``."""

    def __init__(self, read: ReadSettled, after: int, leave: Callable[[Watch], None]) -> None:
        self._read = read
        self._after = after
        self._leave = leave
        self._page: deque[Settlement] = deque()
        self._news = threading.Event()

    def get(self, timeout_s: float) -> SettledRequest | None:
        """Return the next settled request with its cursor, None if none comes in time."""
        if not self._page and not self._turn():
            self._news.wait(timeout_s)
            self._turn()
        while self._page:
            settled = self._page.popleft()
            self._after = settled.cursor
            try:
                return self._read.fetch(settled)
            except RequestUnknown:
                # Forgotten before the reader came round: as if it had never been waited for.
                continue
        return None

    def wake(self) -> None:
        """Say that there may be more; never waits."""
        self._news.set()

    def close(self) -> None:
        """End the watch; a second call does nothing."""
        self._leave(self)

    def _turn(self) -> bool:
        # Cleared before reading: what becomes durable after this read wakes the next wait.
        self._news.clear()
        self._page.extend(self._read.settled_after(self._after, WATCH_PAGE_MAX))
        return bool(self._page)
