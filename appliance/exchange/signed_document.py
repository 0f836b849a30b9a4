"""Documents that leave the appliance under its signature: notices and certificates of erasure.

    {"document": {...}, "signature": "128 hexadecimal digits"}

The signature (Ed25519, the key of the record's heads) covers the name of the kind of document and
the UTF-8 bytes of ``document`` as compact JSON with sorted names, so that one kind is never taken
for another. Whoever holds the appliance's public key can check it with any library.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from appliance.domain.errors import StorageCorrupt
from appliance.keys import head_signer
from appliance.keys.head_signer import HeadSigner

DOCUMENT_BYTES_MAX = 65_536


def sign(kind: str, document: Mapping[str, object], signer: HeadSigner) -> bytes:
    """Return a document of a kind with its signature, as one line of JSON."""
    signature = signer.sign(_content(kind, document))
    return _canonical({"document": document, "signature": signature.hex()}) + b"\n"


def verify(kind: str, signed: bytes, public_bytes: bytes) -> dict[str, object]:
    """Return the document. Raises StorageCorrupt unless it is one of this kind under the key."""
    try:
        parsed = json.loads(signed[:DOCUMENT_BYTES_MAX])
        document, signature = parsed["document"], bytes.fromhex(parsed["signature"])
    except (ValueError, TypeError, KeyError) as error:
        raise StorageCorrupt(f"not a signed document: {error}") from None
    if not isinstance(document, dict):
        raise StorageCorrupt("not a signed document: what is signed is no object")
    head_signer.verify(public_bytes, signature, _content(kind, document))
    return document


def _content(kind: str, document: Mapping[str, object]) -> bytes:
    return f"pruem-appliance {kind}, version 1, Ed25519\n".encode() + _canonical(document)


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
