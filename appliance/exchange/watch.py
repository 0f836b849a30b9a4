"""A watch over a Party's answers, in the order in which they became durable.

It reads the database and keeps a cursor, nothing else: a slow reader costs no memory, and who comes
back with its last cursor, also after a restart of either side, misses nothing and sees nothing
twice. Answers whose time is over are erased and left out.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

from appliance.domain.errors import RequestUnknown
from appliance.domain.search import Answer, SettledAnswer

WATCH_PAGE_MAX = 64
"""Request numbers that a watch reads ahead."""


class ReadAnswers(Protocol):
    """Where a watch reads."""

    def settled_after(self, cursor: int, limit: int) -> list[tuple[int, str]]:
        """Return (cursor, request number) of up to ``limit`` answers, in order."""

    def fetch(self, request_number: str) -> Answer | None:
        """Return an answer. Raises RequestUnknown once it is erased."""


class Watch:
    """The answers after a cursor, one after the other. One thread reads, any may ``wake``."""

    def __init__(self, read: ReadAnswers, after: int, leave: Callable[[Watch], None]) -> None:
        self._read = read
        self._after = after
        self._leave = leave
        self._page: deque[tuple[int, str]] = deque()
        self._news = threading.Event()

    def get(self, timeout_s: float) -> SettledAnswer | None:
        """Return the next answer with its cursor, None if none comes in time."""
        if not self._page and not self._turn():
            self._news.wait(timeout_s)
            self._turn()
        while self._page:
            cursor, number = self._page.popleft()
            self._after = cursor
            try:
                answer = self._read.fetch(number)
            except RequestUnknown:
                # Erased before the reader came round: as if it had never been waited for.
                continue
            if answer is not None:
                return SettledAnswer(cursor, answer)
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
