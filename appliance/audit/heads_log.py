"""The log of heads: the lines of all signed heads in one file, each synced, beside the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from appliance.domain.errors import RecordUnavailable, StorageCorrupt
from appliance.store.filesystem import FileSystem

LINE_BYTES_MAX = 1_024


class HeadsLog:
    """The file of heads. One thread appends; reading is safe at any time."""

    def __init__(
        self,
        path: Path,
        filesystem: FileSystem,
        on_fatal: Callable[[BaseException], None] = lambda _error: None,
    ) -> None:
        """Open or create the log; a line that a crash left unfinished is cut off.

        ``on_fatal`` is told of a failed sync: it has to end the process. ``last_line`` is the line
        that stood last then, "" for none. Raises StorageCorrupt for a file that is no text.
        """
        self._path = path
        self._on_fatal = on_fatal
        self._failed = False
        try:
            created = not filesystem.exists(path)
            self._file = filesystem.open(path, create=True)
            if created:
                filesystem.fsync_dir(path.parent)
            size = self._file.size()
            tail = self._file.read_at(max(0, size - LINE_BYTES_MAX), LINE_BYTES_MAX)
            unfinished = len(tail) - (tail.rfind(b"\n") + 1)
            if unfinished:
                self._file.truncate(size - unfinished)
            *_, self.last_line = ["", *tail[: len(tail) - unfinished].decode().splitlines()]
        except OSError as error:
            raise RecordUnavailable(f"{path.name}: {error.strerror}") from error
        except UnicodeDecodeError:
            raise StorageCorrupt(f"{path.name}: not a log of heads") from None

    def append(self, line: str) -> None:
        """Add a line, or several with line ends between them, durable on return.

        Raises RecordUnavailable where the disk refuses. What a refused write left of the line is
        cut off, so that a disk with room again is written on; a failed sync is never tried again,
        for what the disk holds is then unknown.
        """
        if self._failed:
            raise RecordUnavailable("the log of heads failed earlier")
        end = self._file.size()
        try:
            self._file.append(line.encode() + b"\n")
        except OSError as error:
            self._cut(end)
            raise RecordUnavailable(f"{self._path.name}: {error.strerror}") from error
        try:
            self._file.fsync()
        except OSError as error:
            self._failed = True
            self._on_fatal(error)
            raise RecordUnavailable(f"{self._path.name}: {error.strerror}") from error

    def _cut(self, end: int) -> None:
        try:
            self._file.truncate(end)
        except OSError:
            # Half a line may stand there now; the next start cuts it off.
            self._failed = True

    def close(self) -> None:
        """Close the file; later appends are refused."""
        if not self._failed:
            self._failed = True
            self._file.close()


def read_log(path: Path) -> Iterator[str]:
    """Return the finished lines that the log holds at this call, without their ends, one by one.

    Raises StorageCorrupt where the log cannot be read.
    """
    try:
        return _lines(path, path.stat().st_size)
    except OSError as error:
        raise StorageCorrupt(f"{path.name}: {error.strerror}") from error


def _lines(path: Path, remaining: int) -> Iterator[str]:
    try:
        with path.open("rb") as file:
            while remaining > 0:
                line = file.readline(min(remaining, LINE_BYTES_MAX))
                if not line:
                    return
                remaining -= len(line)
                if line.endswith(b"\n"):
                    yield line[:-1].decode("utf-8", "replace")
                elif remaining > 0:
                    raise StorageCorrupt("a line of the log of heads is too long")
    except OSError as error:
        raise StorageCorrupt(f"{path.name}: {error.strerror}") from error
