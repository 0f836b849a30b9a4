"""Segments: append-only files of encrypted blocks, where items of reference data lie.

Where a block begins and how long it is stands in the catalogue alone, with its checksum: bytes
that the catalogue does not name were never acknowledged and are removed on the next start. A
process appends only to segments that it began itself, each under a fresh key, so that a nonce
cannot come twice, whatever a crash left behind. Destroying a segment overwrites its wrapped key
first, so that copies of its blocks cannot be read either.
"""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from appliance.domain.errors import (
    ConfigurationInvalid,
    InvariantBroken,
    RecordUnavailable,
    StorageCorrupt,
)
from appliance.keys.data_key import DataKey
from appliance.keys.master_key import MasterKey
from appliance.store import limits, segment_layout
from appliance.store.filesystem import File, FileSystem, RealFileSystem
from appliance.store.segment_layout import BlockPlace

_SUFFIX = ".seg"


class SegmentGone(StorageCorrupt):
    """There is no such segment: it was destroyed, or its file is lost."""


class SegmentWriter:
    """One segment being written; belongs to one thread at a time."""

    def __init__(
        self,
        number: int,
        key: DataKey,
        file: File,
        context: Callable[[int], bytes],
        sync: Callable[[File], None],
    ) -> None:
        """Take a file that holds its header; ``context`` gives a block's associated data."""
        self.number = number
        self.size_bytes = segment_layout.HEADER_BYTES
        self._key = key
        self._file = file
        self._context = context
        self._sync = sync
        self._blocks = 0

    def append(self, contents: Sequence[bytes]) -> list[BlockPlace]:
        """Encrypt and write one block per content; all are durable on return. Raises OSError."""
        places: list[BlockPlace] = []
        sealed: list[bytes] = []
        start = self.size_bytes
        for content in contents:
            if not 0 < len(content) <= limits.BLOCK_BYTES_MAX:
                raise InvariantBroken(f"a block of {len(content)} bytes cannot be kept")
            block = self._key.seal(self._blocks, content, self._context(self._blocks))
            checksum = hashlib.sha256(block).digest()
            places.append(BlockPlace(self.number, self._blocks, start, len(block), checksum))
            sealed.append(block)
            start += len(block)
            self._blocks += 1
        self._file.write_at(self.size_bytes, b"".join(sealed))
        self._sync(self._file)
        self.size_bytes = start
        return places

    def close(self) -> None:
        """Give the file back."""
        self._file.close()


