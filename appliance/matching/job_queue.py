"""A bounded queue and the worker threads behind it: one thread owns one device.

Probes that wait are taken together, up to a batch, because a device serves sixteen probes for
little more than the price of one; a lone probe waits at most the configured time for company.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from appliance.domain.errors import Draining, InvariantBroken, QueueFull

Work = TypeVar("Work")
Result = TypeVar("Result")


@dataclass(slots=True)
class _Job(Generic[Work, Result]):
    work: Work
    future: Future[Result] = field(default_factory=Future)


class JobQueue(Generic[Work, Result]):
    """Runs ``process(batch)`` on worker threads; each job's future gets its own outcome.

    ``process`` returns, for each job of the batch, its result or the exception it ends with.
    Thread-safe. ``submit`` raises QueueFull at ``depth_max`` and Draining after ``close``.
    """

    def __init__(
        self,
        process: Callable[[Sequence[Work]], Sequence[Result | BaseException]],
        *,
        workers: int,
        depth_max: int,
        batch_max: int,
        batch_wait_ms: float,
        observe_batch: Callable[[int], None] = lambda _size: None,
    ) -> None:
        self._process = process
        self._batch_max = batch_max
        self._batch_wait_s = batch_wait_ms / 1000
        self._observe_batch = observe_batch
        self._depth_max = depth_max
        self._jobs: queue.Queue[_Job[Work, Result] | None] = queue.Queue(maxsize=depth_max)
        self._closing = threading.Lock()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._run, name=f"matching-{number}", daemon=True)
            for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def depth(self) -> int:
        """Jobs waiting now."""
        return self._jobs.qsize()

    def submit(self, work: Work) -> Future[Result]:
        """Queue one job and return its future."""
        job: _Job[Work, Result] = _Job(work)
        # A job that came in behind the stop signs would wait for ever.
        with self._closing:
            if self._closed:
                raise Draining("the matcher is stopping")
            try:
                self._jobs.put_nowait(job)
            except queue.Full:
                raise QueueFull(depth_max=self._depth_max) from None
        return job.future

    def close(self) -> None:
        """Finish what is queued, then stop the workers."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _batch(self, first: _Job[Work, Result]) -> tuple[list[_Job[Work, Result]], bool]:
        """Collect company for ``first``; the flag says that the stop sign was met."""
        batch = [first]
        until = time.monotonic() + self._batch_wait_s
        while len(batch) < self._batch_max:
            try:
                job = self._jobs.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                break
            if job is None:
                return batch, True
            batch.append(job)
        return batch, False

    def _run(self) -> None:
        while self._round():
            pass

    def _round(self) -> bool:
        """Work on one batch; say whether there is more to come.

        A function of its own, so that a worker that waits holds nothing of the work it has done.
        """
        first = self._jobs.get()
        if first is None:
            return False
        batch, stopping = self._batch(first)
        self._settle([job for job in batch if job.future.set_running_or_notify_cancel()])
        return not stopping

    def _settle(self, batch: list[_Job[Work, Result]]) -> None:
        if not batch:
            return
        try:
            self._observe_batch(len(batch))
            outcomes: Sequence[Result | BaseException] = self._process([job.work for job in batch])
            if len(outcomes) != len(batch):
                raise InvariantBroken(f"{len(batch)} jobs ended with {len(outcomes)} outcomes")
        except BaseException as error:  # a worker must outlive any defect of one batch
            outcomes = [error] * len(batch)
        for job, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                job.future.set_exception(outcome)
            else:
                job.future.set_result(outcome)
