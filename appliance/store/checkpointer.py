"""Copies the log into the database beside the writer, so that few commits wait for it.

SQLite's own automatic checkpoint would run inside a commit, and swallow a failed sync; this one
does neither. Copying goes on while others commit; only what they add meanwhile is left for the
writer, which copies it itself once the log is long, so that the log can start anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import apsw

from appliance.store import failure, limits
from appliance.store.connection import connect


class Checkpointer:
    """A connection and a thread that copy the log. Thread-safe; ``close`` once."""

    def __init__(self, path: Path, vfs: str, on_failed_sync: Callable[[apsw.Error], None]) -> None:
        """``on_failed_sync`` is called from whichever thread met it: nothing is synced after."""
        self._on_failed_sync = on_failed_sync
        self._connection = connect(path, vfs=vfs)
        self._turn = threading.Lock()
        self._wake = threading.Event()
        self._closed = False
        self._failed = False
        self._thread = threading.Thread(
            target=self._work, name="database-checkpointer", daemon=True
        )
        self._thread.start()

    def committed(self, log_pages: int) -> None:
        """Say how long the log is after a commit; for the writer, outside a transaction."""
        if log_pages >= limits.CHECKPOINT_WAIT_PAGES:
            self.copy(wait=log_pages >= limits.CHECKPOINT_TRUNCATE_PAGES)
        elif log_pages >= limits.CHECKPOINT_PAGES:
            self._wake.set()

    def copy(self, *, wait: bool = False) -> None:
        """Copy the log now, and ``wait`` for readers so that all of it can be cut off.

        A full disk is tried again later, a failed sync never.
        """
        mode = apsw.SQLITE_CHECKPOINT_TRUNCATE if wait else apsw.SQLITE_CHECKPOINT_PASSIVE
        with self._turn:
            if self._failed:
                return
            try:
                self._connection.wal_checkpoint(mode=mode)
            except apsw.Error as error:
                self._failed = failure.is_sync_failure(error)
                if self._failed:
                    self._on_failed_sync(error)

    def stop(self) -> None:
        """Copy nothing any more: a sync failed elsewhere."""
        self._failed = True

    def close(self) -> None:
        """End the thread and close the connection; it copies nothing."""
        self._closed = True
        self._wake.set()
        self._thread.join()
        self._connection.close()

    def _work(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._closed:
                return
            self.copy()
