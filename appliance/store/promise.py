"""What comes of a work once its commit is durable: waited for by one thread, at little cost."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Promise(Generic[T]):
    """One answer or error, set once by the writer.

    A ``Future`` of the standard library serves any number of waiters and callbacks by a condition
    of its own, which costs several times as much; where thousands are made a second this shows.
    """

    __slots__ = ("_answer", "_error", "_pending")

    def __init__(self) -> None:
        self._pending = threading.Lock()
        self._pending.acquire()
        self._answer: T
        self._error: BaseException | None = None

    def result(self) -> T:
        """Wait, and return the answer or raise the error."""
        with self._pending:
            if self._error is not None:
                raise self._error
            return self._answer

    def done(self) -> bool:
        """Say whether it is set."""
        return not self._pending.locked()

    def set_result(self, answer: T) -> None:
        """Set the answer."""
        self._answer = answer
        self._pending.release()

    def set_exception(self, error: BaseException) -> None:
        """Set what ``result`` raises."""
        self._error = error
        self._pending.release()
