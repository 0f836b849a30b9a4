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
from appliance.exchange.supplies import MEASURED

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
        received_at=instant(entry, said, "received_at"),
        recorded_at=entry.recorded_at,
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
            content_digest=digest(said),
        ),
        category=search_type.category if known_type else None,
        certificate=said.get("certificate", ""),
        refused_with=said.get("reason", "unknown") if refused else "",
        read=known_type and (not refused or "purpose" in said),
        held="held" in said,
        measured=tuple(
            (name.removeprefix(MEASURED), text)
            for name, text in entry.details
            if name.startswith(MEASURED)
        ),
    )


def instant(entry: RecordEntry, said: Mapping[str, str], name: str) -> datetime:
    """Return the instant by which an act was judged; the entry is a moment younger."""
    try:
        return datetime.fromisoformat(said[name])
    except (KeyError, ValueError):
        return entry.recorded_at


def digest(said: Mapping[str, str]) -> bytes:
    """Return the digest of what was asked, empty where the entry does not say."""
    try:
        return bytes.fromhex(said.get("content_digest", ""))
    except ValueError:
        return b""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _probes(search_type: SearchType, references: str) -> Iterator[Probe]:
    # A reference number that was refused may be empty: no line is left out.
    for number in references.split("\n") if references else ():
        if search_type.category is Category.DNA:
            yield DnaProbe(number, _ERASED_PROFILE)
        else:
            yield FingerProbe(number, _ERASED_FINGER)
