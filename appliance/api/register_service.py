# ruff: noqa: N802 - the contract names the methods.
"""RegisterService: supplies by hand and authorisations (Art. 13(1), 14, 17(1))."""

from __future__ import annotations

from datetime import UTC, datetime

from appliance.api import converters_supervision as converters
from appliance.api.call import Call
from appliance.api.converters_answer import timestamp
from appliance.api.fields import FieldChecks
from appliance.api.ports_supervision import RegisterDesk
from appliance.domain.supervision import Authorisation, AuthorisationKind, ManualSupply
from appliance.v1 import register_pb2 as pb

_UNREAD = datetime.min.replace(tzinfo=UTC)


class RegisterServicer:
    """The methods of the contract."""

    def __init__(self, desk: RegisterDesk) -> None:
        self._desk = desk

    async def RecordManualSupply(
        self, request: pb.RecordManualSupplyRequest, call: Call
    ) -> pb.RecordManualSupplyResponse:
        """Put a supply by hand on record."""
        checks = FieldChecks()
        for field in ("reason", "data", "supplying_body", "receiving_body", "officer"):
            if not getattr(request, field):
                checks.wrong(field, "is required")
        supply = ManualSupply(
            reason=request.reason,
            data=request.data,
            supplied_on=converters.day(checks, "supplied_on", request.supplied_on),
            supplying_body=request.supplying_body,
            receiving_body=request.receiving_body,
            officer=request.officer,
            origin_party=request.origin_party,
            origin_request=request.origin_request,
            authorisation=request.authorisation,
        )
        checks.raise_if_wrong()
        sequence = await call.run(self._desk.record_supply, call.principal, supply)
        return pb.RecordManualSupplyResponse(sequence=sequence)

    async def RecordAuthorisation(
        self, request: pb.RecordAuthorisationRequest, call: Call
    ) -> pb.RecordAuthorisationResponse:
        """Keep an authorisation."""
        checks = FieldChecks()
        kind = request.kind
        if kind not in set(AuthorisationKind):
            checks.wrong("kind", f"must be one of {', '.join(AuthorisationKind)}")
            kind = AuthorisationKind.ONWARD_SUPPLY
        given = Authorisation(
            number=0,
            kind=AuthorisationKind(kind),
            party=request.party,
            request_number=request.request_number,
            purpose=request.purpose,
            reference=request.reference,
            given_by=request.given_by,
            given_on=converters.day(checks, "given_on", request.given_on),
            recorded_at=_UNREAD,
        )
        checks.raise_if_wrong()
        number = await call.run(self._desk.authorise, call.principal, given)
        return pb.RecordAuthorisationResponse(number=number)

    async def ListAuthorisations(
        self, request: pb.ListAuthorisationsRequest, call: Call
    ) -> pb.ListAuthorisationsResponse:
        """Return authorisations."""
        checks = FieldChecks()
        after = converters.number(checks, "after", request.after)
        most = converters.page_size(checks, "authorisations_max", request.authorisations_max)
        checks.raise_if_wrong()
        page = await call.run(self._desk.authorisations, call.principal, after, most)
        return pb.ListAuthorisationsResponse(authorisations=map(_authorisation, page))


def _authorisation(kept: Authorisation) -> pb.Authorisation:
    return pb.Authorisation(
        number=kept.number,
        kind=kept.kind.value,
        party=kept.party,
        request_number=kept.request_number,
        purpose=kept.purpose,
        reference=kept.reference,
        given_by=kept.given_by,
        given_on=kept.given_on.isoformat(),
        recorded_at=timestamp(kept.recorded_at),
    )
