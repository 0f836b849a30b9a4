"""Leaves of the record: what is hashed into the tree, and what can be read back from it.

A leaf is a salt of 16 random bytes and then JSON without blanks, UTF-8: [sequence, time, act,
party, [[name, value], ...], [[collection, reference number], ...]] with names and subjects sorted
and the time in UTC to the microsecond. Anyone can recompute it with any JSON library. The tree
commits to the content itself, not to a ciphertext, so that an entry can be shown to be the one
recorded without showing a key; without the salt, which is deleted with the content, its hash
cannot be guessed at.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection as Many
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from appliance.audit import merkle
from appliance.domain import limits
from appliance.domain.codes import Collection
from appliance.domain.errors import InvariantBroken, StorageCorrupt
from appliance.domain.record import Act, RecordEntry, Subject

SALT_BYTES = 16
DETAILS_MAX = 32
DETAIL_CHARS_MAX = 4_096
SUBJECTS_MAX = limits.PROBES_PER_REQUEST_MAX * limits.DNA_MATCHES_PER_ANSWER_MAX
"""As many items as one answer can supply."""


_ENCODER = msgspec.json.Encoder()


def encode(
    sequence: int,
    recorded_at: datetime,
    act: Act,
    party: str,
    details: Mapping[str, str],
    subjects: Many[Subject],
) -> bytes:
    """Return a new leaf, salt and all. Raises InvariantBroken beyond the bounds above."""
    longest = max(map(len, details.values()), default=0)
    if len(details) > DETAILS_MAX or longest > DETAIL_CHARS_MAX:
        raise InvariantBroken(f"an entry of the record for {act.value} is too large")
    if len(subjects) > SUBJECTS_MAX:
        raise InvariantBroken(f"an entry of the record for {act.value} has too many subjects")
    return os.urandom(SALT_BYTES) + canonical(
        [sequence, time_text(recorded_at), act.value, party, sorted(details.items()), subjects]
    )


def canonical(value: object) -> bytes:
    """Return JSON without blanks, UTF-8, characters as they are but for what must be escaped."""
    return _ENCODER.encode(value)


@lru_cache(maxsize=16)  # entries that are appended together have one instant
def time_text(at: datetime) -> str:
    """Return an instant in UTC to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def begins(leaf: bytes, sequence: int) -> bool:
    """Say whether a leaf calls itself this sequence."""
    return leaf.startswith(b"[%d," % sequence, SALT_BYTES)


def entry(leaf: bytes) -> RecordEntry:
    """Return the entry a leaf says. Raises StorageCorrupt if it is no leaf."""
    try:
        sequence, time, act, party, details, subjects = json.loads(leaf[SALT_BYTES:])
        return RecordEntry(
            sequence=int(sequence),
            recorded_at=datetime.fromisoformat(time),
            act=Act(act),
            party=str(party),
            details=tuple((str(name), str(text)) for name, text in details),
            subjects=tuple((Collection(name), str(number)) for name, number in subjects),
            salt=leaf[:SALT_BYTES],
            leaf_hash=merkle.leaf_hash(leaf),
        )
    except (ValueError, TypeError) as error:
        raise StorageCorrupt(f"an entry of the record is no leaf: {error}") from None


def context(sequence: int) -> bytes:
    """Return what binds the sealed leaf to its place."""
    return sequence.to_bytes(8, "big")


def contexts(first: int, last: int) -> list[bytes]:
    """Return ``context`` of each sequence of a range."""
    return [sequence.to_bytes(8, "big") for sequence in range(first, last + 1)]
