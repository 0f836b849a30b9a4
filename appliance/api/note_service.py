# ruff: noqa: N802 - the contract names the methods.
"""NoteService: notes on own unidentified data (Art. 1(3)(i), IA Art. 8(2))."""

from __future__ import annotations

from appliance.api.call import Call
from appliance.api.converters_verification import note
from appliance.api.fields import COLLECTIONS, FieldChecks
from appliance.api.paging import SEQUENCE_MAX, page
from appliance.api.ports_verification import NoteDesk
from appliance.domain.codes import Collection
from appliance.domain.limits import REASON_CHARS_MAX, REFERENCE_NUMBER_CHARS_MAX
from appliance.v1 import note_pb2 as pb


class NoteServicer:
    """The methods of the contract."""

    def __init__(self, desk: NoteDesk) -> None:
        self._desk = desk

    async def ListNotes(self, request: pb.ListNotesRequest, call: Call) -> pb.ListNotesResponse:
        """Return one page."""
        checks = FieldChecks()
        after, limit = page(checks, request.after, "notes_max", request.notes_max)
        collection = None
        if request.collection:
            collection = checks.code("collection", request.collection, COLLECTIONS, Collection.UL)
        number = checks.text(
            "reference_number", request.reference_number, REFERENCE_NUMBER_CHARS_MAX
        )
        checks.raise_if_wrong()
        kept = await call.run(
            self._desk.notes,
            call.principal,
            after,
            limit,
            collection=collection,
            reference_number=number,
            removed=request.removed,
        )
        return pb.ListNotesResponse(notes=[note(each) for each in kept])

    async def RemoveNote(self, request: pb.RemoveNoteRequest, call: Call) -> pb.RemoveNoteResponse:
        """Remove a note for a reason."""
        checks = FieldChecks()
        if not 1 <= request.number <= SEQUENCE_MAX:
            checks.wrong("number", "is no number of a note")
        reason = checks.number("reason", request.reason, REASON_CHARS_MAX)
        checks.raise_if_wrong()
        await call.run(self._desk.remove, call.principal, request.number, reason)
        return pb.RemoveNoteResponse()
