"""A search as the Agreement knows it: request, probes, candidates, answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from appliance.domain.codes import Collection, SearchType
from appliance.domain.dna import DnaProfile
from appliance.domain.dna_worth import MatchWorth
from appliance.domain.finger import FingerTemplate


@dataclass(frozen=True, slots=True)
class FingerProbe:
    """Dactyloscopic data of one item of a case; ``reference_number`` is the requester's own.

    ``template`` is the first view of its record, ``others`` are those after it: further fingers of
    the same person, or further impressions.
    """

    reference_number: str
    template: FingerTemplate
    others: tuple[FingerTemplate, ...] = ()

    @property
    def views(self) -> tuple[FingerTemplate, ...]:
        """Every view in the order of the record."""
        return (self.template, *self.others)


@dataclass(frozen=True, slots=True)
class DnaProbe:
    """A DNA profile of one item of a case; ``reference_number`` is the requester's own."""

    reference_number: str
    profile: DnaProfile


Probe = FingerProbe | DnaProbe


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a contact point asks (Art. 3, 6; IA Art. 7(1), 10, 11).

    ``party`` comes from the certificate, never from a field. ``case_reference`` names the
    individual case (Art. 1(3)(n)); ``officer`` searched, ``ordering_officer`` ordered (Art. 17(2));
    ``candidates_max`` 0 asks for as many as the table allows. All probes are of one kind and
    fit ``search_type``. ``content_digest`` is the SHA-256 of the request as received and makes it
    idempotent under (party, request_number).
    """

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
    probes: tuple[Probe, ...]
    content_digest: bytes


class RequestState(StrEnum):
    """Life of a request that was accepted.

    What was refused, or found unsuitable for an automated comparison, is on record only (IA Art.
    11(1)). SEARCHED and VERIFIED are never stored: a search that the end of the process interrupts
    is queued again, and experts speak of matches, not of requests.
    """

    HELD = "held"  # beyond the capacity of its day: waits for the declared midnight
    QUEUED = "queued"
    SEARCHED = "searched"
    ANSWERED = "answered"
    VERIFIED = "verified"  # experts have said of every match whether it is a hit
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class MinutiaPair:
    """One correspondence: positions in the minutiae order of the two supplied templates.

    ``similarity`` 0..100 of the local neighbourhoods, ``residual`` in 1/8 px after alignment.
    """

    probe_index: int
    candidate_index: int
    similarity: int
    residual: int


@dataclass(frozen=True, slots=True)
class FingerComparison:
    """One finger of the probe beside one of the candidate.

    ``*_view`` is the view's place in its record, from 0, ``*_position`` the friction ridge position
    it states (0 unknown). ``rotation`` in 1/1024 turn, ``shift_x`` and ``shift_y`` in 1/8 px map
    probe to candidate; ``pairs`` refer to the minutiae of these two views.
    """

    probe_view: int
    candidate_view: int
    probe_position: int
    candidate_position: int
    score_hundredths: int
    rotation: int
    shift_x: int
    shift_y: int
    pairs: tuple[MinutiaPair, ...]


@dataclass(frozen=True, slots=True)
class FingerCandidate:
    """One candidate for verification by an expert (IA Art. 10(2)).

    ``score_hundredths`` is −10·log10 of the false-match rate, times 100: 4000 means that one
    comparison of different fingers in 10,000 scores as high. ``record`` is the stored reference
    data in the standard it was loaded in (Art. 6(2)). ``fingers`` are the fingers that were
    compared, the strongest first; ``rotation``, ``shift_x``, ``shift_y`` and ``pairs`` are those of
    the first of them. ``warnings`` say which fingers stand under different positions.
    """

    reference_number: str
    collection: Collection
    rank: int
    score_hundredths: int
    flagged: bool
    record: bytes
    rotation: int
    shift_x: int
    shift_y: int
    pairs: tuple[MinutiaPair, ...]
    fingers: tuple[FingerComparison, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LocusView:
    """One locus of a DNA comparison; values canonical, ``relation`` as in the rule.

    ``relation`` is one of equal, wildcard, micro_variant, mismatch, only_probe, only_candidate.
    """

    locus: str
    probe: tuple[str, str] | tuple[()]
    candidate: tuple[str, str] | tuple[()]
    relation: str


@dataclass(frozen=True, slots=True)
class DnaMatch:
    """One match of a DNA search; ``quality`` 1..4 as in Decision 2008/616/JHA, Annex, chapter 1.

    ``warnings`` say what the canonical forms of both sides changed, which alleles are outside of
    the range seen so far, and that amelogenin differs. ``worth`` is None where no population table
    is set: then nothing is claimed.
    """

    reference_number: str
    collection: Collection
    rank: int
    quality: int
    compared_loci: int
    full_loci: int
    matching_loci: int
    mismatching_alleles: int
    flagged: bool
    loci: tuple[LocusView, ...]
    warnings: tuple[str, ...]
    worth: MatchWorth | None = None

    def warned_of_probe(self, warnings: Iterable[str]) -> DnaMatch:
        """Return the match with what the canonical form of the probe warns of, once each."""
        of_probe = (f"probe: {each}" for each in warnings)
        return replace(self, warnings=tuple(dict.fromkeys((*self.warnings, *of_probe))))


@dataclass(frozen=True, slots=True)
class ItemResult:
    """The result for one probe: a match, never a hit (Art. 1(3)(r), (s))."""

    reference_number: str
    matched: bool
    finger_candidates: tuple[FingerCandidate, ...] = ()
    dna_matches: tuple[DnaMatch, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """With what an answer was computed, so that it can be computed again.

    ``rule_profile`` is the label of the DNA rule profile, empty where no DNA profile was compared.
    ``kernel_build`` is the SHA-256 of a device's machine code and who compiled it, empty where the
    processor compared.
    """

    backend: str
    kernel_digest: str
    gallery_epoch: int
    gallery_size: int
    pack_version: str
    model_version: str
    rule_profile: str = ""
    kernel_build: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request, a closed schema (IA Art. 7(2))."""

    answer_number: str
    request_number: str
    requesting_party: str
    requested_party: str
    search_type: SearchType
    received_at: datetime
    answered_at: datetime
    sequence: int
    candidate_limit: int
    items: tuple[ItemResult, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class SettledRequest:
    """A request that is over: answered, failed or cancelled.

    ``cursor`` is its place in the order in which requests were settled. ``answer`` is None unless
    it was answered; ``failure_reason`` and ``failure_message`` are empty unless it failed.
    """

    cursor: int
    request_number: str
    state: RequestState
    answer: Answer | None
    failure_reason: str = ""
    failure_message: str = ""


@dataclass(frozen=True, slots=True)
class RequestStatus:
    """How far a request has come; ``failure_reason`` is empty unless it failed."""

    sequence: int
    request_number: str
    search_type: SearchType
    accelerated: bool
    probes: int
    state: RequestState
    received_at: datetime
    settled_at: datetime | None
    failure_reason: str
