"""Who waits for matches of a mass comparison; each watch has its own cursor, so none is lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from appliance.domain import limits
from appliance.domain.errors import QueueFull, RequestUnknown
from appliance.domain.mass_comparison import MassMatch, MassStatus

Page = tuple[MassStatus, list[MassMatch]]


class MassWatch:
    """The matches of one job after a cursor. One thread reads."""

    def __init__(
        self,
        watches: MassWatches,
        party: str,
        fetch: Callable[[int], Page],
        after: int,
    ) -> None:
        self._watches = watches
        self._party = party
        self._fetch = fetch
        self._cursor = after
        self._left = False

    def get(self, timeout_s: float) -> list[MassMatch] | None:
        """Return the next matches, none if none comes in time, None when no more can come.

        Raises RequestUnknown if the next match was acknowledged, and so erased, or its time over.
        """
        seen = self._watches.changes
        status, found = self._fetch(self._cursor)
        if not found and not status.state.ended:
            self._watches.wait(seen, timeout_s)
            status, found = self._fetch(self._cursor)
        missing = status.matches > self._cursor and not found
        if missing or (found and found[0].cursor != self._cursor + 1):
            raise RequestUnknown(
                f"the matches up to {status.acknowledged} were acknowledged or kept for their time,"
                " and are erased"
            )
        if found:
            self._cursor = found[-1].cursor
            return found
        return None if status.state.ended else []

    def close(self) -> None:
        """End the watch; a second call does nothing."""
        if not self._left:
            self._left = True
            self._watches.leave(self._party)


class MassWatches:
    """All watches. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._changes = 0
        self._open: Counter[str] = Counter()

    @property
    def changes(self) -> int:
        """How many changes were told so far."""
        return self._changes

    def watch(self, party: str, fetch: Callable[[int], Page], after: int) -> MassWatch:
        """Return a watch. Raises QueueFull beyond WATCHERS_PER_PARTY_MAX of one Party."""
        with self._changed:
            if self._open[party] >= limits.WATCHERS_PER_PARTY_MAX:
                raise QueueFull(depth_max=limits.WATCHERS_PER_PARTY_MAX)
            self._open[party] += 1
        return MassWatch(self, party, fetch, after)

    def changed(self) -> None:
        """Wake whoever waits: a job has moved or ended, or the service stops."""
        with self._changed:
            self._changes += 1
            self._changed.notify_all()

    def wait(self, seen: int, timeout_s: float) -> None:
        """Return once there are other changes than ``seen``, or when the time has passed."""
        with self._changed:
            self._changed.wait_for(lambda: self._changes != seen, timeout_s)

    def leave(self, party: str) -> None:
        """Give the place of a watch back."""
        with self._changed:
            self._open[party] -= 1
