"""For what each case was searched: another purpose needs the owner's authorisation (Art. 13(1)).

The case is known by a keyed hash of its reference, the purpose and the number of its first request;
nothing of a probe is kept. What the record has forgotten is forgotten here.
"""

from __future__ import annotations

from datetime import datetime

from appliance.domain.errors import PurposeChanged
from appliance.domain.search import SearchRequest
from appliance.domain.supervision import AuthorisationKind
from appliance.keys.master_key import MasterKey
from appliance.store import authorisation_table
from appliance.store.database import Transaction

_CONTEXT = b"case reference"


class CasePurposes:
    """Keeps and compares the purposes of cases. Thread-safe."""

    def __init__(self, master: MasterKey) -> None:
        self._master = master

    def keep(self, tx: Transaction, request: SearchRequest, at: datetime) -> None:
        """Keep the purpose of an admitted request. Raises PurposeChanged as ``require``."""
        tag = self._tag(request)
        self._require(tx, request, tag, at, past=False)
        authorisation_table.keep_case_purpose(
            tx, request.party, tag, request.purpose, request.request_number, at
        )

    def require(
        self, tx: Transaction, request: SearchRequest, at: datetime, *, past: bool = False
    ) -> None:
        """Raise PurposeChanged for a purpose of a known case that nobody authorised up to ``at``.

        ``past`` says that the request was made at that time itself and is known by now.
        """
        self._require(tx, request, self._tag(request), at, past=past)

    def _require(
        self, tx: Transaction, request: SearchRequest, tag: bytes, at: datetime, *, past: bool
    ) -> None:
        known = [
            each
            for each in authorisation_table.case_purposes(tx, request.party, tag)
            if not past or each.first_at < at
        ]
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

    def _tag(self, request: SearchRequest) -> bytes:
        name = f"{request.party}\0{request.case_reference}".encode()
        return self._master.tag(name, _CONTEXT)
