"""A file that is parsed again when it changed: shutting somebody out needs no restart."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from appliance.domain.errors import ConfigurationInvalid

T = TypeVar("T")


class WatchedFile(Generic[T]):
    """The parsed content of ``path``. Thread-safe; one ``stat`` per call while nothing changes.

    A file that is gone or unusable raises ConfigurationInvalid at every call until it is repaired:
    access must not be decided by a list that the administrator no longer keeps.
    """

    def __init__(self, path: Path, parse: Callable[[bytes], T]) -> None:
        self._path = path
        self._name = str(path)
        self._parse = parse
        self._lock = threading.Lock()
        self._version: tuple[int, int, int] | None = None
        self._value: T
        self.value()

    def value(self) -> T:
        """Return the content as it is now. Raises ConfigurationInvalid."""
        try:
            with self._lock:
                status = os.stat(self._name)
                version = (status.st_mtime_ns, status.st_size, status.st_ino)
                if version != self._version:
                    self._value = self._parse(self._path.read_bytes())
                    self._version = version
                return self._value
        except OSError as error:
            raise ConfigurationInvalid(f"{self._path}: {error.strerror}") from None
        except ConfigurationInvalid as error:
            raise ConfigurationInvalid(f"{self._path}: {error.message}") from None
