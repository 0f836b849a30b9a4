"""What the keys need of files; ``appliance.store.filesystem.RealFileSystem`` provides it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class KeyFile(Protocol):
    """One open file, read and written at offsets."""

    def read_at(self, offset: int, size_bytes: int) -> bytes:
        """Return up to ``size_bytes`` from ``offset``, fewer only at the end."""

    def write_at(self, offset: int, data: bytes) -> None:
        """Write all of ``data`` at ``offset``, growing the file where needed."""

    def fsync(self) -> None:
        """Return once everything written before is durable."""

    def size(self) -> int:
        """Return the length in bytes."""

    def close(self) -> None:
        """Give the file back."""


class KeyFileSystem(Protocol):
    """Where such files lie."""

    def open(self, path: Path, *, create: bool = False) -> KeyFile:
        """Open for reading and writing; with ``create`` an absent file is made, mode 0600."""

    def fsync_dir(self, path: Path) -> None:
        """Make creations and removals in a folder durable."""
