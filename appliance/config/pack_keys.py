"""The public keys that profile packs are signed under."""

from __future__ import annotations

from contextlib import suppress

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from appliance.domain.errors import ConfigurationInvalid

PUBLIC_KEY_BYTES = 32


class PackKeys:
    """The public keys that packs are signed under: raw Ed25519, 32 bytes each, end to end.

    Several, so that packs under a former key stay readable. Raises ConfigurationInvalid.
    """

    def __init__(self, raw: bytes) -> None:
        if not raw or len(raw) % PUBLIC_KEY_BYTES:
            raise ConfigurationInvalid("keys of profile packs: raw Ed25519, 32 bytes each")
        starts = range(0, len(raw), PUBLIC_KEY_BYTES)
        parts = [raw[start : start + PUBLIC_KEY_BYTES] for start in starts]
        self._keys = [Ed25519PublicKey.from_public_bytes(each) for each in parts]

    def signed(self, content: bytes, signature: bytes) -> bool:
        """Tell whether a raw signature of ``content`` is under one of the keys."""
        for key in self._keys:
            with suppress(InvalidSignature):
                key.verify(signature, content)
                return True
        return False
