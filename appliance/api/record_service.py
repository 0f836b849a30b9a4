# ruff: noqa: N802 - the contract names the methods.
"""RecordService: the record of supplies, for the auditor (Art. 17(3)-(5))."""

from __future__ import annotations

from appliance.api import limits
from appliance.api.call import Call
from appliance.api.converters_answer import timestamp
from appliance.api.fields import FieldChecks
from appliance.api.ports import Record
from appliance.domain.record import Act, RecordEntry
from appliance.v1 import record_pb2 as pb


class RecordServicer:
    """The methods of the contract."""

    def __init__(self, record: Record) -> None:
        self._record = record

    async def ListEntries(
        self, request: pb.ListEntriesRequest, call: Call
    ) -> pb.ListEntriesResponse:
        """Return one page; that it was read is durable before a line of it leaves."""
        checks = FieldChecks()
        if request.entries_max > limits.RECORD_ENTRIES_PER_PAGE_MAX:
            checks.wrong("entries_max", f"at most {limits.RECORD_ENTRIES_PER_PAGE_MAX}")
        if request.after >= 2**63:
            checks.wrong("after", "is beyond any sequence")
        checks.raise_if_wrong()
        count = request.entries_max or limits.RECORD_ENTRIES_PER_PAGE_DEFAULT
        await self._record_reading(call, after=str(request.after), entries_max=str(count))
        entries = await call.run(self._record.entries, request.after, count)
        return pb.ListEntriesResponse(entries=[_entry(entry) for entry in entries])

    async def Verify(self, request: pb.VerifyRequest, call: Call) -> pb.VerifyResponse:
        """Check the whole record."""
        report = await call.run(self._record.verify)
        return pb.VerifyResponse(
            intact=report.intact,
            entries=report.entries,
            heads=report.heads,
            broken_at=report.broken_at,
            reason=report.reason,
        )

    async def _record_reading(self, call: Call, **details: str) -> None:
        principal = call.principal
        facts = {"certificate": principal.fingerprint, **details}
        await call.run(self._record.write, Act.RECORD_READ, principal.party, facts)


def _entry(entry: RecordEntry) -> pb.RecordEntry:
    return pb.RecordEntry(
        sequence=entry.sequence,
        recorded_at=timestamp(entry.recorded_at),
        act=entry.act.value,
        party=entry.party,
        details=[pb.RecordDetail(name=name, value=value) for name, value in entry.details],
        leaf_hash=entry.leaf_hash,
    )
