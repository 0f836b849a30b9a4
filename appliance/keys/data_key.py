"""A data key: encrypts the numbered blocks of one segment and nothing else.

The nonce is the block's number, so a number must never be used twice under one key: GCM gives both
plaintexts away if it is. A key can therefore seal only in the process that made it, with rising
numbers; a key that was read back can only open.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from appliance.domain.errors import InvariantBroken, StorageCorrupt

KEY_BYTES = 32
TAG_BYTES = 16
_NONCE_BYTES = 12


class DataKey:
    """AES-256-GCM with counter nonces. Opening is thread-safe, sealing belongs to one thread."""

    def __init__(self, key: bytes, *, seals: bool = False) -> None:
        self.key = key
        self._aead = AESGCM(key)
        self._next_number = 0 if seals else None

    @classmethod
    def create(cls) -> DataKey:
        """Make a new key; the only kind that can seal."""
        return cls(os.urandom(KEY_BYTES), seals=True)

    def seal(self, number: int, plaintext: bytes, context: bytes) -> bytes:
        """Encrypt block ``number``; InvariantBroken if a nonce could be used a second time."""
        if self._next_number is None or number < self._next_number:
            raise InvariantBroken(f"block number {number} may have been used under this key")
        self._next_number = number + 1
        return self._aead.encrypt(number.to_bytes(_NONCE_BYTES, "big"), plaintext, context)

    def open(self, number: int, sealed: bytes, context: bytes) -> bytes:
        """Decrypt block ``number``; StorageCorrupt if one bit of it or its context differs."""
        try:
            return self._aead.decrypt(number.to_bytes(_NONCE_BYTES, "big"), sealed, context)
        except InvalidTag:
            raise StorageCorrupt(f"block {number} does not open under its key") from None
