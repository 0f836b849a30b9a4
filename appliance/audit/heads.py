"""Signed heads: what the record was at a time, under a key, kept inside and outside the database.

A chain alone cannot show that its end was cut off; a head kept elsewhere can. Each head is one line
of JSON, in the database and, synced, in a log beside it. Copy the log to another machine: entries
newer than the last head that somebody else holds are protected by nothing but the disk.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from appliance.audit import chain
from appliance.domain.errors import RecordUnavailable, StorageCorrupt
from appliance.keys import head_signer
from appliance.keys.head_signer import HeadSigner
from appliance.store.filesystem import FileSystem

LINE_BYTES_MAX = 1_024
_SCHEME = "pruem-appliance record head, version 1, Ed25519"


@dataclass(frozen=True, slots=True)
class Head:
    """The record of ``store`` ended with entry ``sequence`` and its digest at ``signed_at``."""

    store: bytes
    sequence: int
    digest: bytes
    signed_at: datetime
    signature: bytes = b""

    def signed_by(self, signer: HeadSigner) -> Head:
        """Return this head with its signature."""
        signature = signer.sign(self._content())
        return Head(self.store, self.sequence, self.digest, self.signed_at, signature)

    def verify(self, public_bytes: bytes) -> None:
        """Raise StorageCorrupt unless the signature is one over this head."""
        head_signer.verify(public_bytes, self.signature, self._content())

    def line(self) -> str:
        """Return the head as one line, without its end."""
        return chain.canonical(
            {
                "store": self.store.hex(),
                "sequence": self.sequence,
                "digest": self.digest.hex(),
                "signed_at": _time(self.signed_at),
                "signature": self.signature.hex(),
            }
        )

    def _content(self) -> bytes:
        return chain.canonical(
            [_SCHEME, self.store.hex(), self.sequence, self.digest.hex(), _time(self.signed_at)]
        ).encode()


def parse(line: str) -> Head:
    """Return the head of a line. Raises StorageCorrupt if it is none."""
    try:
        fields = json.loads(line)
        head = Head(
            store=bytes.fromhex(fields["store"]),
            sequence=int(fields["sequence"]),
            digest=bytes.fromhex(fields["digest"]),
            signed_at=datetime.fromisoformat(fields["signed_at"]),
            signature=bytes.fromhex(fields["signature"]),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise StorageCorrupt(f"not a head of the record: {error}") from None
    if head.line() != line:
        raise StorageCorrupt("a head of the record is not in its canonical form")
    return head


class HeadsLog:
    """The file of heads. One thread appends; reading is safe at any time."""

    def __init__(
        self,
        path: Path,
        filesystem: FileSystem,
        on_fatal: Callable[[BaseException], None] = lambda _error: None,
    ) -> None:
        """Open or create the log; a line that a crash left unfinished is cut off.

        ``on_fatal`` is told of a failed sync: it has to end the process.
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
        except OSError as error:
            raise RecordUnavailable(f"{path.name}: {error.strerror}") from error

    def append(self, line: str) -> None:
        """Add a line, durable on return.

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
    """Yield the finished lines that the log holds now, without their ends, one at a time."""
    try:
        remaining = path.stat().st_size
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


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
