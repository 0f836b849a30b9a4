"""A disk in memory of what is durable: it can lose power, be full, or fail to sync.

Files are written through to a real folder, as through a page cache, and every write is noted until
the next sync of its file. When the power fails, of the writes not synced any may be lost, kept or
torn; ``after_power_loss`` lays out what the disk then holds. The same disk lies under SQLite (as
an apsw VFS) and under segments and keys (as their FileSystem).
"""

from __future__ import annotations

import errno
import itertools
import random
import threading
from collections.abc import Callable
from pathlib import Path

import apsw

from appliance.store.filesystem import RealFile, RealFileSystem

_SECTOR_BYTES = 512
_names = itertools.count()
Op = tuple[int, bytes | None]
"""A write at an offset, or, without data, a cut to a length."""


class PowerLost(OSError):
    """The disk is gone."""


class SimulatedDisk:
    """What is durable, what is not yet, and what goes wrong; safe from any thread."""

    def __init__(self, *, lies_about: Callable[[Path], bool] = lambda _path: False) -> None:
        """``lies_about`` says for which files and folders a sync does nothing."""
        self.lies_about = lies_about
        self.full = False
        self.sync_fails = False
        self.syncs_asked = 0
        self.dead = False
        self._lock = threading.RLock()
        self._changes_left: int | None = None
        self._durable: dict[Path, bytearray] = {}
        self._pending: dict[Path, list[Op]] = {}
        self._named: set[Path] = set()
        self._unlinked: dict[Path, bytearray] = {}

    def lose_power_after(self, changes: int) -> None:
        """Fail for good at the change of that number from now."""
        self._changes_left = changes

    def change(self, path: Path, op: Op) -> None:
        """Note a write or a cut; OSError where it does not happen."""
        with self._lock:
            self._tick()
            if self.full and op[1] is not None:
                raise OSError(errno.ENOSPC, "no space left on device")
            self._pending.setdefault(path, []).append(op)

    def sync(self, path: Path) -> None:
        """Make a file's writes durable; OSError where that fails."""
        with self._lock:
            self._tick()
            self.syncs_asked += 1
            if self.sync_fails:
                raise OSError(errno.EIO, "input/output error")
            if not self.lies_about(path):
                content = self._durable.setdefault(path, bytearray())
                for op in self._pending.pop(path, []):
                    _apply(content, op)

    def unlink(self, path: Path, *, durable: bool) -> None:
        """Remove a file; until the folder is synced it may come back."""
        with self._lock:
            self._tick()
            content = self._durable.pop(path, bytearray())
            self._pending.pop(path, None)
            if path in self._named and not durable:
                self._unlinked[path] = content
            self._named.discard(path)

    def sync_folder(self, folder: Path) -> None:
        """Make names and removals in a folder durable."""
        with self._lock:
            self._tick()
            if not self.lies_about(folder):
                known = {*self._durable, *self._pending}
                self._named |= {path for path in known if path.parent == folder}
                gone = [path for path in self._unlinked if path.parent == folder]
                for path in gone:
                    del self._unlinked[path]

    def after_power_loss(self, source: Path, target: Path, rng: random.Random) -> None:
        """Lay out under ``target`` what the disk holds of the files under ``source``."""
        for path in sorted({*self._durable, *self._pending, *self._unlinked}):
            if path.name.endswith("-shm"):
                continue
            if path not in self._named and rng.random() < 0.5:
                continue
            content = bytearray(self._unlinked.get(path, self._durable.get(path, b"")))
            for op in self._pending.get(path, []):
                fate = rng.choice(("lost", "kept", "torn"))
                if fate == "kept":
                    _apply(content, op)
                elif fate == "torn" and op[1] is not None:
                    sectors = rng.randrange(1 + len(op[1]) // _SECTOR_BYTES)
                    _apply(content, (op[0], op[1][: sectors * _SECTOR_BYTES]))
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)

    def _tick(self) -> None:
        if self._changes_left is not None and not self.dead:
            self._changes_left -= 1
            self.dead = self._changes_left <= 0
        if self.dead:
            raise PowerLost(errno.EIO, "the power is gone")


def _apply(content: bytearray, op: Op) -> None:
    offset, data = op
    if data is None:
        del content[offset:]
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


class SimulatedFile(RealFile):
    """A file on the simulated disk."""

    def __init__(self, descriptor: int, path: Path, disk: SimulatedDisk) -> None:
        super().__init__(descriptor)
        self._path = path
        self._disk = disk

    def write_at(self, offset: int, data: bytes) -> None:
        self._disk.change(self._path, (offset, data))
        super().write_at(offset, data)

    def truncate(self, size_bytes: int) -> None:
        self._disk.change(self._path, (size_bytes, None))
        super().truncate(size_bytes)

    def fsync(self) -> None:
        self._disk.sync(self._path)


class SimulatedFileSystem(RealFileSystem):
    """The FileSystem of the simulated disk. Locks are not taken: a dead process holds none."""

    def __init__(self, disk: SimulatedDisk) -> None:
        self._disk = disk

    def open(self, path: Path, *, create: bool = False) -> SimulatedFile:
        file = super().open(path, create=create)
        return SimulatedFile(file._descriptor, path, self._disk)

    def lock_dir(self, path: Path) -> int:
        return super().open(path / ".lock", create=True)._descriptor

    def fsync_dir(self, path: Path) -> None:
        self._disk.sync_folder(path)

    def unlink(self, path: Path) -> None:
        self._disk.unlink(path, durable=False)
        super().unlink(path)


class SimulatedVfs(apsw.VFS):
    """The simulated disk as SQLite sees it; registered under ``name`` until ``unregister``."""

    def __init__(self, disk: SimulatedDisk) -> None:
        self.name = f"simulated-{next(_names)}"
        self.disk = disk
        super().__init__(self.name, "")

    def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> apsw.VFSFile:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        return _VfsFile(self.disk, Path(path) if path else None, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self.disk.unlink(Path(filename), durable=syncdir)
        super().xDelete(filename, syncdir)


class _VfsFile(apsw.VFSFile):
    def __init__(
        self,
        disk: SimulatedDisk,
        path: Path | None,
        name: apsw.URIFilename | str | None,
        flags: list[int],
    ) -> None:
        super().__init__("", name, flags)
        self._disk = disk
        self._path = path or Path("temporary")
        self._unnamed = True

    def xWrite(self, data: bytes, offset: int) -> None:
        _as_sqlite(
            lambda: self._disk.change(self._path, (offset, bytes(data))), apsw.SQLITE_IOERR_WRITE
        )
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        _as_sqlite(
            lambda: self._disk.change(self._path, (newsize, None)), apsw.SQLITE_IOERR_TRUNCATE
        )
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        _as_sqlite(lambda: self._disk.sync(self._path), apsw.SQLITE_IOERR_FSYNC)
        if self._unnamed:
            # So does SQLite's own file layer with the first sync of a new journal or log.
            _as_sqlite(
                lambda: self._disk.sync_folder(self._path.parent), apsw.SQLITE_IOERR_DIR_FSYNC
            )
            self._unnamed = False


def _as_sqlite(act: Callable[[], None], code: int) -> None:
    try:
        act()
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise apsw.FullError(str(error)) from error
        failure = apsw.IOError(str(error))
        failure.extendedresult = code  # type: ignore[attr-defined]
        raise failure from error
