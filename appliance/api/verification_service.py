# ruff: noqa: N802 - the contract names the methods.
"""VerificationService: what experts say of matches (Art. 1(3)(r), (s), 6(2), 19)."""

from __future__ import annotations

from appliance.api.call import Call
from appliance.api.converters_verification import (
    VERIFICATION_NUMBERS,
    new_statement,
    outcome,
    request_verification,
)
from appliance.api.fields import FieldChecks
from appliance.api.paging import page
from appliance.api.ports_verification import VerificationDesk
from appliance.domain.codes import party_code
from appliance.domain.limits import REQUEST_NUMBER_CHARS_MAX
from appliance.v1 import verification_pb2 as pb


class VerificationServicer:
    """The methods of the contract."""

    def __init__(self, desk: VerificationDesk) -> None:
        self._desk = desk

    async def RecordOutcome(
        self, request: pb.RecordOutcomeRequest, call: Call
    ) -> pb.RecordOutcomeResponse:
        """Put an expert's statement on record."""
        recorded = await call.run(self._desk.record, call.principal, new_statement(request))
        return pb.RecordOutcomeResponse(
            verification=VERIFICATION_NUMBERS[recorded.verification], replayed=recorded.replayed
        )

    async def GetVerification(
        self, request: pb.GetVerificationRequest, call: Call
    ) -> pb.GetVerificationResponse:
        """Show an answered request as its experts left it."""
        checks = FieldChecks()
        number = checks.number("request_number", request.request_number, REQUEST_NUMBER_CHARS_MAX)
        checks.raise_if_wrong()
        party = party_code(request.party) if request.party else ""
        return request_verification(
            await call.run(self._desk.request, call.principal, number, party)
        )

    async def ListOutcomes(
        self, request: pb.ListOutcomesRequest, call: Call
    ) -> pb.ListOutcomesResponse:
        """Return one page of statements."""
        checks = FieldChecks()
        after, limit = page(checks, request.after, "outcomes_max", request.outcomes_max)
        checks.raise_if_wrong()
        party = party_code(request.party) if request.party else ""
        stated = await call.run(self._desk.outcomes, call.principal, after, limit, party)
        return pb.ListOutcomesResponse(outcomes=[outcome(each) for each in stated])
