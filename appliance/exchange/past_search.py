"""A search as the record tells of it, made a request again: everything but the probes' content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from appliance.domain.admissibility import PastSearch
from appliance.domain.codes import Category, SearchType
from appliance.domain.dna import DnaProfile
from appliance.domain.finger import FingerTemplate
from appliance.domain.record import Act, RecordEntry
from appliance.domain.search import DnaProbe, FingerProbe, Probe, SearchRequest

ACTS = frozenset({Act.SEARCH_RECEIVED, Act.SEARCH_REFUSED})

_ERASED_FINGER = FingerTemplate((), 0, 0, 0, 0, 0, "erased")
_ERASED_PROFILE = DnaProfile(b"", ())


def of_entry(entry: RecordEntry) -> PastSearch:
    """Return the search that an entry of ``ACTS`` tells of; what it does not say is empty."""
    said = dict(entry.details)
    refused = entry.act is Act.SEARCH_REFUSED
    known_type = said.get("search_type", "") in set(SearchType)
    search_type = SearchType(said["search_type"]) if known_type else SearchType.TP_TP
    return PastSearch(
        sequence=entry.sequence,
        received_at=_received_at(entry, said),
        request=SearchRequest(
            party=entry.party,
            request_number=said.get("request_number", ""),
            search_type=search_type,
            case_reference=said.get("case_reference", ""),
            purpose=said.get("purpose", ""),
            officer=said.get("officer", ""),
            ordering_officer=said.get("ordering_officer", ""),
            candidates_max=_number(said.get("candidates_max", "0")),
            accelerated="accelerated_under" in said,
            legal_basis=said.get("accelerated_under", ""),
            probes=tuple(_probes(search_type, said.get("probe_references", ""))),
            content_digest=_digest(said.get("content_digest", "")),
        ),
        certificate=said.get("certificate", ""),
        refused_with=said.get("reason", "unknown") if refused else "",
        read=known_type and (not refused or "purpose" in said),
    )


def _received_at(entry: RecordEntry, said: Mapping[str, str]) -> datetime:
    """Return the instant by which the search was judged; the entry is a moment younger."""
    try:
        return datetime.fromisoformat(said["received_at"])
    except (KeyError, ValueError):
        return entry.recorded_at


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _digest(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _probes(search_type: SearchType, references: str) -> Iterator[Probe]:
    for number in references.splitlines():
        if search_type.category is Category.DNA:
            yield DnaProbe(number, _ERASED_PROFILE)
        else:
            yield FingerProbe(number, _ERASED_FINGER)
