"""The record over gRPC: ``client.audit`` reads leaves, heads and proofs, for the auditor."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator

from appliance.client import limits, rpcs
from appliance.client.calls import AsyncCaller, Caller
from appliance.v1 import audit_pb2


def _leaves(after: int) -> audit_pb2.ListLeavesRequest:
    return audit_pb2.ListLeavesRequest(after=after, leaves_max=limits.RECORD_PAGE_ENTRIES)


def _one(page: audit_pb2.ListLeavesResponse) -> audit_pb2.RecordLeaf:
    if not page.leaves:
        raise RuntimeError("the record has no such entry")
    return page.leaves[0]


class AuditCalls:
    """Calls of AuditService; every method raises ApplianceRefused, every reading is recorded."""

    def __init__(self, call: Caller) -> None:
        self._call = call

    def head(self) -> audit_pb2.RecordHead | None:
        """Return the newest signed head, None while there is none."""
        response = self._call(rpcs.RECORD_HEAD, rpcs.RECORD_HEAD.request())
        return response.head if response.HasField("head") else None

    def inclusion(self, sequence: int, head: int = 0) -> audit_pb2.GetInclusionProofResponse:
        """Return the proof that an entry is under a head, the newest for 0."""
        return self._call(rpcs.INCLUSION, rpcs.INCLUSION.request(sequence=sequence, head=head))

    def consistency(self, old: int, new: int = 0) -> audit_pb2.GetConsistencyProofResponse:
        """Return the proof that the record only grew from head ``old`` to ``new``, 0 the newest."""
        return self._call(rpcs.CONSISTENCY, rpcs.CONSISTENCY.request(old=old, new=new))

    def leaf(self, sequence: int) -> audit_pb2.RecordLeaf:
        """Return one leaf. Raises RuntimeError if there is none of this sequence."""
        page = self._call(rpcs.LEAVES, rpcs.LEAVES.request(after=sequence - 1, leaves_max=1))
        return _one(page)

    def leaves(self, after: int = 0) -> Generator[audit_pb2.RecordLeaf, None, None]:
        """Yield the leaves after a sequence, page by page, up to the newest."""
        more = True
        while more:
            page = self._call(rpcs.LEAVES, _leaves(after))
            yield from page.leaves
            more, after = page.more, page.leaves[-1].sequence if page.leaves else after


class AsyncAuditCalls:
    """The same calls, awaited."""

    def __init__(self, call: AsyncCaller) -> None:
        self._call = call

    async def head(self) -> audit_pb2.RecordHead | None:
        """Return the newest signed head, None while there is none."""
        response = await self._call(rpcs.RECORD_HEAD, rpcs.RECORD_HEAD.request())
        return response.head if response.HasField("head") else None

    async def inclusion(self, sequence: int, head: int = 0) -> audit_pb2.GetInclusionProofResponse:
        """Return the proof that an entry is under a head, the newest for 0."""
        return await self._call(
            rpcs.INCLUSION, rpcs.INCLUSION.request(sequence=sequence, head=head)
        )

    async def consistency(self, old: int, new: int = 0) -> audit_pb2.GetConsistencyProofResponse:
        """Return the proof that the record only grew from head ``old`` to ``new``, 0 the newest."""
        return await self._call(rpcs.CONSISTENCY, rpcs.CONSISTENCY.request(old=old, new=new))

    async def leaf(self, sequence: int) -> audit_pb2.RecordLeaf:
        """Return one leaf. Raises RuntimeError if there is none of this sequence."""
        asked = rpcs.LEAVES.request(after=sequence - 1, leaves_max=1)
        return _one(await self._call(rpcs.LEAVES, asked))

    async def leaves(self, after: int = 0) -> AsyncGenerator[audit_pb2.RecordLeaf, None]:
        """Yield the leaves after a sequence, page by page, up to the newest."""
        more = True
        while more:
            page = await self._call(rpcs.LEAVES, _leaves(after))
            for leaf in page.leaves:
                yield leaf
            more, after = page.more, page.leaves[-1].sequence if page.leaves else after
