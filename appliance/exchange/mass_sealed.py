"""Batches and matches of a mass comparison as bytes, to be sealed: MessagePack, typed both ways.

What is read back was sealed by ourselves, so bytes that do not fit are damage, never bad input.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec

from appliance.domain.errors import StorageCorrupt
from appliance.domain.search import DnaMatch, ItemResult, Provenance
from appliance.exchange import sealed
from appliance.exchange.mass_intake import JudgedBatch
from appliance.matching.outcome import MatchOutcome

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class FoundMatch:
    """A match as it is kept; ``reference_number`` is that of the supplied profile."""

    reference_number: str
    match: DnaMatch
    provenance: Provenance
    candidate_limit: int
    answered_at: datetime


class _Match(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """``outcome`` holds one item with one match."""

    candidate_limit: int
    answered_at: datetime
    outcome: bytes


def batch_bytes(batch: JudgedBatch) -> bytes:
    """Return a judged batch as bytes."""
    return msgspec.msgpack.encode(batch)


def batch_from(content: bytes) -> JudgedBatch:
    """Return the batch of ``batch_bytes``. Raises StorageCorrupt."""
    return _decoded(content, JudgedBatch, "batch")


def match_bytes(found: FoundMatch) -> bytes:
    """Return a match as bytes."""
    item = ItemResult(found.reference_number, True, dna_matches=(found.match,))
    outcome = sealed.outcome_bytes(MatchOutcome((item,), found.provenance))
    return msgspec.msgpack.encode(_Match(found.candidate_limit, found.answered_at, outcome))


def match_from(content: bytes) -> FoundMatch:
    """Return the match of ``match_bytes``. Raises StorageCorrupt."""
    kept = _decoded(content, _Match, "match")
    outcome = sealed.outcome_from(kept.outcome)
    if len(outcome.items) != 1 or len(outcome.items[0].dna_matches) != 1:
        raise StorageCorrupt("a sealed match holds another number of matches than one")
    (item,) = outcome.items
    return FoundMatch(
        item.reference_number,
        item.dna_matches[0],
        outcome.provenance,
        kept.candidate_limit,
        kept.answered_at,
    )


def _decoded(content: bytes, kind: type[Kept], name: str) -> Kept:
    try:
        return msgspec.msgpack.decode(content, type=kind)
    except msgspec.MsgspecError as error:
        raise StorageCorrupt(f"a sealed {name}: {error}") from None
