"""The rules of admission, each apart: searches are admitted by them, and past ones re-evaluated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from appliance.access.officers import Officers, require_listed
from appliance.config.pack_terms import ACCELERATED, ORDINARY
from appliance.config.profile_pack import ProfilePack
from appliance.domain.admissibility import Rule
from appliance.domain.errors import (
    CaseReferenceMissing,
    OfficerNotAuthorised,
    PurposeUnknown,
    RequestInvalid,
)
from appliance.domain.search import SearchRequest
from appliance.exchange import form, standing


@dataclass(frozen=True, slots=True)
class Judged:
    """A request and all that it is judged by, as of ``at``, the instant of its receipt."""

    request: SearchRequest
    at: datetime
    pack: ProfilePack
    officers: Officers
    own_party: str
    pilot: bool


def require_parties(judged: Judged) -> None:
    """Raise PartyNotEvaluated or PartySuspended unless both Parties take part."""
    parties = (judged.request.party, judged.own_party)
    category = judged.request.search_type.category
    standing.require_parties(judged.pack, parties, category, judged.at, pilot=judged.pilot)


def require_purpose(judged: Judged) -> None:
    """Raise PurposeUnknown unless the purpose is one of the Agreement's."""
    category, purpose = judged.request.search_type.category, judged.request.purpose
    if purpose not in judged.pack.purposes_of(category):
        raise PurposeUnknown(f"{purpose[:64]!r} is no purpose of {category.value} data")


def require_case(judged: Judged) -> None:
    """Raise CaseReferenceMissing unless the case is named."""
    if not judged.request.case_reference.strip():
        raise CaseReferenceMissing("searches are made in individual cases only: name the case")


def require_officers(judged: Judged) -> None:
    """Raise OfficerNotAuthorised unless a listed officer searched and somebody ordered it."""
    request = judged.request
    for name, officer in (
        ("officer", request.officer),
        ("ordering_officer", request.ordering_officer),
    ):
        if not officer.strip():
            raise OfficerNotAuthorised(f"{name} is missing: who searched, and who ordered it")
    category = request.search_type.category
    require_listed(judged.officers, request.party, request.officer, category, judged.at)


def require_files(judged: Judged) -> None:
    """Raise FileNotDeclared unless every searched file is declared."""
    standing.require_files(judged.pack, judged.request.search_type.collections)


def require_form(judged: Judged) -> None:
    """Raise RequestInvalid with every violation of the fields."""
    request, pack = judged.request, judged.pack
    table = pack.candidate_limits[request.search_type]
    lane = pack.priority_classes[ACCELERATED if request.accelerated else ORDINARY]
    violations = form.violations(
        request, table, legal_basis_required=lane.legal_basis_required, pilot=judged.pilot
    )
    if violations:
        raise RequestInvalid(violations)


RULES: tuple[tuple[Rule, Callable[[Judged], None]], ...] = (
    (Rule.PARTIES, require_parties),
    (Rule.PURPOSE, require_purpose),
    (Rule.CASE, require_case),
    (Rule.OFFICERS, require_officers),
    (Rule.FILES, require_files),
    (Rule.FORM, require_form),
)
"""In the order in which they are asked: the first that is broken names the refusal."""
