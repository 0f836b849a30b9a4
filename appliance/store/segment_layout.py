"""The bytes of a segment file.

The header, 128 bytes: magic (8), layout version (2), store id (16), segment number (8), the
segment's data key wrapped under the master key (61), a zero, and the SHA-256 of all that (32).
Numbers are big endian. Blocks follow side by side: the AES-256-GCM ciphertext of the content with
its tag. The nonce of a block is its number; its associated data are store id, segment, block and
layout version, so that no block can stand in for another.
"""

from __future__ import annotations

import hashlib
import struct
from typing import NamedTuple

from appliance.domain.errors import StorageCorrupt
from appliance.keys.master_key import ENVELOPE_OVERHEAD_BYTES

LAYOUT_VERSION = 1
HEADER_BYTES = 128
KEY_START = 34
WRAPPED_KEY_BYTES = 32 + ENVELOPE_OVERHEAD_BYTES
_MAGIC = b"PRUMSEG1"
_CHECKSUM_BYTES = 32
_BODY = struct.Struct(f">8sH16sQ{WRAPPED_KEY_BYTES}sx")
_ASSOCIATED = struct.Struct(">16sQQH")


class BlockPlace(NamedTuple):
    """Where a block lies and what its bytes hash to: the catalogue's knowledge of it."""

    segment: int
    number: int
    start: int
    size_bytes: int
    checksum: bytes


def pack_header(store_id: bytes, segment: int, wrapped_key: bytes) -> bytes:
    """Return the 128 bytes of a header."""
    body = _BODY.pack(_MAGIC, LAYOUT_VERSION, store_id, segment, wrapped_key)
    return body + hashlib.sha256(body).digest()


def wrapped_key(header: bytes, store_id: bytes, segment: int) -> bytes:
    """Return the wrapped data key of a header; StorageCorrupt unless it is this segment's."""
    body, checksum = header[:-_CHECKSUM_BYTES], header[-_CHECKSUM_BYTES:]
    if len(header) != HEADER_BYTES or hashlib.sha256(body).digest() != checksum:
        raise StorageCorrupt(f"the header of segment {segment} is damaged")
    magic, version, owner, number, wrapped = _BODY.unpack(body)
    if (magic, version, owner, number) != (_MAGIC, LAYOUT_VERSION, store_id, segment):
        raise StorageCorrupt(
            f"segment {segment} has the header of segment {number}, layout {version},"
            f" store {owner.hex()}"
        )
    return bytes(wrapped)


def key_context(store_id: bytes, segment: int) -> bytes:
    """Return what the wrapped key of a segment is bound to."""
    return b"segment key" + store_id + segment.to_bytes(8, "big")


def block_context(store_id: bytes, segment: int, block: int) -> bytes:
    """Return the associated data of a block."""
    return _ASSOCIATED.pack(store_id, segment, block, LAYOUT_VERSION)
