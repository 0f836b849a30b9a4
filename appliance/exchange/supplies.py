"""What the record says of a search: the fields of Art. 17(2), never a byte of a probe."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

import msgspec

from appliance.domain import limits
from appliance.domain.codes import SearchType
from appliance.domain.errors import ApplianceError, CapacityExhausted, QualityInsufficient
from appliance.domain.principal import Principal
from appliance.domain.record import Subject
from appliance.domain.search import SearchRequest
from appliance.exchange import form
from appliance.matching.outcome import MatchOutcome
from appliance.store.held_table import HeldRow
from appliance.store.requests_table import RequestRow

Details = dict[str, str]

PURPOSE_CHARS_MAX = 64
CONTENT_DIGEST_CHARS_MAX = 128
MEASURED = "measured_"
"""Begins the names of the figures by which a probe was found unsuitable."""

_PROBES_NAMED_MAX = limits.PROBES_PER_REQUEST_MAX + 1


def received(request: SearchRequest, principal: Principal, own_party: str, at: datetime) -> Details:
    """Return the details of a request accepted at ``at``; its fields were checked, so bounded."""
    details = {
        "request_number": request.request_number,
        # By this instant it was judged; the entry itself is a moment younger.
        "received_at": instant(at),
        "requested_party": own_party,
        "search_type": request.search_type.value,
        "case_reference": request.case_reference,
        "purpose": request.purpose,
        "officer": request.officer,
        "ordering_officer": request.ordering_officer,
        "candidates_max": str(request.candidates_max),
        "probes": str(len(request.probes)),
        # One a line: a reference number is printable, so it holds no line end.
        "probe_references": "\n".join(probe.reference_number for probe in request.probes),
        "certificate": principal.fingerprint,
        "content_digest": request.content_digest.hex(),
    }
    if request.accelerated:
        details["accelerated_under"] = request.legal_basis
    return details


def answered(row: RequestRow, outcome: MatchOutcome, content: bytes) -> Details:
    """Return the details of an answer but for its number; ``content`` is the outcome as bytes.

    Match or no match for each probe, how many candidates, and digests by which an answer can be
    shown to be the one supplied, computed with what it says.
    """
    found = [len(item.finger_candidates) + len(item.dna_matches) for item in outcome.items]
    provenance = msgspec.json.encode(outcome.provenance)
    return {
        "request_number": row.request_number,
        "search_type": row.search_type.value,
        "matched": ",".join("yes" if item.matched else "no" for item in outcome.items),
        "candidates": ",".join(str(count) for count in found),
        "answer_digest": hashlib.sha256(content).hexdigest(),
        "provenance_digest": hashlib.sha256(provenance).hexdigest(),
    }


def supplied(outcome: MatchOutcome) -> list[Subject]:
    """Return every item of reference data that an answer supplies, once for each probe."""
    subjects: list[Subject] = []
    for item in outcome.items:
        subjects += [(each.collection, each.reference_number) for each in item.finger_candidates]
        subjects += [(each.collection, each.reference_number) for each in item.dna_matches]
    return subjects


def failed(row: RequestRow, failure: ApplianceError) -> Details:
    """Return the details of a search that ended without an answer."""
    return named(row) | {"reason": failure.reason}


def named(row: RequestRow) -> Details:
    """Return which request an act is about, and nothing else."""
    return {"request_number": row.request_number, "search_type": row.search_type.value}


def released(held: HeldRow, day: date) -> Details:
    """Return the details of a held request that is charged to ``day`` now."""
    return {
        "request_number": held.request_number,
        "search_type": held.search_type.value,
        "probes": str(held.probes),
        "capacity_day": day.isoformat(),
    }


def refused_request(error: ApplianceError, principal: Principal, request: SearchRequest) -> Details:
    """Return the details of a refusal of a request that was read, by which it can be judged again.

    What the client sent may be anything and is cut short, but stays too long where it was; what it
    left out stands there empty. Of a probe refused for its quality the figures are kept, not the
    content.
    """
    references = [each.reference_number for each in request.probes[:_PROBES_NAMED_MAX]]
    details = refused(error, principal, request.search_type, request.request_number)
    details |= {
        "request_number": cut(request.request_number, limits.REQUEST_NUMBER_CHARS_MAX),
        "case_reference": cut(request.case_reference, limits.CASE_REFERENCE_CHARS_MAX),
        "purpose": cut(request.purpose, PURPOSE_CHARS_MAX),
        "officer": cut(request.officer, limits.OFFICER_CHARS_MAX),
        "ordering_officer": cut(request.ordering_officer, limits.OFFICER_CHARS_MAX),
        "candidates_max": str(request.candidates_max),
        "probes": str(len(request.probes)),
        "probe_references": "\n".join(map(_one_line, references)),
        "content_digest": request.content_digest.hex()[:CONTENT_DIGEST_CHARS_MAX],
    }
    if request.accelerated:
        details["accelerated_under"] = cut(request.legal_basis, form.LEGAL_BASIS_CHARS_MAX)
    if isinstance(error, CapacityExhausted) and error.judged_at is not None:
        details["received_at"] = instant(error.judged_at)
    if isinstance(error, QualityInsufficient):
        details |= {f"{MEASURED}{name}": text for name, text in error.metadata.items()}
    return details


def cut(text: str, most: int) -> str:
    """Return a text cut short; one that was too long still is, by one character."""
    return text[: most + 1]


def _one_line(reference_number: str) -> str:
    """Return a reference number that ends no line: what cannot be printed stands as DEL."""
    kept = cut(reference_number, limits.REFERENCE_NUMBER_CHARS_MAX)
    return "".join(each if each.isprintable() else "\x7f" for each in kept)


def instant(at: datetime) -> str:
    """Return an instant as the record writes it, UTC to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def refused(
    error: ApplianceError,
    principal: Principal | None,
    search_type: SearchType | None,
    request_number: str,
) -> Details:
    """Return the details of a refusal; what the client sent may be anything and is cut short."""
    given = {
        "request_number": request_number[: limits.REQUEST_NUMBER_CHARS_MAX],
        "search_type": search_type.value if search_type else "",
        "certificate": principal.fingerprint if principal else "",
    }
    return {"reason": error.reason} | {name: text for name, text in given.items() if text}
