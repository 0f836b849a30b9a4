"""What experts say of supplied matches: a hit or a no-hit, never the machine's word.

The machine says match or no-match; a no-match is always a no-hit, and a match becomes a hit only by
the statement of an expert of the requesting Party (Art. 1(3)(r), (s), 6(2)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.domain.codes import Collection


class Outcome(StrEnum):
    """What one expert says of one match."""

    HIT = "hit"
    NO_HIT = "no_hit"


class Verification(StrEnum):
    """Where the verification of a match stands."""

    UNVERIFIED = "unverified"  # no expert has spoken
    UNCONFIRMED = "unconfirmed"  # one has, where two have to agree
    HIT = "hit"
    NO_HIT = "no_hit"
    DISPUTED = "disputed"  # two have spoken and disagree

    @property
    def final(self) -> bool:
        """Whether it stands unless somebody corrects it."""
        return self in (Verification.HIT, Verification.NO_HIT)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: ``experts``, 1 or 2, had to agree under the profile pack of its time.

    ``reason`` is empty unless the statement corrects an earlier one.
    """

    outcome: Outcome
    officer: str
    reason: str
    experts: int
    verified_at: datetime
    recorded_at: datetime


def verification_of(statements: Sequence[Statement]) -> Verification:
    """Return what statements on one match, in the order they were made, amount to.

    Where one expert suffices the newest statement counts. Where two have to agree, the newest of
    each officer counts. How many are needed is decided by the newest statement.
    """
    if not statements:
        return Verification.UNVERIFIED
    newest = statements[-1]
    if newest.experts == 1:
        return Verification(newest.outcome)
    said = {each.officer: each.outcome for each in statements}
    if len(set(said.values())) > 1:
        return Verification.DISPUTED
    return Verification(newest.outcome) if len(said) > 1 else Verification.UNCONFIRMED


def corrects(statements: Sequence[Statement], officer: str, outcome: Outcome) -> bool:
    """Say whether a further statement would correct one: its officer's own, or what is final."""
    own = [each.outcome for each in statements if each.officer == officer]
    standing = verification_of(statements)
    return (bool(own) and own[-1] != outcome) or (
        standing.final and standing != Verification(outcome)
    )


@dataclass(frozen=True, slots=True)
class NewStatement:
    """What an expert hands in; ``verified_at`` None means now."""

    request_number: str
    probe: str
    collection: Collection
    reference_number: str
    outcome: Outcome
    officer: str
    reason: str = ""
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a statement; ``replayed`` says that the same was on record before."""

    verification: Verification
    replayed: bool


@dataclass(frozen=True, slots=True)
class StatedOutcome:
    """A statement with the match it speaks of; ``verification`` is where that stands now."""

    number: int
    party: str
    request_number: str
    probe: str
    collection: Collection
    reference_number: str
    statement: Statement
    verification: Verification


@dataclass(frozen=True, slots=True)
class SuppliedMatch:
    """One match of an answer; ``number`` counts all matches ever supplied.

    ``item`` is the ordinal of own unidentified data that matched, None for other data.
    """

    number: int
    probe: str
    collection: Collection
    reference_number: str
    rank: int
    item: int | None
    verification: Verification


@dataclass(frozen=True, slots=True)
class ProbeVerification:
    """One probe of an answered request with the matches supplied for it."""

    reference_number: str
    matches: tuple[SuppliedMatch, ...]

    @property
    def verification(self) -> Verification:
        """What is known of the probe: a no-match is always a no-hit (Art. 1(3)(r))."""
        said = {match.verification for match in self.matches}
        for decisive in (Verification.HIT, Verification.DISPUTED):
            if decisive in said:
                return decisive
        return Verification.NO_HIT if said <= {Verification.NO_HIT} else Verification.UNVERIFIED


@dataclass(frozen=True, slots=True)
class RequestVerification:
    """An answered request as its experts left it."""

    party: str
    request_number: str
    probes: tuple[ProbeVerification, ...]

    @property
    def verified(self) -> bool:
        """Whether nothing is left to say: the last state in the life of a request."""
        return all(match.verification.final for probe in self.probes for match in probe.matches)
