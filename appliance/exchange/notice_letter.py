"""A notice as it leaves: one JSON document under the appliance's signature.

    {"notice": {...}, "signature": "128 hexadecimal digits"}

The signature (Ed25519, the key of the record's heads) covers the UTF-8 bytes of ``notice`` as
compact JSON with sorted names, after a line that names this use, so that it is of no other.
"""

from __future__ import annotations

import json

from appliance.domain.errors import StorageCorrupt
from appliance.domain.notice import Notice
from appliance.keys import head_signer
from appliance.keys.head_signer import HeadSigner

LETTER_BYTES_MAX = 65_536
_SCHEME = b"pruem-appliance notice, version 1, Ed25519\n"


def compose(notice: Notice, own_party: str, signer: HeadSigner) -> bytes:
    """Return the letter of a notice from ``own_party``."""
    content = {
        "from": own_party,
        "to": notice.party,
        "category": notice.category.value,
        "kind": notice.kind.value,
        "number": notice.number,
        "created_at": notice.created_at.isoformat(timespec="microseconds"),
        "facts": dict(notice.facts),
    }
    signature = signer.sign(_SCHEME + _canonical(content))
    return _canonical({"notice": content, "signature": signature.hex()}) + b"\n"


def verify(letter: bytes, public_bytes: bytes) -> dict[str, object]:
    """Return the content of a letter. Raises StorageCorrupt unless it is signed under the key."""
    try:
        parsed = json.loads(letter[:LETTER_BYTES_MAX])
        content, signature = parsed["notice"], bytes.fromhex(parsed["signature"])
    except (ValueError, TypeError, KeyError) as error:
        raise StorageCorrupt(f"not a letter of a notice: {error}") from None
    head_signer.verify(public_bytes, signature, _SCHEME + _canonical(content))
    if not isinstance(content, dict):
        raise StorageCorrupt("not a letter of a notice: its content is no object")
    return content


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
