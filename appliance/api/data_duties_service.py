# ruff: noqa: N802 - the contract names the methods.
"""DataDutiesService: correct, delete, flag, restrict, end, and the proofs of it (Art. 15)."""

from __future__ import annotations

from appliance.api import limits
from appliance.api.call import Call
from appliance.api.converters_duties import (
    BASES,
    CAUSES,
    end_of,
    erasure_message,
    notice_message,
)
from appliance.api.converters_reference import named, raw_item
from appliance.api.fields import FieldChecks
from appliance.api.ports_duties import DutiesDesk, NoticeBoard
from appliance.v1 import data_duties_pb2 as pb


class DataDutiesServicer:
    """The methods of the contract."""

    def __init__(self, desk: DutiesDesk, board: NoticeBoard) -> None:
        self._desk = desk
        self._board = board

    async def Correct(self, request: pb.CorrectRequest, call: Call) -> pb.CorrectResponse:
        """Put right data in the place of wrong data."""
        item = await call.run(raw_item, request.item)
        done = await call.run(self._desk.correct, call.principal, item, request.reason)
        return pb.CorrectResponse(erasure_number=done.erasure, parties_told=done.told)

    async def Delete(self, request: pb.DeleteRequest, call: Call) -> pb.DeleteResponse:
        """Delete an item."""
        collection, number = named(request)
        cause = CAUSES.get(request.cause, "")
        done = await call.run(self._desk.delete, call.principal, collection, number, cause)
        return pb.DeleteResponse(erasure_number=done.erasure, parties_told=done.told)

    async def Flag(self, request: pb.FlagRequest, call: Call) -> pb.FlagResponse:
        """Set or remove the flag of an item."""
        collection, number = named(request)
        await call.run(
            lambda: self._desk.flag(
                call.principal,
                collection,
                number,
                flagged=request.flagged,
                basis=BASES.get(request.basis, ""),
                decision=request.decision,
            )
        )
        return pb.FlagResponse()

    async def Restrict(self, request: pb.RestrictRequest, call: Call) -> pb.RestrictResponse:
        """Restrict or release an item."""
        collection, number = named(request)
        await call.run(
            lambda: self._desk.restrict(
                call.principal,
                collection,
                number,
                restricted=request.restricted,
                reason=request.reason,
            )
        )
        return pb.RestrictResponse()

    async def SetEnd(self, request: pb.SetEndRequest, call: Call) -> pb.SetEndResponse:
        """Set when the maximum period of an item is over."""
        collection, number = named(request)
        ends = end_of(request)
        await call.run(self._desk.set_end, call.principal, collection, number, ends)
        return pb.SetEndResponse()

    async def ListErasures(
        self, request: pb.ListErasuresRequest, call: Call
    ) -> pb.ListErasuresResponse:
        """Return one page of erasures."""
        count = _page("erasures_max", request.erasures_max, request.after)
        found = await call.run(self._desk.erasures, call.principal, request.after, count)
        return pb.ListErasuresResponse(erasures=[erasure_message(each) for each in found])

    async def ListNotices(
        self, request: pb.ListNoticesRequest, call: Call
    ) -> pb.ListNoticesResponse:
        """Return one page of notices."""
        count = _page("notices_max", request.notices_max, request.after)
        found = await call.run(self._board.page, request.after, count)
        return pb.ListNoticesResponse(notices=[notice_message(each) for each in found])


def _page(field: str, count: int, after: int) -> int:
    """Return how many entries a page holds; raises RequestInvalid."""
    checks = FieldChecks()
    if count > limits.RECORD_ENTRIES_PER_PAGE_MAX:
        checks.wrong(field, f"at most {limits.RECORD_ENTRIES_PER_PAGE_MAX}")
    if after >= 2**63:
        checks.wrong("after", "is beyond any number")
    checks.raise_if_wrong()
    return count or limits.RECORD_ENTRIES_PER_PAGE_DEFAULT
