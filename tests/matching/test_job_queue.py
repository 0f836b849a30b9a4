"""Work that waits: bounded, batched, each job with its own end, and none forgotten at the stop."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager

import pytest

from appliance.domain.errors import Draining, InvariantBroken, QualityInsufficient, QueueFull
from appliance.matching.job_queue import JobQueue

WAIT_S = 20
Process = Callable[[Sequence[int]], Sequence[int | BaseException]]


def doubled(batch: Sequence[int]) -> list[int | BaseException]:
    return [2 * each for each in batch]


def queue_of(process: Process, **settings: float) -> JobQueue[int, int]:
    """Return a queue of one worker that takes jobs one by one, unless told otherwise."""
    chosen = {"workers": 1, "depth_max": 100, "batch_max": 1, "batch_wait_ms": 0.0, **settings}
    return JobQueue(process, **chosen)  # type: ignore[arg-type]


class Gate:
    """A process whose first batch waits until the gate is opened; later ones do not."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.opened = threading.Event()
        self.batches: list[list[int]] = []

    def __call__(self, batch: Sequence[int]) -> list[int | BaseException]:
        self.batches.append(list(batch))
        self.entered.set()
        assert self.opened.wait(WAIT_S)
        return doubled(batch)


@contextmanager
def held_up(**settings: float) -> Iterator[tuple[JobQueue[int, int], Gate, Future[int]]]:
    """Yield a queue whose only worker is busy with a first job, which is 0."""
    gate = Gate()
    jobs = queue_of(gate, **settings)
    first = jobs.submit(0)
    assert gate.entered.wait(WAIT_S)
    try:
        yield jobs, gate, first
    finally:
        gate.opened.set()
        jobs.close()


def test_each_job_gets_its_own_result() -> None:
    jobs = queue_of(doubled, workers=3, batch_max=4)
    futures = [jobs.submit(number) for number in range(50)]
    assert [future.result(WAIT_S) for future in futures] == [2 * number for number in range(50)]
    jobs.close()


def test_no_more_jobs_wait_than_allowed_and_a_refused_one_changes_nothing() -> None:
    with held_up(depth_max=2) as (jobs, gate, first):
        waiting = [jobs.submit(number) for number in (1, 2)]
        with pytest.raises(QueueFull) as refused:
            jobs.submit(3)
        assert refused.value.retry_after_s > 0
        assert jobs.depth == 2
        gate.opened.set()
        assert [each.result(WAIT_S) for each in (first, *waiting)] == [0, 2, 4]
        assert jobs.submit(4).result(WAIT_S) == 8
    assert gate.batches == [[0], [1], [2], [4]]


def test_jobs_that_wait_are_taken_together_up_to_the_batch() -> None:
    with held_up(batch_max=4) as (jobs, gate, _):
        waiting = [jobs.submit(number) for number in range(1, 7)]
        gate.opened.set()
        assert [each.result(WAIT_S) for each in waiting] == [2, 4, 6, 8, 10, 12]
    assert gate.batches == [[0], [1, 2, 3, 4], [5, 6]]


def test_a_lone_job_waits_for_company_only_where_that_was_asked() -> None:
    seen: list[int] = []
    jobs: JobQueue[int, int] = JobQueue(
        doubled,
        workers=1,
        depth_max=9,
        batch_max=2,
        batch_wait_ms=20_000,
        observe_batch=seen.append,
    )
    futures = [jobs.submit(1), jobs.submit(2)]
    assert [each.result(WAIT_S) for each in futures] == [2, 4]
    assert seen == [2]
    jobs.close()


def test_one_failing_job_harms_no_other_of_its_batch() -> None:
    def some(batch: Sequence[int]) -> list[int | BaseException]:
        return [QualityInsufficient("no") if each == 2 else each for each in batch]

    jobs = queue_of(some, batch_max=8, batch_wait_ms=50)
    futures = [jobs.submit(number) for number in (1, 2, 3)]
    assert futures[0].result(WAIT_S) == 1
    with pytest.raises(QualityInsufficient):
        futures[1].result(WAIT_S)
    assert futures[2].result(WAIT_S) == 3
    jobs.close()


@pytest.mark.parametrize("defect", [RuntimeError("a defect"), SystemExit(3), MemoryError()])
def test_a_worker_outlives_a_batch_that_breaks(defect: BaseException) -> None:
    def breaks(batch: Sequence[int]) -> list[int | BaseException]:
        if batch[0] < 0:
            raise defect
        return doubled(batch)

    jobs = queue_of(breaks)
    with pytest.raises(type(defect)):
        jobs.submit(-1).result(WAIT_S)
    assert jobs.submit(4).result(WAIT_S) == 8
    jobs.close()


def test_a_batch_that_loses_an_outcome_ends_every_job_and_not_the_worker() -> None:
    jobs = queue_of(lambda batch: doubled(batch) if batch[0] > 0 else [])
    with pytest.raises(InvariantBroken):
        jobs.submit(-1).result(WAIT_S)
    assert jobs.submit(4).result(WAIT_S) == 8
    jobs.close()


def test_a_measurement_that_fails_does_not_end_the_worker() -> None:
    def unable(_size: int) -> None:
        raise RuntimeError("no metrics today")

    jobs: JobQueue[int, int] = JobQueue(
        doubled, workers=1, depth_max=9, batch_max=1, batch_wait_ms=0, observe_batch=unable
    )
    for _ in range(2):
        with pytest.raises(RuntimeError, match="no metrics"):
            jobs.submit(1).result(WAIT_S)
    jobs.close()


def test_a_job_given_up_while_waiting_is_not_run() -> None:
    with held_up(batch_max=1) as (jobs, gate, _):
        given_up, wanted = jobs.submit(1), jobs.submit(2)
        assert given_up.cancel()
        gate.opened.set()
        assert wanted.result(WAIT_S) == 4
    assert gate.batches == [[0], [2]]


@pytest.mark.parametrize("workers", [1, 3])
def test_the_stop_finishes_what_is_queued_and_takes_nothing_new(workers: int) -> None:
    jobs = queue_of(doubled, workers=workers, batch_max=4)
    futures = [jobs.submit(number) for number in range(40)]
    jobs.close()
    assert [future.result(0) for future in futures] == [2 * number for number in range(40)]
    with pytest.raises(Draining):
        jobs.submit(1)
    jobs.close()
    assert not [each for each in threading.enumerate() if each.name.startswith("matching-")]


def test_a_job_accepted_while_the_queue_stops_is_still_finished() -> None:
    """Threads change places so often here that some job arrives in the middle of the stop."""
    interval_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(150):
            _stop_during_submissions()
    finally:
        sys.setswitchinterval(interval_s)


def _stop_during_submissions() -> None:
    jobs = queue_of(doubled, workers=2)
    accepted: list[Future[int]] = []

    def submit_until_refused() -> None:
        try:
            while True:
                accepted.append(jobs.submit(1))
        except (Draining, QueueFull):
            return

    threads = [threading.Thread(target=submit_until_refused) for _ in range(3)]
    for thread in threads:
        thread.start()
    jobs.close()
    for thread in threads:
        thread.join()
    assert all(future.done() for future in accepted)
