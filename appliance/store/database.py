"""The database: one writer thread with group commit, many readers, durable before answered.

Works that wait together share one commit: each runs in a savepoint of its own, so that the failure
of one takes nothing from the others, and all are answered after the commit is on the disk. A
failed sync is never tried again: the kernel may have dropped the pages, so that a second sync
would succeed over lost data. The process has to end and start from what the disk really holds.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import apsw

from appliance.domain.errors import ApplianceError, InvariantBroken, RecordUnavailable
from appliance.store import failure, limits, schema
from appliance.store.checkpointer import Checkpointer
from appliance.store.connection import connect
from appliance.store.filesystem import RealFileSystem
from appliance.store.promise import Promise
from appliance.store.reader_pool import ReaderPool
from appliance.store.transaction import Transaction

__all__ = ["Database", "Transaction"]

Item = TypeVar("Item")
T = TypeVar("T")


_ALONE: Final = object()


@dataclass(frozen=True, slots=True)
class _Job:
    """A work alone, or one item of a work that takes many."""

    work: Callable[..., Any]
    item: Any
    future: Future[Any] | Promise[Any]

    def follows(self, former: _Job) -> bool:
        """Say whether both are items of one work, which can take them together."""
        return self.item is not _ALONE and self.work == former.work


class Database:
    """One database file. ``write`` and ``read`` are safe from any thread."""

    def __init__(
        self,
        path: Path,
        *,
        on_fatal: Callable[[BaseException], None],
        observe_commit: Callable[[float], None] = lambda _seconds: None,
        vfs: str = "",
    ) -> None:
        """Open or create the file and bring its schema up to date.

        ``on_fatal`` is called once, from the writer's thread, when a sync failed: it has to end
        the process. ``observe_commit`` is told the seconds of each commit. ``vfs`` names another
        SQLite file layer, for tests. Raises ConfigurationInvalid for the database of a newer
        release, StorageCorrupt for a damaged one, RecordUnavailable where the disk refuses.
        """
        self._on_fatal = on_fatal
        self._observe_commit = observe_commit
        self._dying = threading.Lock()
        self._dead = threading.Event()
        try:
            _create(path)
            self._writer = connect(path, vfs=vfs)
            schema.migrate(self._writer)
            self._checkpointer = Checkpointer(path, vfs, self._die)
        except apsw.Error as error:
            raise failure.refusal(error) from error
        except OSError as error:
            raise RecordUnavailable(f"{path.name}: {error.strerror}") from error
        self._log_pages = 0
        # In place of SQLite's automatic checkpoint.
        self._writer.set_wal_hook(self._note_log_pages)
        self._readers = ReaderPool(path, vfs)
        self._jobs: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="database-writer", daemon=True)
        self._thread.start()

    def write(self, work: Callable[[Transaction], T]) -> Future[T]:
        """Run ``work`` in a transaction; the future is done once its commit is durable.

        What ``work`` raises goes to its future and undoes its own changes only. RecordUnavailable
        goes there when the disk refuses, StorageCorrupt when the file is damaged: nothing of the
        work then happened. Waits where WRITE_QUEUE_DEPTH_MAX works wait already. Callbacks of the
        future run on the writer's thread and must be short.
        """
        future: Future[T] = Future()
        self._hand_in(_Job(work, _ALONE, future))
        return future

    def write_together(
        self, work: Callable[[Transaction, list[Item]], Sequence[T | ApplianceError]], item: Item
    ) -> Promise[T]:
        """Do as ``write``, by a work that is cheaper for many items at once.

        Items of one work that wait next to each other are handed to it together, in the order of
        their arrival; it returns for each an answer or the error that its promise raises. Where it
        raises itself, all it did is undone and it is tried with each item alone.
        """
        promise: Promise[T] = Promise()
        self._hand_in(_Job(work, item, promise))
        return promise

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Return what ``work`` reads from one snapshot that holds every write answered before.

        Raises what ``work`` raises, StorageCorrupt or RecordUnavailable.
        """
        try:
            with self._readers.snapshot() as connection:
                return work(Transaction(connection))
        except apsw.Error as error:
            raise failure.refusal(error) from error

    def close(self) -> None:
        """Finish every work accepted before, then close; a second call does nothing."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.notify_all()
        self._thread.join()
        self._readers.close()
        # Closing would do the same but swallow a failed sync.
        self._checkpointer.copy()
        self._checkpointer.close()
        if self._dead.is_set():
            # Closing must not sync what already failed once.
            self._writer.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        # What a full disk keeps in the log is read from there on the next start.
        with contextlib.suppress(apsw.Error):
            self._writer.close()

    def _hand_in(self, job: _Job) -> None:
        with self._changed:
            self._changed.wait_for(self._has_room)
            if self._closed:
                job.future.set_exception(RecordUnavailable("the database is closed"))
            else:
                self._jobs.append(job)
                self._changed.notify_all()

    def _has_room(self) -> bool:
        return self._closed or len(self._jobs) < limits.WRITE_QUEUE_DEPTH_MAX

    def _run(self) -> None:
        while jobs := self._next_group():
            runnable = [job for job in jobs if _begins(job.future)]
            if runnable:
                self._serve(runnable)

    def _next_group(self) -> list[_Job]:
        """Return the works that wait, in the order of their arrival; none once all is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._jobs)
            size = min(len(self._jobs), limits.GROUP_WORKS_MAX)
            jobs = [self._jobs.popleft() for _ in range(size)]
            self._changed.notify_all()
        return jobs

    def _serve(self, jobs: list[_Job]) -> None:
        if self._dead.is_set():
            _refuse(jobs, RecordUnavailable("the disk failed; the service has to start anew"))
            return
        try:
            self._commit(jobs)
            self._checkpointer.committed(self._log_pages)
            self._log_pages = 0
        except BaseException as error:
            self._die(error)
            _refuse(jobs, InvariantBroken("the writer of the database failed"))

    def _commit(self, jobs: list[_Job]) -> None:
        """Run a group, commit it, and answer it; the disk's refusal strikes the whole group."""
        answers: list[tuple[_Job, Any]] = []
        tx = Transaction(self._writer)
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            for batch in _batches(jobs):
                self._attempt(batch, tx, answers)
            for condition in tx.conditions:
                condition()
            begun = time.perf_counter()
            self._writer.execute("COMMIT")
            self._observe_commit(time.perf_counter() - begun)
        except RecordUnavailable as refusal:
            self._writer.execute("ROLLBACK")
            _refuse(jobs, refusal)
            return
        except apsw.Error as error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            _refuse(jobs, failure.refusal(error), error)
            if failure.is_sync_failure(error):
                self._die(error)
            return
        for job, answer in answers:
            if isinstance(answer, ApplianceError):
                job.future.set_exception(answer)
            else:
                job.future.set_result(answer)

    def _attempt(self, batch: list[_Job], tx: Transaction, answers: list[tuple[_Job, Any]]) -> None:
        """Run one work in its savepoint; raises only what strikes the whole group."""
        self._writer.execute("SAVEPOINT work")
        try:
            found = _run(batch, tx)
        except BaseException as error:
            # SQLite ends the whole transaction by itself on some failures of the disk.
            if failure.strikes_all(error) or not self._writer.in_transaction:
                raise
            self._writer.execute("ROLLBACK TO work")
            self._writer.execute("RELEASE work")
            tx.memory.clear()
            if len(batch) > 1:
                for job in batch:
                    self._attempt([job], tx, answers)
                return
            refused = failure.refusal(error) if isinstance(error, apsw.Error) else error
            batch[0].future.set_exception(refused)
        else:
            self._writer.execute("RELEASE work")
            answers.extend(zip(batch, found, strict=True))

    def _note_log_pages(self, _connection: apsw.Connection, _name: str, pages: int) -> int:
        self._log_pages = pages
        return apsw.SQLITE_OK

    def _die(self, error: BaseException) -> None:
        """Accept nothing more and sync nothing more; for the thread that met the failure."""
        with self._dying:
            if self._dead.is_set():
                return
            self._dead.set()
        self._checkpointer.stop()
        self._on_fatal(error)


def _create(path: Path) -> None:
    """Make an empty file that only its owner may read, and make its name durable."""
    if path.exists():
        return
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    RealFileSystem().fsync_dir(path.parent)


def _begins(future: Future[Any] | Promise[Any]) -> bool:
    """Say whether a work is still wanted; it can no longer be cancelled then."""
    return isinstance(future, Promise) or future.set_running_or_notify_cancel()


def _batches(jobs: Iterable[_Job]) -> Iterator[list[_Job]]:
    """Put items that one work takes together into one list, every other work into its own."""
    batch: list[_Job] = []
    for job in jobs:
        if batch and not job.follows(batch[-1]):
            yield batch
            batch = []
        batch.append(job)
    yield batch


def _run(batch: list[_Job], tx: Transaction) -> Sequence[Any]:
    work = batch[0].work
    if batch[0].item is _ALONE:
        return [work(tx)]
    return cast(Sequence[Any], work(tx, [job.item for job in batch]))


def _refuse(jobs: list[_Job], refusal: ApplianceError, cause: BaseException | None = None) -> None:
    refusal.__cause__ = cause or refusal.__cause__
    for job in jobs:
        if not job.future.done():
            job.future.set_exception(refusal)
