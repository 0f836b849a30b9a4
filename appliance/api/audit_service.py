# ruff: noqa: N802 - the contract names the methods.
"""AuditService: the record of supplies, for the auditor (Art. 17(3)-(5))."""

from __future__ import annotations

from appliance.api import limits
from appliance.api.call import Call
from appliance.api.converters_audit import entry_message, head_message, leaf_message
from appliance.api.fields import FieldChecks
from appliance.api.ports_record import Record
from appliance.domain.record import Act
from appliance.v1 import audit_pb2 as pb

_SEQUENCE_MAX = 2**63 - 1


class AuditServicer:
    """The methods of the contract; that anything was read is durable before it leaves."""

    def __init__(self, record: Record) -> None:
        self._record = record

    async def ListEntries(
        self, request: pb.ListEntriesRequest, call: Call
    ) -> pb.ListEntriesResponse:
        """Return one page of entries."""
        count = _page("entries_max", request.after, request.entries_max)
        await self._record_reading(call, after=str(request.after), entries_max=str(count))
        entries = await call.run(self._record.entries, request.after, count)
        more = bool(entries) and entries[-1].sequence < await call.run(self._record.size)
        return pb.ListEntriesResponse(entries=map(entry_message, entries), more=more)

    async def ListLeaves(self, request: pb.ListLeavesRequest, call: Call) -> pb.ListLeavesResponse:
        """Return one page of leaves."""
        count = _page("leaves_max", request.after, request.leaves_max)
        await self._record_reading(call, after=str(request.after), leaves_max=str(count))
        leaves = await call.run(self._record.leaves, request.after, count)
        more = bool(leaves) and leaves[-1].sequence < await call.run(self._record.size)
        return pb.ListLeavesResponse(leaves=map(leaf_message, leaves), more=more)

    async def Verify(self, _request: pb.VerifyRequest, call: Call) -> pb.VerifyResponse:
        """Check the whole record."""
        await self._record_reading(call, asked="verification")
        report = await call.run(self._record.verify)
        return pb.VerifyResponse(
            intact=report.intact,
            entries=report.entries,
            heads=report.heads,
            broken_at=report.broken_at,
            reason=report.reason,
            opened=report.opened,
            signed=report.signed,
        )

    async def GetHead(self, _request: pb.GetHeadRequest, call: Call) -> pb.GetHeadResponse:
        """Return the newest head."""
        await self._record_reading(call, asked="head")
        head = await call.run(self._record.head)
        return pb.GetHeadResponse(head=None if head is None else head_message(head))

    async def GetInclusionProof(
        self, request: pb.GetInclusionProofRequest, call: Call
    ) -> pb.GetInclusionProofResponse:
        """Prove that an entry is in the record."""
        _bounded(sequence=request.sequence, head=request.head)
        await self._record_reading(call, asked="inclusion", sequence=str(request.sequence))
        proof = await call.run(self._record.inclusion, request.sequence, request.head)
        return pb.GetInclusionProofResponse(
            head=head_message(proof.head), leaf_hash=proof.leaf_hash, path=proof.path
        )

    async def GetConsistencyProof(
        self, request: pb.GetConsistencyProofRequest, call: Call
    ) -> pb.GetConsistencyProofResponse:
        """Prove that the record only grew."""
        _bounded(old=request.old, new=request.new)
        await self._record_reading(call, asked="consistency", old=str(request.old))
        proof = await call.run(self._record.consistency, request.old, request.new)
        return pb.GetConsistencyProofResponse(
            old=head_message(proof.old), new=head_message(proof.new), path=proof.path
        )

    async def _record_reading(self, call: Call, **details: str) -> None:
        principal = call.principal
        facts = {"certificate": principal.fingerprint, **details}
        await call.run(self._record.write, Act.RECORD_READ, principal.party, facts)


def _page(field: str, after: int, count: int) -> int:
    """Check the terms of a page and return how much it holds at most. Raises RequestInvalid."""
    checks = FieldChecks()
    if count > limits.RECORD_ENTRIES_PER_PAGE_MAX:
        checks.wrong(field, f"at most {limits.RECORD_ENTRIES_PER_PAGE_MAX}")
    if after > _SEQUENCE_MAX:
        checks.wrong("after", "is beyond any sequence")
    checks.raise_if_wrong()
    return count or limits.RECORD_ENTRIES_PER_PAGE_DEFAULT


def _bounded(**numbers: int) -> None:
    checks = FieldChecks()
    for field, number in numbers.items():
        if number > _SEQUENCE_MAX:
            checks.wrong(field, "is beyond any number")
    checks.raise_if_wrong()
