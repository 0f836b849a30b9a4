# ruff: noqa: N802 - the contract names the methods.
"""SupervisionService: the auditor's queries, officers, items and past searches (Art. 16-18)."""

from __future__ import annotations

from appliance.api import converters_supervision as converters
from appliance.api.call import Call
from appliance.api.converters_audit import entry_message
from appliance.api.fields import COLLECTIONS, FieldChecks
from appliance.api.ports_supervision import SupervisionDesk
from appliance.domain import limits
from appliance.domain.codes import Collection
from appliance.v1 import supervision_pb2 as pb


class SupervisionServicer:
    """The methods of the contract."""

    def __init__(self, desk: SupervisionDesk) -> None:
        self._desk = desk

    async def QueryEntries(
        self, request: pb.QueryEntriesRequest, call: Call
    ) -> pb.QueryEntriesResponse:
        """Return the entries that fit."""
        checks = FieldChecks()
        terms = converters.record_filter(checks, request.filter)
        after = converters.number(checks, "after", request.after)
        most = converters.page_size(checks, "entries_max", request.entries_max)
        checks.raise_if_wrong()
        found = await call.run(self._desk.query, call.principal, terms, after, most)
        entries = [entry_message(each) for each in found.entries]
        return pb.QueryEntriesResponse(entries=entries, after=found.after, more=found.more)

    async def ListOfficers(
        self, request: pb.ListOfficersRequest, call: Call
    ) -> pb.ListOfficersResponse:
        """Return the officers authorised to search."""
        checks = FieldChecks()
        at = converters.instant(checks, "at", request.at) if request.HasField("at") else None
        checks.raise_if_wrong()
        version = await call.run(self._desk.officers, call.principal, at)
        return converters.officers_message(version)

    async def GetSubject(self, request: pb.GetSubjectRequest, call: Call) -> pb.GetSubjectResponse:
        """Tell what was done with an item, page by page."""
        checks = FieldChecks()
        collection = checks.code("collection", request.collection, COLLECTIONS, Collection.TP)
        number = request.reference_number
        checks.number("reference_number", number, limits.REFERENCE_NUMBER_CHARS_MAX)
        after = converters.number(checks, "after", request.after)
        most = converters.page_size(checks, "entries_max", request.entries_max)
        checks.raise_if_wrong()
        report = await call.run(self._desk.subject, call.principal, collection, number, after, most)
        return converters.subject_message(report)

    async def CheckAdmissibility(
        self, request: pb.CheckAdmissibilityRequest, call: Call
    ) -> pb.CheckAdmissibilityResponse:
        """Judge past searches again."""
        checks = FieldChecks()
        sequence = converters.number(checks, "sequence", request.sequence)
        if sequence and (request.party or request.request_number):
            checks.wrong("sequence", "either an entry or a request is named")
        checks.raise_if_wrong()
        if sequence:
            judged = await call.run(self._desk.check_entry, call.principal, sequence)
        else:
            asked = (request.party, request.request_number)
            judged = await call.run(self._desk.check_request, call.principal, *asked)
        return pb.CheckAdmissibilityResponse(
            searches=[converters.admissibility_message(each) for each in judged.acts],
            more=judged.more,
        )
