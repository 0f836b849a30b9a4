"""A second check of an exported record, from ops/RECORD_FORMAT.md and RFC 6962 alone.

Shares no line with the appliance: the standard library, and a library for Ed25519. It is slow and
keeps everything in memory, and returns the sequence of the first leaf in doubt, 0 if none is.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def _h(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _mth(leaves: list[bytes]) -> bytes:
    """Merkle Tree Hash, section 2.1, over leaf hashes."""
    n = len(leaves)
    if n == 0:
        return _h(b"")
    if n == 1:
        return leaves[0]
    k = 1
    while 2 * k < n:
        k *= 2
    return _h(b"\x01" + _mth(leaves[:k]) + _mth(leaves[k:]))


def _leaf_is_sound(fields: dict[str, Any], sequence: int) -> bool:
    if fields.get("sequence") != sequence or len(fields.get("leaf_hash", "")) != 64:
        return False
    if "leaf" not in fields:
        return fields.get("content") in ("expired", "withheld") and "salt" not in fields
    text = fields["leaf"]
    hashed = _h(b"\x00" + bytes.fromhex(fields["salt"]) + text.encode("utf-8"))
    return hashed.hex() == fields["leaf_hash"] and json.loads(text)[0] == sequence


def _head_is_signed(fields: dict[str, Any], public: bytes) -> bool:
    content = json.dumps(
        [
            "pruem-appliance record tree head, version 1, SHA-256, Ed25519",
            fields["store"],
            fields["number"],
            fields["size"],
            fields["root"],
            fields["signed_at"],
        ],
        separators=(",", ":"),
    )
    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(bytes.fromhex(fields["signature"]), content.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def first_in_doubt(export: bytes, heads: bytes, public: bytes) -> int:
    """Return the first leaf in doubt, 0 if the export is what the heads were signed over."""
    header, *lines = export.splitlines()
    store = json.loads(header)["store"]
    leaves: list[bytes] = []
    for sequence, line in enumerate(lines, 1):
        try:
            fields = json.loads(line)
            sound = _leaf_is_sound(fields, sequence)
        except (ValueError, TypeError, KeyError):
            sound = False
        if not sound:
            break
        leaves.append(bytes.fromhex(fields["leaf_hash"]))
    checked = number = 0
    for line in heads.splitlines():
        head = json.loads(line)
        follows = number == 0 or (head["number"] == number + 1 and head["size"] > checked)
        if not follows:
            return checked
        if head["size"] > len(leaves):
            return len(leaves) + 1
        if head["store"] != store or not _head_is_signed(head, public):
            return int(head["size"])
        if _mth(leaves[: head["size"]]).hex() != head["root"]:
            return checked + 1
        checked, number = head["size"], head["number"]
    return 0 if len(leaves) == len(lines) else len(leaves) + 1
