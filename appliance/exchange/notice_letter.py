"""A notice as it leaves: a signed document."""

from __future__ import annotations

from appliance.domain.notice import Notice
from appliance.exchange import signed_document
from appliance.keys.head_signer import HeadSigner

KIND = "notice"


def compose(notice: Notice, own_party: str, signer: HeadSigner) -> bytes:
    """Return the letter of a notice from ``own_party``."""
    document = {
        "from": own_party,
        "to": notice.party,
        "category": notice.category.value,
        "kind": notice.kind.value,
        "number": notice.number,
        "created_at": notice.created_at.isoformat(timespec="microseconds"),
        "facts": dict(notice.facts),
    }
    return signed_document.sign(KIND, document, signer)


def verify(letter: bytes, public_bytes: bytes) -> dict[str, object]:
    """Return what a letter says. Raises StorageCorrupt unless it is signed under the key."""
    return signed_document.verify(KIND, letter, public_bytes)
