"""An outbox of files, for notices that must leave while the service and its database are gone."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec

from appliance.domain.errors import RecordUnavailable
from appliance.domain.notice import Notice

SETTLED_KEPT_MAX = 1_000


class _Entry(msgspec.Struct, frozen=True):
    notice: Notice
    next_attempt_at: datetime


class Spool:
    """Notices as files of a folder, ``NUMBER.json`` while they wait; one process, one thread.

    Satisfies ``exchange.courier.Outbox``. Each change is durable on return. A file that holds no
    notice is left alone for a person to look at. Raises RecordUnavailable where the disk refuses.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._settled = folder / "settled"
        try:
            self._settled.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise RecordUnavailable(f"{folder.name}: {error.strerror}") from error

    def post(self, notice: Notice) -> int:
        """Keep a notice, due at once, under the next free number."""
        number = 1 + max((_number(path) for path in self._files()), default=0)
        self._write(_Entry(replace(notice, number=number), notice.created_at))
        return number

    def due(self, at: datetime, limit: int) -> list[Notice]:
        """Return up to ``limit`` notices whose next attempt has come, in order of their numbers."""
        waiting = sorted(self._folder.glob("*.json"), key=_number)
        entries = (entry for path in waiting if (entry := _read(path)) is not None)
        return [entry.notice for entry in entries if entry.next_attempt_at <= at][:limit]

    def delivered(self, number: int, at: datetime) -> None:
        """Keep that a notice was delivered."""
        self._settle(number, delivered_at=at, last_error="")

    def failed(self, number: int, error: str, next_attempt_at: datetime) -> None:
        """Keep that an attempt failed, and when the next is due."""
        entry = self._entry(number)
        tried = replace(entry.notice, attempts=entry.notice.attempts + 1, last_error=error)
        self._write(_Entry(tried, next_attempt_at))

    def give_up(self, number: int, error: str, at: datetime) -> None:
        """Keep that a notice is attempted no more."""
        self._settle(number, given_up_at=at, last_error=error)

    def _settle(
        self,
        number: int,
        *,
        last_error: str,
        delivered_at: datetime | None = None,
        given_up_at: datetime | None = None,
    ) -> None:
        entry = self._entry(number)
        settled = replace(
            entry.notice,
            attempts=entry.notice.attempts + 1,
            delivered_at=delivered_at,
            given_up_at=given_up_at,
            last_error=last_error,
        )
        self._write(_Entry(settled, entry.next_attempt_at))
        self._move(number)
        for old in sorted(self._settled.glob("*.json"), key=_number)[:-SETTLED_KEPT_MAX]:
            old.unlink(missing_ok=True)

    def _entry(self, number: int) -> _Entry:
        entry = _read(self._path(number))
        if entry is None:
            raise RecordUnavailable(f"notice {number} is no longer in its spool")
        return entry

    def _move(self, number: int) -> None:
        try:
            self._path(number).replace(self._settled / f"{number}.json")
            _sync(self._folder)
        except OSError as error:
            raise RecordUnavailable(f"{self._folder.name}: {error.strerror}") from error

    def _write(self, entry: _Entry) -> None:
        path = self._path(entry.notice.number)
        half = path.with_suffix(".half")
        try:
            with half.open("wb") as file:
                file.write(msgspec.json.encode(entry))
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
            _sync(self._folder)
        except OSError as error:
            raise RecordUnavailable(f"{self._folder.name}: {error.strerror}") from error

    def _files(self) -> list[Path]:
        return [*self._folder.glob("*.json"), *self._settled.glob("*.json")]

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.json"


def _number(path: Path) -> int:
    return int(path.stem) if path.stem.isdecimal() else 0


def _read(path: Path) -> _Entry | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Entry)
    except (OSError, msgspec.DecodeError):
        return None


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
