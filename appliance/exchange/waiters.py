"""Who waits for answers: a future for one request, a watch for all of a Party."""

from __future__ import annotations

import threading
from collections import defaultdict
from concurrent.futures import Future

from appliance.domain import limits
from appliance.domain.errors import ApplianceError, Draining, QueueFull
from appliance.domain.search import Answer
from appliance.exchange.watch import ReadSettled, Watch

Name = tuple[str, str]
"""Party and request number."""


class Waiters:
    """All who wait. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._futures: dict[Name, list[Future[Answer]]] = {}
        self._watches: defaultdict[str, list[Watch]] = defaultdict(list)
        self._closed = False

    def future(self, name: Name) -> Future[Answer]:
        """Return a future for one answer; cancelling it ends the wait. Raises Draining."""
        future: Future[Answer] = Future()
        with self._lock:
            if self._closed:
                raise Draining("the service is stopping; fetch the answer later")
            self._futures.setdefault(name, []).append(future)
        future.add_done_callback(lambda done: self._forget(name, done))
        return future

    def watch(self, party: str, read: ReadSettled, after: int) -> Watch:
        """Return a watch. Raises QueueFull beyond WATCHERS_PER_PARTY_MAX of one Party."""
        watch = Watch(read, after, lambda each: self._leave(party, each))
        with self._lock:
            if len(self._watches[party]) >= limits.WATCHERS_PER_PARTY_MAX:
                raise QueueFull(depth_max=limits.WATCHERS_PER_PARTY_MAX)
            self._watches[party].append(watch)
        return watch

    def answered(self, answer: Answer) -> None:
        """Give an answer to all who wait for it."""
        for future in self._take((answer.requesting_party, answer.request_number)):
            if future.set_running_or_notify_cancel():
                future.set_result(answer)
        self._wake(answer.requesting_party)

    def failed(self, name: Name, error: ApplianceError) -> None:
        """Give a failure to all who wait for the answer."""
        for future in self._take(name):
            if future.set_running_or_notify_cancel():
                future.set_exception(error)
        self._wake(name[0])

    def close(self) -> None:
        """Send all away who wait for one answer: requests stay queued and are resumed."""
        with self._lock:
            self._closed = True
            names = list(self._futures)
        for name in names:
            self.failed(name, Draining("the service is stopping; fetch the answer later"))

    def _wake(self, party: str) -> None:
        with self._lock:
            watches = tuple(self._watches.get(party, ()))
        for watch in watches:
            watch.wake()

    def _take(self, name: Name) -> list[Future[Answer]]:
        with self._lock:
            return self._futures.pop(name, [])

    def _forget(self, name: Name, future: Future[Answer]) -> None:
        with self._lock:
            waiting = self._futures.get(name, [])
            if future in waiting:
                waiting.remove(future)
                if not waiting:
                    del self._futures[name]

    def _leave(self, party: str, watch: Watch) -> None:
        with self._lock:
            if watch in self._watches[party]:
                self._watches[party].remove(watch)
