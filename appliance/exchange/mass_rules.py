"""The rules of mass comparison, each apart: jobs are admitted by them, past ones re-evaluated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from appliance.access.officers import Officers, require_listed
from appliance.config.pack_terms import Consent
from appliance.config.profile_pack import ProfilePack
from appliance.domain import limits
from appliance.domain.admissibility import Rule
from appliance.domain.codes import Category, SearchType
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


@dataclass(frozen=True, slots=True)
class MassExchange:
    """Two Parties at an instant, and the pack that says how they stand."""

    party: str
    own_party: str
    at: datetime
    pack: ProfilePack
    pilot: bool


@dataclass(frozen=True, slots=True)
class JudgedMass:
    """The terms of a job and all that they are judged by, as of ``exchange.at``."""

    terms: MassTerms
    exchange: MassExchange
    officers: Officers


def require_parties(exchange: MassExchange) -> None:
    """Raise PartyNotEvaluated or PartySuspended unless both Parties take part in DNA data."""
    parties = (exchange.party, exchange.own_party)
    standing.require_parties(
        exchange.pack, parties, Category.DNA, exchange.at, pilot=exchange.pilot
    )


def require_consent(exchange: MassExchange) -> None:
    """Raise ConsentMissing unless the Parties consented to it at this time (Art. 4(1))."""
    pack, party, at = exchange.pack, exchange.party, exchange.at
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


def require_files(exchange: MassExchange) -> None:
    """Raise FileNotDeclared unless both files of DNA profiles are declared."""
    standing.require_files(exchange.pack, SearchType.DNA_UNIDENTIFIED.collections)


def require_purpose(judged: JudgedMass) -> None:
    """Raise PurposeUnknown unless the purpose is one of the Agreement's."""
    if judged.terms.purpose not in judged.exchange.pack.purposes_of(Category.DNA):
        raise PurposeUnknown(f"{judged.terms.purpose[:64]!r} is no purpose of dna data")


def require_officers(judged: JudgedMass) -> None:
    """Raise OfficerNotAuthorised unless a listed officer compares and somebody ordered it."""
    terms = judged.terms
    for name, officer in (
        ("officer", terms.officer),
        ("ordering_officer", terms.ordering_officer),
    ):
        if not officer.strip():
            raise OfficerNotAuthorised(f"{name} is missing: who compared, and who ordered it")
    require_listed(judged.officers, terms.party, terms.officer, Category.DNA, judged.exchange.at)


def require_form(judged: JudgedMass) -> None:
    """Raise RequestInvalid with every violation of the fields."""
    terms = judged.terms
    found = [
        *form.text("job_number", terms.job_number, limits.REQUEST_NUMBER_CHARS_MAX),
        *form.text("officer", terms.officer, limits.OFFICER_CHARS_MAX),
        *form.text("ordering_officer", terms.ordering_officer, limits.OFFICER_CHARS_MAX),
        *form.text("legal_basis", terms.legal_basis, form.LEGAL_BASIS_CHARS_MAX),
    ]
    if len(terms.content_digest) != _DIGEST_BYTES:
        found.append(FieldViolation("content_digest", f"is not {_DIGEST_BYTES} bytes"))
    if found:
        raise RequestInvalid(found)


LASTING_RULES: tuple[tuple[Rule, Callable[[MassExchange], None]], ...] = (
    (Rule.PARTIES, require_parties),
    (Rule.CONSENT, require_consent),
    (Rule.FILES, require_files),
)
"""What has to hold for as long as a job lasts: asked again for each batch and each block."""

RULES: tuple[tuple[Rule, Callable[[JudgedMass], None]], ...] = (
    (Rule.PARTIES, lambda judged: require_parties(judged.exchange)),
    (Rule.CONSENT, lambda judged: require_consent(judged.exchange)),
    (Rule.PURPOSE, require_purpose),
    (Rule.OFFICERS, require_officers),
    (Rule.FILES, lambda judged: require_files(judged.exchange)),
    (Rule.FORM, require_form),
)
"""In the order in which they are asked: the first that is broken names the refusal."""


def _period(consent: Consent) -> str:
    return f"from {consent.valid_from.isoformat()} to {consent.valid_until.isoformat()}"
