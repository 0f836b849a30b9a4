"""The master key: wraps every other key, seals small secrets, hides names that must be found again.

Three keys are derived from the secret, one per purpose, so that a wrapped key can never be passed
off as a sealed text. An envelope is version (1 byte), random nonce (12), AES-256-GCM ciphertext
with its tag. Random nonces allow 2^32 envelopes per key (NIST SP 800-38D, 8.3): at one million
searches a day that is more than ten years.
"""

from __future__ import annotations

import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from appliance.domain.errors import StorageCorrupt
from appliance.keys import key_file

ENVELOPE_VERSION = 1
NONCE_BYTES = 12
TAG_BYTES = 16
ENVELOPE_OVERHEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES
_KIND = "master"


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(SHA256(), key_file.SECRET_BYTES, purpose).derive(secret)


def _close(aead: AESGCM, plaintext: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return bytes([ENVELOPE_VERSION]) + nonce + aead.encrypt(nonce, plaintext, context)


def _open(aead: AESGCM, envelope: bytes, context: bytes) -> bytes:
    if len(envelope) < ENVELOPE_OVERHEAD_BYTES or envelope[0] != ENVELOPE_VERSION:
        raise StorageCorrupt(f"an envelope of {len(envelope)} bytes has no known form")
    nonce, ciphertext = envelope[1 : 1 + NONCE_BYTES], envelope[1 + NONCE_BYTES :]
    try:
        return aead.decrypt(nonce, ciphertext, context)
    except InvalidTag:
        raise StorageCorrupt("an envelope does not open under this key and context") from None


class MasterKey:
    """The key over all keys of one appliance; immutable, safe from any thread."""

    def __init__(self, secret: bytes) -> None:
        self._wrapping = AESGCM(_derived(secret, b"pruem appliance: wrap keys"))
        self._sealing = AESGCM(_derived(secret, b"pruem appliance: seal texts"))
        self._hiding = _derived(secret, b"pruem appliance: hide names")

    @classmethod
    def create(cls, path: Path) -> MasterKey:
        """Make a new key and write its file; ConfigurationInvalid if the file exists."""
        secret = os.urandom(key_file.SECRET_BYTES)
        key_file.write_new(path, _KIND, secret)
        return cls(secret)

    @classmethod
    def load(cls, path: Path) -> MasterKey:
        """Read the key file; ConfigurationInvalid or StorageCorrupt as ``key_file.read`` says."""
        return cls(key_file.read(path, _KIND))

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Return ``key`` enveloped; it opens only under the same context."""
        return _close(self._wrapping, key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the key of an envelope of ``wrap``; StorageCorrupt if it does not open."""
        return _open(self._wrapping, wrapped, context)

    def seal(self, plaintext: bytes, context: bytes) -> bytes:
        """Return ``plaintext`` enveloped; it opens only under the same context."""
        return _close(self._sealing, plaintext, context)

    def unseal(self, sealed: bytes, context: bytes) -> bytes:
        """Return the text of an envelope of ``seal``; StorageCorrupt if it does not open."""
        return _open(self._sealing, sealed, context)

    def tag(self, name: bytes, context: bytes) -> bytes:
        """Return 32 bytes that are the same for the same name and context, and hide both.

        HMAC-SHA-256; the context must hold no zero byte.
        """
        return hmac.digest(self._hiding, context + b"\0" + name, "sha256")
