"""A mass comparison of unidentified profiles as the Agreement knows it (Art. 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.domain.dna import USUAL_READING, Reading
from appliance.domain.search import DnaMatch, Provenance


class MassState(StrEnum):
    """Life of a job; the last three are its ends, where the supplied profiles are erased."""

    OPEN = "open"  # takes profiles
    RUNNING = "running"  # its input is closed; block after block is compared
    FINISHED = "finished"  # every profile was compared
    CANCELLED = "cancelled"  # by its Party, or because it was left lying
    FAILED = "failed"  # what was true when it began no longer is, or a defect

    @property
    def ended(self) -> bool:
        """Whether nothing is compared any more."""
        return self not in (MassState.OPEN, MassState.RUNNING)


@dataclass(frozen=True, slots=True)
class MassTerms:
    """What a contact point states when it opens a job (Art. 4(1), 17(2)).

    ``party`` comes from the certificate; ``job_number`` is the Party's own, the indication number
    of IA Art. 7(1)(b); ``legal_basis`` the provision of its national law, and the reference of the
    consent, under which unidentified profiles are supplied for comparison. ``content_digest``
    (SHA-256) makes it idempotent under (party, job_number).
    """

    party: str
    job_number: str
    purpose: str
    officer: str
    ordering_officer: str
    legal_basis: str
    content_digest: bytes


@dataclass(frozen=True, slots=True)
class OfferedProfile:
    """A profile as it is offered, its values as they came and how they are read.

    ``person`` says that it belongs to an identified person: such a profile is refused.
    """

    reference_number: str
    values: tuple[tuple[str, tuple[str, ...]], ...]
    person: bool
    reading: Reading = USUAL_READING


@dataclass(frozen=True, slots=True)
class ProfileRefusal:
    """Why one profile of a batch was left out; ``position`` counts from 0 within the batch."""

    position: int
    reason: str
    message: str
    locus: str = ""


@dataclass(frozen=True, slots=True)
class BatchReceipt:
    """A batch that is durable: how many of its profiles were accepted, and why others were not.

    ``received`` are the accepted profiles of all batches of the job so far.
    """

    batch_number: int
    accepted: int
    refusals: tuple[ProfileRefusal, ...]
    received: int


@dataclass(frozen=True, slots=True)
class MassStatus:
    """A job as its Party sees it.

    ``batches`` and ``received`` count what is durable, ``compared`` the profiles whose results are,
    ``matches`` those found so far; ``acknowledged`` is the cursor up to which the Party has them.
    ``seconds_left`` is None where no estimate can be made.
    """

    terms: MassTerms
    state: MassState
    opened_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    batches: int
    received: int
    compared: int
    matches: int
    acknowledged: int
    failure_reason: str = ""
    failure_message: str = ""
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class MassMatch:
    """One match, closed by IA Art. 7(2); ``cursor`` counts the matches of the job from 1.

    Cursors follow the order in which the profiles were sent, then the rank, so they are the same
    however often the job was interrupted. ``reference_number`` is that of the supplied profile.
    """

    cursor: int
    answer_number: str
    job_number: str
    requesting_party: str
    requested_party: str
    received_at: datetime
    answered_at: datetime
    candidate_limit: int
    reference_number: str
    match: DnaMatch
    provenance: Provenance
