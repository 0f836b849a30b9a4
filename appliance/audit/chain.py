"""The chain: canonical leaves, and a digest of each over itself and all before it.

digest_i = SHA-256(digest_(i-1) ‖ leaf_i), so that an entry cannot be changed, removed, inserted or
moved without changing every later digest, the signed ones among them.

A leaf is JSON without blanks, UTF-8: [sequence, time, act, party, [[name, value], ...]] with names
sorted and the time in UTC to the microsecond. Anyone can recompute it with any JSON library.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from appliance.domain.errors import InvariantBroken, StorageCorrupt
from appliance.domain.record import Act, RecordEntry

GENESIS = hashlib.sha256(b"pruem-appliance record of supplies, version 1").digest()
"""Stands before the first entry."""

DETAILS_MAX = 32
DETAIL_CHARS_MAX = 4_096


def leaf(
    sequence: int, recorded_at: datetime, act: Act, party: str, details: Mapping[str, str]
) -> str:
    """Return the canonical form of an entry. Raises InvariantBroken beyond the bounds above."""
    if len(details) > DETAILS_MAX or any(len(text) > DETAIL_CHARS_MAX for text in details.values()):
        raise InvariantBroken(f"an entry of the record for {act.value} is too large")
    time = recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    return canonical([sequence, time, act.value, party, sorted(details.items())])


def canonical(value: object) -> str:
    """Return JSON without blanks, characters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def digest(previous: bytes, leaf_text: str) -> bytes:
    """Return the digest of an entry after the one whose digest is ``previous``."""
    return hashlib.sha256(previous + leaf_text.encode()).digest()


def entry(leaf_text: str, digest_bytes: bytes) -> RecordEntry:
    """Return the entry a leaf says. Raises StorageCorrupt if it is no leaf."""
    try:
        sequence, time, act, party, details = json.loads(leaf_text)
        return RecordEntry(
            sequence=int(sequence),
            recorded_at=datetime.fromisoformat(time),
            act=Act(act),
            party=str(party),
            details=tuple((str(name), str(text)) for name, text in details),
            digest=digest_bytes,
        )
    except (ValueError, TypeError) as error:
        raise StorageCorrupt(f"an entry of the record is no leaf: {error}") from None
