"""Which profiles of a batch are compared, and why the others are not; each is judged by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.codecs.dna_canonical import canonical_profile
from appliance.domain.dna import DnaProfile
from appliance.domain.dna_inclusion import require_included
from appliance.domain.dna_rule import DnaRuleProfile
from appliance.domain.errors import (
    ApplianceError,
    ProfileMalformed,
    ReferenceExists,
    RequestInvalid,
)
from appliance.domain.mass_comparison import OfferedProfile, ProfileRefusal
from appliance.exchange import form
from appliance.exchange.ports import Packer

MESSAGE_CHARS_MAX = 256
WARNINGS_MAX = 32
_DIGEST_BYTES = 16

Offered = OfferedProfile | ApplianceError
"""A profile, or why the edge could not read it as one."""


@dataclass(frozen=True, slots=True)
class JudgedProfile:
    """A profile that may be compared: where it stood in its batch, and what the kernels read.

    ``warnings`` are what its canonical form warns of, at most WARNINGS_MAX.
    """

    position: int
    reference_number: str
    packed: bytes
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedBatch:
    """A batch, judged; positions of both lists rise."""

    accepted: tuple[JudgedProfile, ...]
    refusals: tuple[ProfileRefusal, ...]

    def without(self, positions: frozenset[int]) -> JudgedBatch:
        """Return the batch with the profiles at these positions refused as sent before."""
        if not positions:
            return self
        twice = [refusal(each, _TWICE) for each in positions]
        return JudgedBatch(
            tuple(each for each in self.accepted if each.position not in positions),
            tuple(sorted([*self.refusals, *twice], key=lambda each: each.position)),
        )


_TWICE = ReferenceExists("the reference number stands twice in this comparison")


def judged(
    profiles: Sequence[Offered], rule: DnaRuleProfile, packer: Packer, *, pilot: bool = False
) -> JudgedBatch:
    """Judge a batch under the inclusion rule of an exchange. Pure; about 30 µs a profile.

    A ``pilot`` installation compares test data only, any other none (Art. 21).
    """
    accepted: list[JudgedProfile] = []
    refusals: list[ProfileRefusal] = []
    seen: set[str] = set()
    for position, offered in enumerate(profiles):
        try:
            profile = _profile(offered, rule, pilot)
        except ApplianceError as error:
            refusals.append(refusal(position, error))
            continue
        number = offered.reference_number if isinstance(offered, OfferedProfile) else ""
        if number in seen:
            refusals.append(refusal(position, _TWICE))
            continue
        seen.add(number)
        packed = packer.pack_dna(profile)
        accepted.append(JudgedProfile(position, number, packed, profile.warnings[:WARNINGS_MAX]))
    return JudgedBatch(tuple(accepted), tuple(refusals))


def refusal(position: int, error: ApplianceError) -> ProfileRefusal:
    """Return the refusal of one profile as its Party is told."""
    locus = error.locus if isinstance(error, ProfileMalformed) else ""
    return ProfileRefusal(position, error.reason, error.message[:MESSAGE_CHARS_MAX], locus)


def reference_digest(job: int, reference_number: str) -> bytes:
    """Return what a job remembers of a reference number: it is found again, never read again."""
    return hashlib.sha256(f"{job}/{reference_number}".encode()).digest()[:_DIGEST_BYTES]


def _profile(offered: Offered, rule: DnaRuleProfile, pilot: bool) -> DnaProfile:
    if isinstance(offered, ApplianceError):
        raise offered
    violations = form.reference_number("reference_number", offered.reference_number)
    violations += form.test_mark("reference_number", offered.reference_number, pilot=pilot)
    if violations:
        raise RequestInvalid(violations)
    if offered.person:
        raise ProfileMalformed(
            "the profile is of an identified person: only unidentified profiles are compared in"
            " mass (Art. 4(1))"
        )
    profile = canonical_profile(offered.values, reading=offered.reading)
    require_included(profile, rule, person=False)
    return profile
