"""Whether a past search or mass comparison was admissible (Art. 16(2)(c)), rule by rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.domain.codes import Category
from appliance.domain.mass_comparison import MassTerms
from appliance.domain.search import SearchRequest


class Rule(StrEnum):
    """What has to hold of what is asked, in the order in which the Agreement asks."""

    CERTIFICATE = "certificate"  # known, valid and not revoked; its Party and role (Art. 8(1))
    PARTIES = "parties"  # evaluated, neither suspended nor withdrawn (Art. 21, 23(2), 27)
    CONSENT = "consent"  # of the two Parties, in force: a mass comparison alone (Art. 4(1))
    PURPOSE = "purpose"  # one of the Agreement's (Art. 3(1), 4(1), 6(1))
    CASE = "case"  # an individual case (Art. 1(3)(n)); a mass comparison has none
    OFFICERS = "officers"  # who searched is on the list, who ordered is named (Art. 17(2))
    FILES = "files"  # declared to the Depositary (Art. 2(3))
    FORM = "form"  # fields, lane and candidate limit (IA Art. 10(2), 11(2))
    SAME_PURPOSE = "same_purpose"  # as the case was searched before (Art. 13(1))
    QUALITY = "quality"  # suitable probes (IA Art. 11(1)); they are erased (Art. 13(3))
    NUMBER = "number"  # not used for other content, and not cancelled
    CAPACITY = "capacity"  # declared for the day and not used up (IA Art. 10(1))


class Outcome(StrEnum):
    """What re-evaluating a rule has shown."""

    KEPT = "kept"
    BROKEN = "broken"
    UNKNOWN = "unknown"  # what it takes to tell is not kept


class Verdict(StrEnum):
    """What the findings amount to."""

    ADMISSIBLE = "admissible"
    INADMISSIBLE = "inadmissible"  # it was accepted and should not have been
    RIGHTLY_REFUSED = "rightly_refused"
    WRONGLY_REFUSED = "wrongly_refused"
    UNKNOWN = "unknown"  # the reason of the refusal cannot be checked; the remark says why


class Step(StrEnum):
    """What was done of a mass comparison."""

    OPENED = "opened"  # all rules were asked
    STARTED = "started"  # and once more, before anything was compared
    RECEIVED = "received"  # one batch: whether the Parties and their consent still stood
    ANSWERED = "answered"  # one block: the same
    REFUSED = "refused"

    @property
    def asks_all(self) -> bool:
        """Whether all rules were asked, not only those that may end in the middle."""
        return self not in (Step.RECEIVED, Step.ANSWERED)


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule; ``reason`` is the refusal it would have met, ``remark`` says why in a sentence."""

    rule: Rule
    outcome: Outcome
    reason: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class PastSearch:
    """A search as the record tells of it.

    ``request`` holds the probes by their reference numbers only: their content was erased (Art.
    13(3)). ``received_at`` is the instant by which it was judged, ``recorded_at`` that of its
    entry. ``category`` is None where nothing told it. ``refused_with`` is the reason of its
    refusal, empty where it was accepted. ``read`` says that its fields were read; one refused
    before that has its Party alone. ``held`` says that it waited for the capacity of another day.
    ``measured`` are the figures of a probe that was found unsuitable.
    """

    sequence: int
    received_at: datetime
    recorded_at: datetime
    request: SearchRequest
    category: Category | None
    certificate: str
    refused_with: str
    read: bool
    held: bool = False
    measured: tuple[tuple[str, str], ...] = ()

    @property
    def party(self) -> str:
        """Who asked."""
        return self.request.party

    @property
    def number(self) -> str:
        """Its request number."""
        return self.request.request_number

    @property
    def content_digest(self) -> bytes:
        """SHA-256 of the request as received, empty where the entry does not say."""
        return self.request.content_digest


@dataclass(frozen=True, slots=True)
class PastComparison:
    """One step of a mass comparison as the record tells of it.

    ``terms`` of a start are those of its opening; ``read`` is False where they are not kept.
    """

    sequence: int
    received_at: datetime
    step: Step
    terms: MassTerms
    certificate: str
    refused_with: str
    read: bool

    @property
    def party(self) -> str:
        """Who asked."""
        return self.terms.party

    @property
    def number(self) -> str:
        """The number of its job."""
        return self.terms.job_number

    @property
    def category(self) -> Category:
        """Only profiles are compared in mass."""
        return Category.DNA

    @property
    def content_digest(self) -> bytes:
        """SHA-256 of the terms as received, empty where the entry does not say."""
        return self.terms.content_digest


PastAct = PastSearch | PastComparison


@dataclass(frozen=True, slots=True)
class Admissibility:
    """A past act re-evaluated by the pack, officers and certificates of its time.

    ``remark`` says why the verdict is unknown; empty where it is not.
    """

    search: PastAct
    pack_version: str
    officers_digest: str
    findings: tuple[Finding, ...]
    verdict: Verdict
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found of a request; ``more`` says that it has further acts than are told."""

    acts: tuple[Admissibility, ...]
    more: bool