class SegmentStore:
    """The segments of one store in one folder, which no other process may use meanwhile.

    ``append`` and ``seal`` belong to one thread at a time; the rest is safe from any thread.
    """

    def __init__(
        self,
        directory: Path,
        master: MasterKey,
        store_id: bytes,
        *,
        on_fatal: Callable[[BaseException], None],
        filesystem: FileSystem | None = None,
    ) -> None:
        """Take the folder, making it where it is absent.

        ``store_id`` is ``setting_table.store_id`` of the database beside it. ``on_fatal`` is told
        of a failed sync: it has to end the process. Raises ConfigurationInvalid where another
        process has the folder, RecordUnavailable where the disk refuses.
        """
        self._directory = directory
        self._master = master
        self._store_id = store_id
        self._on_fatal = on_fatal
        self._files = filesystem or RealFileSystem()
        self._keys: dict[int, DataKey] = {}
        self._active: SegmentWriter | None = None
        self._numbering = threading.Lock()
        try:
            self._files.make_dir(directory)
            self._token: int | None = self._files.lock_dir(directory)
            self._last_number = max(self._present(), default=0)
        except BlockingIOError:
            raise ConfigurationInvalid(f"{directory.name}: another process uses it") from None
        except OSError as error:
            raise RecordUnavailable(f"{directory.name}: {error.strerror}") from error

    @property
    def active(self) -> int:
        """The number of the segment in use, 0 if there is none."""
        return self._active.number if self._active else 0

    def append(self, contents: Sequence[bytes]) -> list[BlockPlace]:
        """Write blocks to the segment in use; they are durable on return.

        Raises RecordUnavailable where the disk refuses. The segment in use is then left behind,
        since what its file holds is no longer known, and the next call begins another.
        """
        if self._active is not None and self._active.size_bytes >= limits.SEGMENT_BYTES_MAX:
            self.seal()
        try:
            if self._active is None:
                self._active = self.begin()
            return self._active.append(contents)
        except BaseException as error:
            self.seal()
            if isinstance(error, OSError):
                raise RecordUnavailable(f"segments: {error.strerror}") from error
            raise

    def seal(self) -> None:
        """Append no more to the segment in use; the next block begins another."""
        if self._active is not None:
            self._active.close()
        self._active = None

    def begin(self) -> SegmentWriter:
        """Begin a segment of its own under a new key; its name is durable. Raises OSError."""
        with self._numbering:
            self._last_number += 1
            number = self._last_number
        key = DataKey.create()
        wrapped = self._master.wrap(key.key, segment_layout.key_context(self._store_id, number))
        file = self._files.open(self._path(number), create=True)
        file.write_at(0, segment_layout.pack_header(self._store_id, number, wrapped))
        self._sync(file)
        self._files.fsync_dir(self._directory)
        return SegmentWriter(
            number,
            key,
            file,
            lambda block: segment_layout.block_context(self._store_id, number, block),
            self._sync,
        )

    def read(self, places: Sequence[BlockPlace]) -> list[bytes]:
        """Return the content of blocks, in the order asked for.

        Every byte is checked before it is used. Raises StorageCorrupt where one is missing or
        changed, SegmentGone where the file is not there.
        """
        contents: list[bytes] = []
        try:
            for segment, group in itertools.groupby(places, lambda place: place.segment):
                file = self._open(segment)
                try:
                    key = self._key(segment, file)
                    contents.extend(self._read_block(file, key, place) for place in group)
                finally:
                    file.close()
        except OSError as error:
            raise RecordUnavailable(f"segments: {error.strerror}") from error
        return contents

    def clean(self, ends: Mapping[int, int]) -> None:
        """Remove what was never acknowledged; called once, before anything is appended.

        ``ends`` gives, for each segment that the catalogue names, where its last block ends. Files
        of other segments are destroyed, longer files cut; StorageCorrupt for a file that is too
        short or not there, RecordUnavailable where the disk refuses.
        """
        try:
            present = self._present()
            for number in present:
                if number not in ends:
                    self.destroy(number)
            for number, end in ends.items():
                if number not in present:
                    raise SegmentGone(f"the file of segment {number} is lost")
                self._cut(number, end)
        except OSError as error:
            raise RecordUnavailable(f"{self._directory.name}: {error.strerror}") from error
        self._last_number = max(self._last_number, *ends, 0)

    def destroy(self, segment: int) -> None:
        """Make every block of a segment unreadable for ever and remove its file. Raises OSError.

        The wrapped key is overwritten and the overwriting durable before the file goes. A drive
        that remaps sectors may keep it in cells that no command can read; it is still encrypted
        under the master key there.
        """
        file = self._files.open(self._path(segment))
        try:
            file.write_at(0, bytes(segment_layout.HEADER_BYTES))
            self._sync(file)
        finally:
            file.close()
        self._files.unlink(self._path(segment))
        self._files.fsync_dir(self._directory)
        self._keys.pop(segment, None)

    def close(self) -> None:
        """Close the segment in use and give the folder free; a second call does nothing."""
        self.seal()
        token, self._token = self._token, None
        if token is not None:
            self._files.unlock_dir(token)

    def _open(self, segment: int) -> File:
        # Opened for each read: a descriptor kept open could be closed by ``destroy`` and its
        # number given to another file under the reader's hands.
        try:
            return self._files.open(self._path(segment))
        except FileNotFoundError:
            raise SegmentGone(f"the file of segment {segment} is not there") from None

    def _key(self, segment: int, file: File) -> DataKey:
        key = self._keys.get(segment)
        if key is None:
            header = file.read_at(0, segment_layout.HEADER_BYTES)
            wrapped = segment_layout.wrapped_key(header, self._store_id, segment)
            context = segment_layout.key_context(self._store_id, segment)
            key = self._keys[segment] = DataKey(self._master.unwrap(wrapped, context))
        return key

    def _read_block(self, file: File, key: DataKey, place: BlockPlace) -> bytes:
        block = file.read_at(place.start, place.size_bytes)
        if hashlib.sha256(block).digest() != place.checksum:
            raise StorageCorrupt(f"block {place.number} of segment {place.segment} is damaged")
        context = segment_layout.block_context(self._store_id, place.segment, place.number)
        return key.open(place.number, block, context)

    def _cut(self, segment: int, end: int) -> None:
        size = self._files.size(self._path(segment))
        if size < end:
            raise StorageCorrupt(f"segment {segment} has {size} bytes, its blocks end at {end}")
        if size > end:
            file = self._files.open(self._path(segment))
            file.truncate(end)
            file.close()

    def _sync(self, file: File) -> None:
        try:
            file.fsync()
        except OSError as error:
            self._on_fatal(error)
            raise

    def _present(self) -> list[int]:
        names = self._files.listdir(self._directory)
        return [int(name.removesuffix(_SUFFIX), 16) for name in names if name.endswith(_SUFFIX)]

    def _path(self, segment: int) -> Path:
        return self._directory / f"{segment:08x}{_SUFFIX}"
