"""The keys of days: what the record says of one day can be read, and found, under one key.

Art. 17(4) has the record deleted after its time. Each day's content is encrypted under a key of
its own, and the same key hides the reference numbers in the index, so that overwriting one slot
of the vault takes both away wherever copies of them lie.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from appliance.domain.errors import StorageCorrupt
from appliance.keys.key_vault import KeyVault

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
_SHUT = "the content does not open under the key of its day"


class DayVault(KeyVault):
    """Keys of days of the record; the file belongs into every backup, unlike that of probes."""

    CONTENT = "day"
    MAGIC = b"PRUMDAY1"
    SLOTS_MAX = 1 << 16  # a day has one key, and one more for each step of the clock into it


class DayKey:
    """Seals, opens and finds what was recorded on one day. Immutable, safe from any thread.

    AES-256-GCM with random nonces, of which 2^32 are allowed under one key (NIST SP 800-38D, 8.3).
    """

    def __init__(self, secret: bytes) -> None:
        self._aead = AESGCM(_derived(secret, b"pruem appliance: content of the record"))
        self._index = _derived(secret, b"pruem appliance: index of the record")

    @staticmethod
    def new_secret() -> bytes:
        """Return the 32 random bytes of a new key."""
        return os.urandom(KEY_BYTES)

    def seal(self, plaintext: bytes, context: bytes) -> bytes:
        """Return nonce and ciphertext with its tag; they open only under the same context."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, plaintext, context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Return the plaintext of ``seal``; StorageCorrupt if one bit of it or context differs."""
        try:
            return self._aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
        except (InvalidTag, ValueError):
            raise StorageCorrupt(_SHUT) from None

    def open_each(self, sealed: Sequence[bytes], contexts: Sequence[bytes]) -> Iterator[bytes]:
        """Yield what ``open`` returns of each; StorageCorrupt, and no more, at the first that
        differs."""
        decrypt = self._aead.decrypt
        try:
            for content, context in zip(sealed, contexts, strict=True):
                yield decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], context)
        except (InvalidTag, ValueError):
            raise StorageCorrupt(_SHUT) from None

    def tag(self, text: bytes) -> bytes:
        """Return the 16 bytes under which ``text`` stands in this day's index."""
        return hmac.digest(self._index, text, "sha256")[:TAG_BYTES]


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(SHA256(), KEY_BYTES, purpose).derive(secret)
