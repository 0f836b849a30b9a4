"""Whether a past search was admissible (Art. 16(2)(c)): one finding for each rule of admission."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.domain.search import SearchRequest


class Rule(StrEnum):
    """What has to hold of a search, in the order in which the Agreement asks."""

    CERTIFICATE = "certificate"  # known, valid and not revoked; its Party and role (Art. 8(1))
    PARTIES = "parties"  # evaluated, neither suspended nor withdrawn (Art. 21, 23(2), 27)
    PURPOSE = "purpose"  # one of the Agreement's (Art. 3(1), 6(1))
    CASE = "case"  # an individual case (Art. 1(3)(n))
    OFFICERS = "officers"  # who searched is on the list, who ordered is named (Art. 17(2))
    FILES = "files"  # declared to the Depositary (Art. 2(3))
    FORM = "form"  # fields, lane and candidate limit (IA Art. 10(2), 11(2))
    SAME_PURPOSE = "same_purpose"  # as the case was searched before (Art. 13(1))
    QUALITY = "quality"  # suitable probes (IA Art. 11(1)); they are erased (Art. 13(3))


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
    UNKNOWN = "unknown"  # the reason of the refusal cannot be checked any more


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
    13(3)). ``refused_with`` is the reason of its refusal, empty where it was accepted. ``read``
    says that its fields were read; one refused before that has its Party alone.
    """

    sequence: int
    received_at: datetime
    request: SearchRequest
    certificate: str
    refused_with: str
    read: bool


@dataclass(frozen=True, slots=True)
class Admissibility:
    """A past search re-evaluated by the pack, officers and certificates of its time."""

    search: PastSearch
    pack_version: str
    officers_digest: str
    findings: tuple[Finding, ...]
    verdict: Verdict
