"""Requests and outcomes as bytes, to be sealed: MessagePack, typed both ways.

What is read back was sealed by ourselves, so bytes that do not fit are damage, never bad input.
"""

from __future__ import annotations

from typing import Any

import msgspec

from appliance.domain.codes import Collection, SearchType
from appliance.domain.dna_worth import MatchWorth
from appliance.domain.errors import StorageCorrupt
from appliance.domain.search import (
    DnaMatch,
    DnaProbe,
    FingerCandidate,
    FingerProbe,
    ItemResult,
    LocusView,
    Provenance,
    SearchRequest,
)
from appliance.matching.outcome import MatchOutcome


class _Request(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """A request with its probes apart by kind: one list of two kinds has no typed form."""

    party: str
    request_number: str
    search_type: SearchType
    case_reference: str
    purpose: str
    officer: str
    ordering_officer: str
    candidates_max: int
    accelerated: bool
    legal_basis: str
    content_digest: bytes
    finger: tuple[FingerProbe, ...]
    dna: tuple[DnaProbe, ...]


_PLAIN_FIELDS = _Request.__struct_fields__[:-2]
_ENCODER = msgspec.msgpack.Encoder()


def request_bytes(request: SearchRequest) -> bytes:
    """Return a request as bytes."""
    finger = tuple(each for each in request.probes if isinstance(each, FingerProbe))
    dna = tuple(each for each in request.probes if isinstance(each, DnaProbe))
    kept = _Request(
        request.party,
        request.request_number,
        request.search_type,
        request.case_reference,
        request.purpose,
        request.officer,
        request.ordering_officer,
        request.candidates_max,
        request.accelerated,
        request.legal_basis,
        request.content_digest,
        finger,
        dna,
    )
    return _ENCODER.encode(kept)


def request_from(content: bytes) -> SearchRequest:
    """Return the request of ``request_bytes``. Raises StorageCorrupt."""
    try:
        kept = msgspec.msgpack.decode(content, type=_Request)
    except msgspec.DecodeError as error:
        raise StorageCorrupt(f"a sealed request: {error}") from None
    fields = {name: getattr(kept, name) for name in _PLAIN_FIELDS}
    return SearchRequest(**fields, probes=(*kept.finger, *kept.dna))


def outcome_bytes(outcome: MatchOutcome) -> bytes:
    """Return an outcome as bytes; equal outcomes give equal bytes."""
    return msgspec.msgpack.encode(outcome)


def outcome_from(content: bytes) -> MatchOutcome:
    """Return the outcome of ``outcome_bytes``. Raises StorageCorrupt."""
    try:
        raw = msgspec.msgpack.decode(content)
        return MatchOutcome(
            items=tuple(_item(item) for item in raw["items"]),
            provenance=msgspec.convert(raw["provenance"], Provenance),
        )
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as error:
        raise StorageCorrupt(f"a sealed outcome: {error}") from None


def _item(raw: dict[str, Any]) -> ItemResult:
    return ItemResult(
        reference_number=raw["reference_number"],
        matched=raw["matched"],
        finger_candidates=msgspec.convert(raw["finger_candidates"], tuple[FingerCandidate, ...]),
        dna_matches=tuple(_dna_match(match) for match in raw["dna_matches"]),
    )


def _dna_match(raw: dict[str, Any]) -> DnaMatch:
    loci = tuple(
        LocusView(each["locus"], tuple(each["probe"]), tuple(each["candidate"]), each["relation"])
        for each in raw["loci"]
    )
    kept = {
        "collection": Collection(raw["collection"]),
        "loci": loci,
        "warnings": tuple(raw["warnings"]),
        "worth": msgspec.convert(raw["worth"], MatchWorth | None),
    }
    return DnaMatch(**{**raw, **kept})
