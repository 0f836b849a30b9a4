"""Duties of data quality over either client, as ``client.duties`` (Art. 15)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from appliance.client import limits, messages, rpcs
from appliance.client.calls import AsyncCaller, Caller
from appliance.client.values import LoadItem
from appliance.v1 import data_duties_pb2 as pb


class DataDutiesCalls:
    """The calls of ``Client``; every method raises ApplianceRefused. Safe to share."""

    def __init__(self, call: Caller) -> None:
        self._call = call

    def correct(self, item: LoadItem, reason: str) -> pb.CorrectResponse:
        """Put right data in the place of wrong data under the same reference number."""
        return self._call(rpcs.CORRECT, _correct(item, reason))

    def delete(self, collection: str, reference_number: str, cause: str) -> pb.DeleteResponse:
        """Delete an item; ``cause`` is "incorrect" or "no_longer_necessary"."""
        return self._call(rpcs.DELETE, _delete(collection, reference_number, cause))

    def flag(self, collection: str, reference_number: str) -> None:
        """Mark an item as contested."""
        self._call(rpcs.FLAG, _flag(collection, reference_number))

    def unflag(self, collection: str, reference_number: str, basis: str, decision: str) -> None:
        """Remove the mark; ``basis`` is "consent", "court" or "authority"."""
        self._call(rpcs.FLAG, _unflag(collection, reference_number, basis, decision))

    def restrict(self, collection: str, reference_number: str, reason: str) -> None:
        """Keep an item out of every search."""
        self._call(rpcs.RESTRICT, _restrict(collection, reference_number, True, reason))

    def release(self, collection: str, reference_number: str, reason: str) -> None:
        """Let a restricted item be searched again."""
        self._call(rpcs.RESTRICT, _restrict(collection, reference_number, False, reason))

    def set_end(self, collection: str, reference_number: str, expires_at: datetime | None) -> None:
        """Set when the maximum period of an item is over, None for no end."""
        self._call(rpcs.SET_END, _set_end(collection, reference_number, expires_at))

    def erasures(self, after: int = 0) -> Generator[pb.Erasure, None, None]:
        """Yield erasures after a number, with their certificates."""
        while True:
            page = self._call(rpcs.ERASURES, _erasures(after)).erasures
            yield from page
            if len(page) < limits.RECORD_PAGE_ENTRIES:
                return
            after = page[-1].number

    def notices(self, after: int = 0) -> Generator[pb.Notice, None, None]:
        """Yield notices to contact points after a number."""
        while True:
            page = self._call(rpcs.NOTICES, _notices(after)).notices
            yield from page
            if len(page) < limits.RECORD_PAGE_ENTRIES:
                return
            after = page[-1].number


class AsyncDataDutiesCalls:
    """The calls of ``AsyncClient``: the same, awaited."""

    def __init__(self, call: AsyncCaller) -> None:
        self._call = call

    async def correct(self, item: LoadItem, reason: str) -> pb.CorrectResponse:
        """Put right data in the place of wrong data under the same reference number."""
        return await self._call(rpcs.CORRECT, _correct(item, reason))

    async def delete(self, collection: str, reference_number: str, cause: str) -> pb.DeleteResponse:
        """Delete an item; ``cause`` is "incorrect" or "no_longer_necessary"."""
        return await self._call(rpcs.DELETE, _delete(collection, reference_number, cause))

    async def flag(self, collection: str, reference_number: str) -> None:
        """Mark an item as contested."""
        await self._call(rpcs.FLAG, _flag(collection, reference_number))

    async def unflag(
        self, collection: str, reference_number: str, basis: str, decision: str
    ) -> None:
        """Remove the mark; ``basis`` is "consent", "court" or "authority"."""
        await self._call(rpcs.FLAG, _unflag(collection, reference_number, basis, decision))

    async def restrict(self, collection: str, reference_number: str, reason: str) -> None:
        """Keep an item out of every search."""
        await self._call(rpcs.RESTRICT, _restrict(collection, reference_number, True, reason))

    async def release(self, collection: str, reference_number: str, reason: str) -> None:
        """Let a restricted item be searched again."""
        await self._call(rpcs.RESTRICT, _restrict(collection, reference_number, False, reason))

    async def set_end(
        self, collection: str, reference_number: str, expires_at: datetime | None
    ) -> None:
        """Set when the maximum period of an item is over, None for no end."""
        await self._call(rpcs.SET_END, _set_end(collection, reference_number, expires_at))

    async def erasures(self, after: int = 0) -> AsyncGenerator[pb.Erasure, None]:
        """Yield erasures after a number, with their certificates."""
        while True:
            page = (await self._call(rpcs.ERASURES, _erasures(after))).erasures
            for erasure in page:
                yield erasure
            if len(page) < limits.RECORD_PAGE_ENTRIES:
                return
            after = page[-1].number

    async def notices(self, after: int = 0) -> AsyncGenerator[pb.Notice, None]:
        """Yield notices to contact points after a number."""
        while True:
            page = (await self._call(rpcs.NOTICES, _notices(after))).notices
            for notice in page:
                yield notice
            if len(page) < limits.RECORD_PAGE_ENTRIES:
                return
            after = page[-1].number


def _correct(item: LoadItem, reason: str) -> pb.CorrectRequest:
    return pb.CorrectRequest(item=messages.reference_item(item), reason=reason)


def _delete(collection: str, reference_number: str, cause: str) -> pb.DeleteRequest:
    return pb.DeleteRequest(
        collection=messages.collection(collection),
        reference_number=reference_number,
        cause=messages.named(pb.DeletionCause, "DELETION_CAUSE_", cause),
    )


def _flag(collection: str, reference_number: str) -> pb.FlagRequest:
    return pb.FlagRequest(
        collection=messages.collection(collection), reference_number=reference_number, flagged=True
    )


def _unflag(collection: str, reference_number: str, basis: str, decision: str) -> pb.FlagRequest:
    return pb.FlagRequest(
        collection=messages.collection(collection),
        reference_number=reference_number,
        flagged=False,
        basis=messages.named(pb.FlagBasis, "FLAG_BASIS_", basis),
        decision=decision,
    )


def _restrict(
    collection: str, reference_number: str, restricted: bool, reason: str
) -> pb.RestrictRequest:
    return pb.RestrictRequest(
        collection=messages.collection(collection),
        reference_number=reference_number,
        restricted=restricted,
        reason=reason,
    )


def _set_end(
    collection: str, reference_number: str, expires_at: datetime | None
) -> pb.SetEndRequest:
    request = pb.SetEndRequest(
        collection=messages.collection(collection), reference_number=reference_number
    )
    if expires_at is not None:
        ends = Timestamp()
        ends.FromDatetime(expires_at)
        request.expires_at.CopyFrom(ends)
    return request


def _erasures(after: int) -> pb.ListErasuresRequest:
    return pb.ListErasuresRequest(after=after, erasures_max=limits.RECORD_PAGE_ENTRIES)


def _notices(after: int) -> pb.ListNoticesRequest:
    return pb.ListNoticesRequest(after=after, notices_max=limits.RECORD_PAGE_ENTRIES)
