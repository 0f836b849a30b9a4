"""A key file: one secret of 32 bytes, readable by its owner alone and never overwritten.

Layout: magic (8 bytes), kind (8 bytes, ASCII padded with zeros), secret (32 bytes), then the first
16 bytes of the SHA-256 of all that stands before. The checksum tells a damaged file from a wrong
key before anything is decrypted with it.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from appliance.domain.errors import ConfigurationInvalid, StorageCorrupt

SECRET_BYTES = 32
_MAGIC = b"PRUMKEY1"
_KIND_BYTES = 8
_CHECKSUM_BYTES = 16
_FILE_BYTES = len(_MAGIC) + _KIND_BYTES + SECRET_BYTES + _CHECKSUM_BYTES


def write_new(path: Path, kind: str, secret: bytes) -> None:
    """Write a new key file, mode 0600, durable on return.

    An existing file is never touched: losing a key loses everything under it. Raises
    ConfigurationInvalid where the file exists or cannot be written.
    """
    body = _MAGIC + kind.encode().ljust(_KIND_BYTES, b"\0") + secret
    content = body + hashlib.sha256(body).digest()[:_CHECKSUM_BYTES]
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise ConfigurationInvalid(f"{path.name}: the key exists and is not replaced") from None
    except OSError as error:
        raise ConfigurationInvalid(f"{path.name}: {error.strerror}") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(path: Path, kind: str) -> bytes:
    """Return the 32 secret bytes of a key file of this kind.

    Raises ConfigurationInvalid for a missing file, one that others than its owner may read, or a
    key of another kind; StorageCorrupt where its bytes are not what was written.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigurationInvalid(f"{path.name}: {error.strerror}") from error
    if mode & 0o077:
        raise ConfigurationInvalid(f"{path.name}: mode {mode:04o} lets others read it; use 0600")
    body, checksum = content[:-_CHECKSUM_BYTES], content[-_CHECKSUM_BYTES:]
    expected = hashlib.sha256(body).digest()[:_CHECKSUM_BYTES]
    if len(content) != _FILE_BYTES or checksum != expected or not body.startswith(_MAGIC):
        raise StorageCorrupt(f"{path.name}: the key file is damaged")
    found = body[len(_MAGIC) : len(_MAGIC) + _KIND_BYTES].rstrip(b"\0").decode("ascii", "replace")
    if found != kind:
        raise ConfigurationInvalid(f"{path.name}: holds a key of kind {found!r}, not {kind!r}")
    return body[-SECRET_BYTES:]
