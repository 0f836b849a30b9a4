"""Connections that read: opened when first needed, used by one thread at a time."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from appliance.domain.errors import RecordUnavailable
from appliance.store import limits
from appliance.store.connection import connect


class ReaderPool:
    """At most READERS_MAX connections; safe from any thread."""

    def __init__(self, path: Path, vfs: str) -> None:
        self._path = path
        self._vfs = vfs
        self._closed = False
        # An empty place stands for a connection not opened yet; the last one used comes first,
        # because its page cache is warm.
        self._places: queue.LifoQueue[apsw.Connection | None] = queue.LifoQueue()
        for _ in range(limits.READERS_MAX):
            self._places.put(None)

    @contextmanager
    def snapshot(self) -> Iterator[apsw.Connection]:
        """Lend a connection inside a read transaction; RecordUnavailable after ``close``."""
        connection = self._places.get()
        try:
            if self._closed:
                raise RecordUnavailable("the database is closed")
            if connection is None:
                connection = connect(self._path, vfs=self._vfs, read_only=True)
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        finally:
            self._places.put(connection)

    def close(self) -> None:
        """Wait for readers to come back and close their connections."""
        self._closed = True
        for _ in range(limits.READERS_MAX):
            connection = self._places.get()
            if connection is not None:
                connection.close()
        # Latecomers find an empty place and are refused.
        self._places.put(None)
