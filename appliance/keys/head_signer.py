"""The key that signs the heads of the record: Ed25519 (RFC 8032)."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from appliance.domain.errors import StorageCorrupt
from appliance.keys import key_file

PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64
_KIND = "head"


class HeadSigner:
    """Signs heads; immutable, safe from any thread."""

    def __init__(self, secret: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(secret)

    @classmethod
    def create(cls, path: Path) -> HeadSigner:
        """Make a new key and write its file; ConfigurationInvalid if the file exists."""
        secret = os.urandom(key_file.SECRET_BYTES)
        key_file.write_new(path, _KIND, secret)
        return cls(secret)

    @classmethod
    def load(cls, path: Path) -> HeadSigner:
        """Read the key file; ConfigurationInvalid or StorageCorrupt as ``key_file.read`` says."""
        return cls(key_file.read(path, _KIND))

    @property
    def public_bytes(self) -> bytes:
        """The 32 raw bytes of the public key, for whoever checks the heads."""
        return self._private.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """Return the 64 bytes of the signature over ``data``."""
        return self._private.sign(data)


def verify(public_bytes: bytes, signature: bytes, data: bytes) -> None:
    """Check a signature of ``HeadSigner.sign``; StorageCorrupt if it is not one over ``data``."""
    if len(public_bytes) != PUBLIC_KEY_BYTES:
        raise StorageCorrupt(f"a public key of {len(public_bytes)} bytes is no Ed25519 key")
    try:
        Ed25519PublicKey.from_public_bytes(public_bytes).verify(signature, data)
    except InvalidSignature:
        raise StorageCorrupt("the signature is not one over this data by this key") from None
