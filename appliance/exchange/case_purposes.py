"""For what each case was searched: another purpose needs the owner's authorisation (Art. 13(1)).

The case is known by a keyed hash of its reference, the purpose and the number of its first request;
nothing of a probe is kept. What the record has forgotten is forgotten here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from appliance.domain.errors import PurposeChanged
from appliance.domain.search import SearchRequest
from appliance.domain.supervision import AuthorisationKind
from appliance.keys.master_key import MasterKey
from appliance.store import authorisation_table
from appliance.store.authorisation_table import Case, CasePurpose
from appliance.store.database import Transaction

_CONTEXT = b"case reference"


class CasePurposes:
    """Compares the purposes of cases. Thread-safe."""

    def __init__(self, master: MasterKey) -> None:
        self._master = master

    def searched(self, tx: Transaction, requests: Sequence[SearchRequest]) -> SearchedCases:
        """Return what the cases of admitted requests were searched for, to be added to."""
        return SearchedCases(tx, {_name(each): self._case(each) for each in requests})

    def require(
        self, tx: Transaction, request: SearchRequest, at: datetime, *, past: bool = False
    ) -> None:
        """Raise PurposeChanged for a purpose of a known case that nobody authorised up to ``at``.

        ``past`` says that the request was made at that time itself and is known by now.
        """
        case = self._case(request)
        known = authorisation_table.case_purposes(tx, [case])[case]
        _require(tx, request, [each for each in known if not past or each.first_at < at], at)

    def _case(self, request: SearchRequest) -> Case:
        name = f"{request.party}\0{request.case_reference}".encode()
        return request.party, self._master.tag(name, _CONTEXT)


class SearchedCases:
    """The purposes of cases in one transaction: read once, and written by ``write``."""

    def __init__(self, tx: Transaction, cases: dict[tuple[str, str], Case]) -> None:
        self._tx = tx
        self._cases = cases
        self._known = authorisation_table.case_purposes(tx, list(dict.fromkeys(cases.values())))
        self._searched: list[tuple[Case, str, str, datetime]] = []

    def require(self, request: SearchRequest, at: datetime) -> None:
        """Raise PurposeChanged as ``CasePurposes.require``."""
        _require(self._tx, request, self._known[self._cases[_name(request)]], at)

    def add(self, request: SearchRequest, at: datetime) -> None:
        """Take up a request that is kept."""
        case = self._cases[_name(request)]
        purpose, number = request.purpose, request.request_number
        self._searched.append((case, purpose, number, at))
        if purpose not in [each.purpose for each in self._known[case]]:
            self._known[case].append(CasePurpose(purpose, number, at))

    def write(self) -> None:
        """Write what was added."""
        authorisation_table.keep_case_purposes(self._tx, self._searched)
        self._searched.clear()


def _name(request: SearchRequest) -> tuple[str, str]:
    return request.party, request.case_reference


def _require(
    tx: Transaction, request: SearchRequest, known: Sequence[CasePurpose], at: datetime
) -> None:
    if not known or request.purpose in [each.purpose for each in known]:
        return
    for each in known:
        given = authorisation_table.of_request(
            tx, AuthorisationKind.OTHER_PURPOSE, request.party, each.request_number
        )
        if any(g.purpose == request.purpose and g.recorded_at <= at for g in given):
            return
    first = known[0]
    raise PurposeChanged(
        f"the case was searched for {first.purpose} by request {first.request_number}: "
        f"{request.purpose} needs an authorisation for that request",
        metadata={"purpose": first.purpose, "request_number": first.request_number},
    )
