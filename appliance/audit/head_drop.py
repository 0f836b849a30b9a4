"""Heads off the machine: files in a folder that somebody else collects, such as a mounted share.

Each file holds the heads signed since the one before, one a line, and appears whole under its last
name. None is ever written again, so that the folder may be one that only takes new files: what has
been collected from it is out of the reach of whoever rules this machine.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path

from appliance.audit import heads
from appliance.domain.errors import RecordUnavailable
from appliance.store import record_table, setting_table
from appliance.store.database import Database, Transaction
from appliance.telemetry.metrics import Metrics

HEADS_PER_FILE_MAX = 1_000
_POSITION = "record_heads_exported"


class HeadDrop:
    """Carries the heads of one record into a folder. One thread calls ``carry``."""

    def __init__(self, database: Database, folder: Path, metrics: Metrics | None = None) -> None:
        self._database = database
        self._folder = folder
        self._metrics = metrics
        if metrics is not None:
            # 1970 for a drop that nothing was carried to yet: an age that alarms.
            metrics.audit_exported(database.read(_carried_at))

    def carry(self) -> int:
        """Write every head that is signed and not carried yet; return how many.

        Durable on return. Raises RecordUnavailable where the folder refuses: the next call goes on
        from there, with a file of the same name if a crash came between it and the note of it.
        """
        carried = 0
        while True:
            store, lines = self._database.read(_pending)
            if not lines:
                return carried
            (first, _), (last, newest) = lines[0], lines[-1]
            signed_at = heads.parse(newest).signed_at
            name = f"heads-{first:012d}-{last:012d}.jsonl"
            folder = self._folder / store.hex() / signed_at.date().isoformat()
            try:
                _write(folder, name, "".join(f"{line}\n" for _, line in lines).encode())
            except OSError as error:
                raise RecordUnavailable(f"{self._folder}: {error.strerror}") from error
            note = partial(setting_table.put, name=_POSITION, value=str(last))
            self._database.write(note).result()
            carried += len(lines)
            if self._metrics is not None:
                self._metrics.audit_exported(signed_at.timestamp())


def carry_on(drop: HeadDrop, stop: threading.Event, pause_s: float) -> None:
    """Carry heads at an interval until told to stop."""
    while not stop.wait(pause_s):
        # Where the folder refuses, the metric of the last head carried stands still.
        with suppress(RecordUnavailable):
            drop.carry()


def _carried_at(tx: Transaction) -> float:
    last = int(setting_table.get(tx, _POSITION) or 0)
    for _, line in record_table.heads_page(tx, last - 1, 1) if last else ():
        return heads.parse(line).signed_at.timestamp()
    return 1.0


def _pending(tx: Transaction) -> tuple[bytes, list[tuple[int, str]]]:
    carried = int(setting_table.get(tx, _POSITION) or 0)
    return setting_table.store_id(tx), record_table.heads_page(tx, carried, HEADS_PER_FILE_MAX)


def _write(folder: Path, name: str, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{name}.part"
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder / name)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
