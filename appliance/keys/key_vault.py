"""A vault of keys: one key per sealed content, so that erasing the key erases the content.

The content lies encrypted in the database, whose pages, log and copies may outlive any deletion;
its key lies only here, in a slot that is overwritten in place. The file is a header and slots of
128 bytes, so that no slot crosses a sector: key id (8 random bytes), the key wrapped under the
master key (61 bytes), zeros. A slot of zeros is free. What the vault cannot promise: a drive that
remaps sectors may keep the wrapped key in cells that no command can read; it is still encrypted
under the master key there.
"""

from __future__ import annotations

import heapq
import os
import threading
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from appliance.domain.errors import InvariantBroken, RecordUnavailable, StorageCorrupt
from appliance.keys.master_key import ENVELOPE_OVERHEAD_BYTES, NONCE_BYTES, MasterKey
from appliance.keys.ports import KeyFileSystem

SLOT_BYTES = 128
_KEY_BYTES = 32
_ID_BYTES = 8
_WRAPPED_BYTES = _KEY_BYTES + ENVELOPE_OVERHEAD_BYTES
_USED_BYTES = _ID_BYTES + _WRAPPED_BYTES
_FREE = bytes(SLOT_BYTES)


class KeyDestroyed(StorageCorrupt):
    """The key of this content was destroyed; it cannot be read any more, by anyone."""


