# ruff: noqa: N802 - the contract names the methods.
"""AuthorityService: requests of data protection authorities for recorded data (Art. 17(3))."""

from __future__ import annotations

from datetime import UTC, datetime

from appliance.api import converters_supervision as converters
from appliance.api.call import Call
from appliance.api.converters_answer import timestamp
from appliance.api.converters_audit import leaf_message
from appliance.api.fields import FieldChecks
from appliance.api.ports_supervision import AuthorityRequests
from appliance.domain.clock import Clock
from appliance.domain.record import RecordLeaf
from appliance.domain.supervision import AuthorityRequest
from appliance.v1 import authority_pb2 as pb

_UNREAD = datetime.min.replace(tzinfo=UTC)


class AuthorityServicer:
    """The methods of the contract."""

    def __init__(self, requests: AuthorityRequests, clock: Clock) -> None:
        self._requests = requests
        self._clock = clock

    async def OpenAuthorityRequest(
        self, request: pb.OpenAuthorityRequestRequest, call: Call
    ) -> pb.OpenAuthorityRequestResponse:
        """Keep a request."""
        checks = FieldChecks()
        asked = AuthorityRequest(
            number=0,
            authority=request.authority,
            reference=request.reference,
            requested_on=converters.day(checks, "requested_on", request.requested_on),
            due_at=_UNREAD,
            terms=converters.record_filter(checks, request.filter),
            opened_at=_UNREAD,
            delivered_at=None,
        )
        checks.raise_if_wrong()
        kept = await call.run(self._requests.open, call.principal, asked)
        return pb.OpenAuthorityRequestResponse(request=self._message(kept))

    async def ListAuthorityRequests(
        self, request: pb.ListAuthorityRequestsRequest, call: Call
    ) -> pb.ListAuthorityRequestsResponse:
        """Return requests with their state."""
        checks = FieldChecks()
        after = converters.number(checks, "after", request.after)
        most = converters.page_size(checks, "requests_max", request.requests_max)
        checks.raise_if_wrong()
        page = await call.run(self._requests.page, call.principal, after, most)
        return pb.ListAuthorityRequestsResponse(requests=map(self._message, page))

    async def ExportLeaves(
        self, request: pb.ExportLeavesRequest, call: Call
    ) -> pb.ExportLeavesResponse:
        """Return the record for a request."""
        checks = FieldChecks()
        number = converters.number(checks, "number", request.number)
        after = converters.number(checks, "after", request.after)
        most = converters.page_size(checks, "leaves_max", request.leaves_max)
        checks.raise_if_wrong()
        page = await call.run(self._requests.leaves, call.principal, number, after, most)
        told = [
            pb.ExportedLeaf(
                leaf=leaf_message(
                    RecordLeaf(each.leaf.sequence, each.leaf.leaf_hash, None)
                    if each.withheld
                    else each.leaf
                ),
                withheld=each.withheld,
            )
            for each in page.leaves
        ]
        return pb.ExportLeavesResponse(leaves=told, more=page.more)

    async def MarkDelivered(
        self, request: pb.MarkDeliveredRequest, call: Call
    ) -> pb.MarkDeliveredResponse:
        """State that the authority has the export."""
        checks = FieldChecks()
        number = converters.number(checks, "number", request.number)
        checks.raise_if_wrong()
        kept = await call.run(self._requests.deliver, call.principal, number)
        return pb.MarkDeliveredResponse(request=self._message(kept))

    def _message(self, kept: AuthorityRequest) -> pb.AuthorityRequest:
        delivered = kept.delivered_at
        return pb.AuthorityRequest(
            number=kept.number,
            authority=kept.authority,
            reference=kept.reference,
            requested_on=kept.requested_on.isoformat(),
            due_at=timestamp(kept.due_at),
            state=kept.state(self._clock.now()).value,
            filter=converters.filter_message(kept.terms),
            delivered_at=None if delivered is None else timestamp(delivered),
        )
