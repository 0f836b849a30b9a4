"""Whether a mass comparison may be made at all, in the order in which the Agreement asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from appliance.access.officers import OfficerList
from appliance.config.pack_book import PackBook
from appliance.config.pack_terms import Consent
from appliance.config.profile_pack import ProfilePack
from appliance.domain import limits
from appliance.domain.codes import Category, SearchType
from appliance.domain.dna_rule import DnaRuleProfile
from appliance.domain.errors import (
    ConsentMissing,
    FieldViolation,
    OfficerNotAuthorised,
    PurposeUnknown,
    RequestInvalid,
)
from appliance.domain.mass_comparison import MassTerms
from appliance.exchange import form, standing

CONSENTS_SHOWN_MAX = 4
_DIGEST_BYTES = 32


class MassAdmission:
    """Judges mass comparisons by what is in force at the moment. Thread-safe."""

    def __init__(
        self,
        packs: PackBook,
        officers: OfficerList,
        own_party: str,
        *,
        pilot: bool = False,
        check_clock: Callable[[], None] = lambda: None,
    ) -> None:
        self._packs = packs
        self._officers = officers
        self._own_party = own_party
        self._pilot = pilot
        self._check_clock = check_clock

    def check(self, terms: MassTerms, at: datetime) -> None:
        """Raise the first refusal met.

        1. Both Parties are positively evaluated for DNA (Art. 21, 23(2)): PartyNotEvaluated; and
           not suspended (Art. 27(4)): PartySuspended.
        2. They consented to mass comparison at this time (Art. 4(1)): ConsentMissing.
        3. The purpose is one of the Agreement's (Art. 4(1), 13(1)): PurposeUnknown.
        4. An authorised officer asks and somebody ordered it (Art. 17(2)): OfficerNotAuthorised.
        5. Both files of DNA profiles are declared (Art. 2(3), IA Art. 7(4)): FileNotDeclared.
        6. The fields are well formed, and the national provision is named under which unidentified
           profiles are supplied (Art. 4(1), last sentence): RequestInvalid, every violation.
        """
        self._check_clock()
        pack = self._packs.at(at)
        self._require_parties(pack, terms.party, at)
        _require_consent(pack, terms.party, at)
        if terms.purpose not in pack.purposes_of(Category.DNA):
            raise PurposeUnknown(f"{terms.purpose[:64]!r} is no purpose of dna data")
        for name, officer in (
            ("officer", terms.officer),
            ("ordering_officer", terms.ordering_officer),
        ):
            if not officer.strip():
                raise OfficerNotAuthorised(f"{name} is missing: who compared, and who ordered it")
        self._officers.check(terms.party, terms.officer, Category.DNA, at)
        standing.require_files(pack, SearchType.DNA_UNIDENTIFIED.collections)
        violations = _violations(terms)
        if violations:
            raise RequestInvalid(violations)

    def check_block(self, party: str, at: datetime) -> None:
        """Raise what no longer holds of 1, 2 and 5 of ``check``; asked before every block."""
        pack = self._packs.at(at)
        self._require_parties(pack, party, at)
        _require_consent(pack, party, at)
        standing.require_files(pack, SearchType.DNA_UNIDENTIFIED.collections)

    def _require_parties(self, pack: ProfilePack, party: str, at: datetime) -> None:
        parties = (party, self._own_party)
        standing.require_parties(pack, parties, Category.DNA, at, pilot=self._pilot)

    def rule_of(self, party: str) -> DnaRuleProfile:
        """Return the rule agreed with a Party."""
        return self._packs.in_force().dna_rule_of(party)

    def matches_max(self) -> int:
        """Return how many matches one profile may receive (IA Art. 10(2))."""
        table = self._packs.in_force().candidate_limits[SearchType.DNA_UNIDENTIFIED]
        return min(table, limits.MASS_MATCHES_PER_PROFILE_MAX)


def _require_consent(pack: ProfilePack, party: str, at: datetime) -> None:
    if pack.consent(party, at) is not None:
        return
    consents = [each for each in pack.consents if each.party == party]
    if not consents:
        raise ConsentMissing(f"there is no consent with {party} to mass comparison (Art. 4(1))")
    consents.sort(key=lambda each: each.valid_from)
    periods = "; ".join(_period(each) for each in consents[-CONSENTS_SHOWN_MAX:])
    raise ConsentMissing(
        f"the consent with {party} holds {periods}; it is {at.isoformat(timespec='seconds')} now",
        metadata={
            "valid_from": consents[-1].valid_from.isoformat(),
            "valid_until": consents[-1].valid_until.isoformat(),
        },
    )


def _period(consent: Consent) -> str:
    return f"from {consent.valid_from.isoformat()} to {consent.valid_until.isoformat()}"


def _violations(terms: MassTerms) -> list[FieldViolation]:
    found = [
        *form.text("job_number", terms.job_number, limits.REQUEST_NUMBER_CHARS_MAX),
        *form.text("officer", terms.officer, limits.OFFICER_CHARS_MAX),
        *form.text("ordering_officer", terms.ordering_officer, limits.OFFICER_CHARS_MAX),
        *form.text("legal_basis", terms.legal_basis, form.LEGAL_BASIS_CHARS_MAX),
    ]
    if len(terms.content_digest) != _DIGEST_BYTES:
        found.append(FieldViolation("content_digest", f"is not {_DIGEST_BYTES} bytes"))
    return found