class KeyVault:
    """Keys in slots of one file. Safe from any thread; one process at a time.

    Each kind of vault says what its keys open: CONTENT names it in messages and binds the wrapped
    keys to their kind, MAGIC (8 bytes) begins the file, SLOTS_MAX bounds it.

    A write that the disk refuses, full as it may be, changes nothing that counts and may be tried
    again. A failed sync is never tried again: what the disk then holds is unknown, so every later
    call raises RecordUnavailable until the process starts anew.
    """

    CONTENT: ClassVar[str]
    MAGIC: ClassVar[bytes]
    SLOTS_MAX: ClassVar[int]

    def __init__(
        self,
        path: Path,
        master: MasterKey,
        filesystem: KeyFileSystem,
        *,
        on_fatal: Callable[[BaseException], None] = lambda _error: None,
    ) -> None:
        """Open or create the key file.

        ``on_fatal`` is told of a failed sync: it has to end the process. Raises StorageCorrupt if
        it is no file of such keys, RecordUnavailable where the disk refuses.
        """
        self._master = master
        self._on_fatal = on_fatal
        self._lock = threading.Lock()
        # Writes are counted so that one sync serves all who wrote before it began.
        self._syncing = threading.Lock()
        self._written = 0
        self._synced = 0
        self._failed = False
        # Keys that a refusing disk kept from being overwritten; nothing is sealed before they go.
        self._unerased: set[int] = set()
        header = self.MAGIC.ljust(SLOT_BYTES, b"\0")
        try:
            self._file = filesystem.open(path, create=True)
            if self._file.size() < SLOT_BYTES:
                self._file.write_at(0, header)
                self._file.fsync()
                filesystem.fsync_dir(path.parent)
            content = self._file.read_at(0, self._file.size())
        except OSError as error:
            raise RecordUnavailable(f"{path.name}: {error.strerror}") from error
        if content[:SLOT_BYTES] != header:
            raise StorageCorrupt(f"{path.name}: not a file of {self.CONTENT} keys")
        # A torn last slot was never acknowledged: it counts as used and is wiped as an orphan.
        self._slots = -(-(len(content) - SLOT_BYTES) // SLOT_BYTES)
        self._used = {slot for slot in range(self._slots) if any(content[_span(slot)])}
        self._free = [slot for slot in range(self._slots) if slot not in self._used]

    def seal(self, content: bytes, context: bytes) -> tuple[int, bytes]:
        """Encrypt a content under a new key and return (slot, ciphertext).

        The key is durable before this returns; the ciphertext opens only under the same context.
        Raises RecordUnavailable where the key cannot be made durable.
        """
        sealed = self.seal_unsynced(content, context)
        self.sync()
        return sealed

    def seal_unsynced(self, content: bytes, context: bytes) -> tuple[int, bytes]:
        """Do as ``seal``, but leave it to a later ``sync`` to make the key durable.

        For who has the ciphertext committed elsewhere, where many commits share one sync.
        """
        drawn = os.urandom(_ID_BYTES + _KEY_BYTES + NONCE_BYTES)
        identity, key = drawn[:_ID_BYTES], drawn[_ID_BYTES:-NONCE_BYTES]
        nonce = drawn[-NONCE_BYTES:]
        ciphertext = identity + nonce + AESGCM(key).encrypt(nonce, content, context)
        with self._lock:
            self._erase([])
            slot = self._take_slot()
            wrapped = self._master.wrap(key, self._slot_context(slot, identity))
            try:
                self._write([slot], (identity + wrapped).ljust(SLOT_BYTES, b"\0"))
            except RecordUnavailable:
                # No ciphertext of this key leaves: whatever the slot holds now opens nothing.
                heapq.heappush(self._free, slot)
                raise
            self._used.add(slot)
        return slot, ciphertext

    def sync(self) -> None:
        """Return once all that was written before is durable. Raises RecordUnavailable."""
        with self._lock:
            written = self._written
        self._sync(written)

    def open(self, slot: int, ciphertext: bytes, context: bytes) -> bytes:
        """Return the content of ``seal``.

        Raises KeyDestroyed once its key was destroyed, also where the slot holds another key
        by now; StorageCorrupt where a byte of the key or of the ciphertext changed.
        """
        with self._lock:
            self._require_sound()
            if not 0 <= slot < self._slots:
                raise KeyDestroyed(f"there is no key in slot {slot}")
            stored = self._file.read_at(_span(slot).start, SLOT_BYTES)
        identity, wrapped = stored[:_ID_BYTES], stored[_ID_BYTES:_USED_BYTES]
        if stored == _FREE or identity != ciphertext[:_ID_BYTES]:
            raise KeyDestroyed(f"the key of the {self.CONTENT} in slot {slot} was destroyed")
        key = self._master.unwrap(wrapped, self._slot_context(slot, identity))
        nonce, body = ciphertext[_ID_BYTES:][:NONCE_BYTES], ciphertext[_ID_BYTES + NONCE_BYTES :]
        try:
            return AESGCM(key).decrypt(nonce, body, context)
        except (InvalidTag, ValueError):
            raise StorageCorrupt(
                f"the {self.CONTENT} of slot {slot} is not what was sealed"
            ) from None

    def destroy(self, slot: int) -> None:
        """Overwrite a key; durable on return. A slot that is free already stays so.

        Raises RecordUnavailable where the disk refuses; it is then tried again before any other
        key is written.
        """
        with self._lock:
            self._erase([slot] if slot in self._used else [])
        self.sync()

    def holds(self, slot: int, ciphertext: bytes) -> bool:
        """Say whether the key of this ciphertext still stands in its slot."""
        with self._lock:
            self._require_sound()
            if not 0 <= slot < self._slots:
                return False
            stored = self._file.read_at(_span(slot).start, SLOT_BYTES)
        return stored != _FREE and stored[:_ID_BYTES] == ciphertext[:_ID_BYTES]

    def destroy_all_but(self, slots: Collection[int]) -> None:
        """Overwrite every key but those in these slots."""
        with self._lock:
            self._erase(sorted(self._used - set(slots)))
        self.sync()

    def close(self) -> None:
        """Close the file; keys stay as they are."""
        with self._syncing, self._lock:
            self._failed = True
            self._file.close()

    def _take_slot(self) -> int:
        if self._free:
            return heapq.heappop(self._free)
        if self._slots >= self.SLOTS_MAX:
            full = f"the vault holds {self.SLOTS_MAX} {self.CONTENT} keys, as many as it can"
            raise RecordUnavailable(full)
        self._slots += 1
        return self._slots - 1

    def _erase(self, slots: Iterable[int]) -> None:
        self._unerased.update(slots)
        if not self._unerased:
            return
        erased = sorted(self._unerased)
        self._write(erased, _FREE)
        self._unerased.clear()
        for slot in erased:
            # Read back what was written: an erasure that did not happen must not go unnoticed.
            if self._file.read_at(_span(slot).start, SLOT_BYTES) != _FREE:
                raise InvariantBroken(f"slot {slot} still holds bytes after its erasure")
            self._used.discard(slot)
            heapq.heappush(self._free, slot)

    def _write(self, slots: Iterable[int], content: bytes) -> None:
        self._require_sound()
        try:
            for slot in slots:
                self._file.write_at(_span(slot).start, content)
        except OSError as error:
            raise RecordUnavailable(
                f"{self.CONTENT} keys cannot be written: {error.strerror}"
            ) from error
        self._written += 1

    def _sync(self, written: int) -> None:
        """Return once the first ``written`` writes are durable; who waits here shares one sync."""
        with self._syncing:
            with self._lock:
                if self._synced >= written:
                    return
                self._require_sound()
                covered = self._written
            try:
                self._file.fsync()
            except OSError as error:
                self._failed = True
                self._on_fatal(error)
                raise RecordUnavailable(
                    f"{self.CONTENT} keys cannot be synced: {error.strerror}"
                ) from error
            self._synced = covered

    def _slot_context(self, slot: int, identity: bytes) -> bytes:
        return f"{self.CONTENT} key".encode() + slot.to_bytes(8, "big") + identity

    def _require_sound(self) -> None:
        if self._failed:
            raise RecordUnavailable(f"the file of {self.CONTENT} keys is closed or failed earlier")


def _span(slot: int) -> slice:
    """Return where a slot lies in the file; the header takes the place of one slot."""
    return slice((slot + 1) * SLOT_BYTES, (slot + 2) * SLOT_BYTES)
