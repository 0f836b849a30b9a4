"""Signed tree heads: what the record was at a time, under a key that others can check.

A tree alone cannot show that its end was cut off; a head kept elsewhere can. Heads are numbered,
so that one taken out leaves a gap. Each is one line of JSON, in the database, in the log of heads
beside it and, where a drop is set, outside this machine: entries newer than the last head that
somebody else holds are protected by nothing but the disk.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.audit import leaf
from appliance.domain.errors import StorageCorrupt
from appliance.keys import head_signer
from appliance.keys.head_signer import HeadSigner

_SCHEME = "pruem-appliance record tree head, version 1, SHA-256, Ed25519"


@dataclass(frozen=True, slots=True)
class Head:
    """Head ``number``, from 1, of ``store``: ``size`` leaves and their root at ``signed_at``."""

    store: bytes
    number: int
    size: int
    root: bytes
    signed_at: datetime
    signature: bytes = b""

    def signed_by(self, signer: HeadSigner) -> Head:
        """Return this head with its signature."""
        return replace(self, signature=signer.sign(self._content()))

    def verify(self, public_bytes: bytes) -> None:
        """Raise StorageCorrupt unless the signature is one over this head."""
        head_signer.verify(public_bytes, self.signature, self._content())

    def line(self) -> str:
        """Return the head as one line, without its end."""
        return leaf.canonical(
            {
                "store": self.store.hex(),
                "number": self.number,
                "size": self.size,
                "root": self.root.hex(),
                "signed_at": leaf.time_text(self.signed_at),
                "signature": self.signature.hex(),
            }
        ).decode()

    def _content(self) -> bytes:
        said = [self.store.hex(), self.number, self.size, self.root.hex()]
        return leaf.canonical([_SCHEME, *said, leaf.time_text(self.signed_at)])


def parse(line: str) -> Head:
    """Return the head of a line. Raises StorageCorrupt if it is none."""
    try:
        fields = json.loads(line)
        head = Head(
            store=bytes.fromhex(fields["store"]),
            number=int(fields["number"]),
            size=int(fields["size"]),
            root=bytes.fromhex(fields["root"]),
            signed_at=datetime.fromisoformat(fields["signed_at"]),
            signature=bytes.fromhex(fields["signature"]),
        )
        canonical = head.line()
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise StorageCorrupt(f"not a head of the record: {error}") from None
    if canonical != line:
        raise StorageCorrupt("a head of the record is not in its canonical form")
    return head
