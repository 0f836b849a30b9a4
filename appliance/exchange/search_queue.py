"""Who waits for a search: in order of receipt, the accelerated before the others (IA Art. 11(2)).

Only names wait here; the probes lie sealed in the database until their turn comes, so that a long
queue holds no personal data in memory. After ACCELERATED_IN_A_ROW_MAX accelerated searches one of
the others is served, for "without delay" must not mean that the rest miss their 24 hours. Who has
missed them, the service having been down, is searched without delay too (IA Art. 11(2), vis major).
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.domain.errors import QueueFull, RequestSettled

ACCELERATED_IN_A_ROW_MAX = 8


@dataclass(frozen=True, slots=True, order=True)
class Waiting:
    """A request that waits; ``sequence`` is the order of receipt, 24 hours run from due_since."""

    sequence: int
    accelerated: bool
    due_since: datetime


class SearchQueue:
    """The two lanes. Thread-safe."""

    def __init__(self, depth_max: int, taken_max: int) -> None:
        self._depth_max = depth_max
        self._taken_max = taken_max
        self._changed = threading.Condition()
        self._lanes: dict[bool, list[Waiting]] = {False: [], True: []}
        self._places = 0
        self._taken: dict[int, Waiting] = {}
        # Requests that are just being cancelled, with their place in a lane if they had one.
        self._withdrawn: dict[int, Waiting | None] = {}
        self._streak = 0
        self._paused = False
        self._closed = False
        self._quiet_since_s = time.monotonic()

    @property
    def depth(self) -> int:
        """Requests waiting now."""
        with self._changed:
            return self._depth()

    @property
    def depth_max(self) -> int:
        """Requests that may wait."""
        return self._depth_max

    @property
    def idle_s(self) -> float:
        """Seconds since a request was last accepted, searched or settled; 0 while one is."""
        with self._changed:
            if self._depth() or self._places or self._taken:
                return 0.0
            return time.monotonic() - self._quiet_since_s

    def oldest(self) -> datetime | None:
        """Return when the 24 hours of the oldest unsettled request began, None if there is none."""
        with self._changed:
            unsettled = (*self._lanes[False], *self._lanes[True], *self._taken.values())
            return min((each.due_since for each in unsettled), default=None)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place while a request is being accepted. Raises QueueFull."""
        with self._changed:
            if self._depth() + self._places >= self._depth_max:
                raise QueueFull(depth_max=self._depth_max)
            self._places += 1
        try:
            yield
        finally:
            with self._changed:
                self._places -= 1
                self._quiet_since_s = time.monotonic()

    def put(self, waiting: Waiting) -> None:
        """Let a request wait; accepted ones are never turned away, whatever the depth."""
        with self._changed:
            if waiting.sequence in self._withdrawn:
                self._withdrawn[waiting.sequence] = waiting
                return
            heapq.heappush(self._lanes[waiting.accelerated], waiting)
            self._changed.notify_all()

    def take(self) -> Waiting | None:
        """Wait for the next one whose turn it is; None once the queue is closed.

        At most ``taken_max`` are out at a time, for what is taken can no longer be overtaken; each
        is to be given back by ``settled``. Nothing is taken while the queue is paused.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._may_take())
            if self._closed:
                return None
            others, accelerated = self._lanes[False], self._lanes[True]
            overtakes = bool(accelerated) and not (
                others and self._streak >= ACCELERATED_IN_A_ROW_MAX
            )
            self._streak = self._streak + 1 if overtakes else 0
            taken = heapq.heappop(self._lanes[overtakes])
            self._taken[taken.sequence] = taken
            return taken

    def is_taken(self, sequence: int) -> bool:
        """Say whether a request is being searched."""
        with self._changed:
            return sequence in self._taken

    @contextmanager
    def withdrawn(self, sequence: int) -> Iterator[None]:
        """Keep a request from being taken while the block runs, and for good unless it raises.

        Raises RequestSettled once it is being searched.
        """
        with self._changed:
            if sequence in self._taken or sequence in self._withdrawn:
                raise RequestSettled("the search has begun")
            self._withdrawn[sequence] = self._remove(sequence)
        try:
            yield
        except BaseException:
            with self._changed:
                waiting = self._withdrawn.pop(sequence)
            if waiting is not None:
                self.put(waiting)
            raise
        with self._changed:
            del self._withdrawn[sequence]
            self._changed.notify_all()

    def pause(self, paused: bool) -> None:
        """Take nothing from now on, or go on."""
        with self._changed:
            self._paused = paused
            self._changed.notify_all()

    def hasten(self, due_before: datetime) -> None:
        """Let all whose 24 hours began before an instant overtake the others."""
        with self._changed:
            late = [each for each in self._lanes[False] if each.due_since < due_before]
            kept = [each for each in self._lanes[False] if each.due_since >= due_before]
            heapq.heapify(kept)
            self._lanes[False] = kept
            for each in late:
                heapq.heappush(self._lanes[True], replace(each, accelerated=True))

    def settled(self, sequence: int) -> None:
        """Say that one of those taken is done with."""
        with self._changed:
            self._taken.pop(sequence, None)
            self._quiet_since_s = time.monotonic()
            self._changed.notify_all()

    def put_back(self, waiting: Waiting) -> None:
        """Let one of those taken wait again, in its old place."""
        with self._changed:
            del self._taken[waiting.sequence]
            heapq.heappush(self._lanes[waiting.accelerated], waiting)
            self._changed.notify_all()

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until nothing is queued or taken; say whether that came true in time.

        What waits for the end of a pause is not waited for.
        """
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._taken and (self._paused or self._depth() == 0), timeout_s
            )

    def close(self) -> None:
        """Wake whoever waits in ``take``; what is queued stays in the database."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _may_take(self) -> bool:
        return self._depth() > 0 and len(self._taken) < self._taken_max and not self._paused

    def _depth(self) -> int:
        return len(self._lanes[False]) + len(self._lanes[True])

    def _remove(self, sequence: int) -> Waiting | None:
        for lane in self._lanes.values():
            for place, waiting in enumerate(lane):
                if waiting.sequence == sequence:
                    del lane[place]
                    heapq.heapify(lane)
                    return waiting
        return None
