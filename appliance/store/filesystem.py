"""The file system as a port, so that tests can pull the plug, fill the disk or fail a sync."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Protocol

_FILE_MODE = 0o600
_FOLDER_MODE = 0o700


class File(Protocol):
    """One open file, read and written at offsets. Every failure is an OSError."""

    def append(self, data: bytes) -> int:
        """Write all of ``data`` at the end and return the offset where it begins."""

    def read_at(self, offset: int, size_bytes: int) -> bytes:
        """Return up to ``size_bytes`` from ``offset``, fewer only at the end."""

    def write_at(self, offset: int, data: bytes) -> None:
        """Write all of ``data`` at ``offset``, growing the file where needed."""

    def truncate(self, size_bytes: int) -> None:
        """Cut the file to a length."""

    def fsync(self) -> None:
        """Return once everything written before is durable. Never call again after a failure."""

    def size(self) -> int:
        """Return the length in bytes."""

    def close(self) -> None:
        """Give the file back; it does not sync."""


class FileSystem(Protocol):
    """Where files lie. Every failure is an OSError."""

    def open(self, path: Path, *, create: bool = False) -> File:
        """Open for reading and writing; with ``create`` an absent file is made, mode 0600."""

    def make_dir(self, path: Path) -> None:
        """Make a folder, mode 0700, durable on return; one that exists stays as it is."""

    def lock_dir(self, path: Path) -> int:
        """Take a folder for this process; BlockingIOError if another has it. Returns a token."""

    def unlock_dir(self, token: int) -> None:
        """Give a folder of ``lock_dir`` free; the end of the process does so too."""

    def fsync_dir(self, path: Path) -> None:
        """Make creations, renames and removals in a folder durable."""

    def rename(self, source: Path, target: Path) -> None:
        """Replace ``target`` by ``source`` at once."""

    def unlink(self, path: Path) -> None:
        """Remove a file."""

    def exists(self, path: Path) -> bool:
        """Say whether something lies there."""

    def listdir(self, path: Path) -> list[str]:
        """Return the names in a folder, sorted."""

    def size(self, path: Path) -> int:
        """Return the length of a file in bytes."""


class RealFile:
    """A file of the operating system. Reads may run in parallel, writes belong to one thread."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def append(self, data: bytes) -> int:
        offset = self.size()
        self.write_at(offset, data)
        return offset

    def read_at(self, offset: int, size_bytes: int) -> bytes:
        parts: list[bytes] = []
        while size_bytes > 0 and (part := os.pread(self._descriptor, size_bytes, offset)):
            parts.append(part)
            offset += len(part)
            size_bytes -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def write_at(self, offset: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            written = os.pwrite(self._descriptor, view, offset)
            offset += written
            view = view[written:]

    def truncate(self, size_bytes: int) -> None:
        os.ftruncate(self._descriptor, size_bytes)

    def fsync(self) -> None:
        # fdatasync also makes the length durable where it changed: all that reading back needs.
        os.fdatasync(self._descriptor)

    def size(self) -> int:
        return os.fstat(self._descriptor).st_size

    def close(self) -> None:
        os.close(self._descriptor)


class RealFileSystem:
    """The operating system's files; stateless, safe from any thread."""

    def open(self, path: Path, *, create: bool = False) -> RealFile:
        flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if create else 0)
        return RealFile(os.open(path, flags, _FILE_MODE))

    def make_dir(self, path: Path) -> None:
        if not path.is_dir():
            path.mkdir(_FOLDER_MODE)
            self.fsync_dir(path.parent)

    def lock_dir(self, path: Path) -> int:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def unlock_dir(self, token: int) -> None:
        os.close(token)

    def fsync_dir(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        source.rename(target)

    def unlink(self, path: Path) -> None:
        path.unlink()

    def exists(self, path: Path) -> bool:
        return path.exists()

    def listdir(self, path: Path) -> list[str]:
        return sorted(entry.name for entry in path.iterdir())

    def size(self, path: Path) -> int:
        return path.stat().st_size
