"""Supervision as messages: filters, officers, reports on items, past searches judged again."""

from __future__ import annotations

from datetime import UTC, date, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from appliance.api.converters_answer import timestamp
from appliance.api.converters_audit import entry_message
from appliance.api.fields import COLLECTION_NUMBERS, COLLECTIONS, FieldChecks
from appliance.domain import limits
from appliance.domain.admissibility import Admissibility, PastComparison
from appliance.domain.codes import Collection
from appliance.domain.record import RecordEntry
from appliance.domain.supervision import OfficersVersion, RecordFilter, SubjectReport
from appliance.v1 import audit_pb2
from appliance.v1 import supervision_pb2 as pb

PER_PAGE_DEFAULT = 100
PER_PAGE_MAX = 1_000
NUMBER_MAX = 2**63 - 1  # the largest whole number of the database


def day(checks: FieldChecks, field: str, text: str) -> date:
    """Return a required day; what is wrong with it is noted."""
    try:
        if len(text) == len("2026-03-02"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    checks.wrong(field, "is required, as 2026-03-02" if not text else "is no day as 2026-03-02")
    return date.min


def optional_day(checks: FieldChecks, field: str, text: str) -> date | None:
    """Return a day, None where none is set."""
    return day(checks, field, text) if text else None


def number(checks: FieldChecks, field: str, value: int) -> int:
    """Return a number of something that is kept; what is beyond any is noted."""
    if value > NUMBER_MAX:
        checks.wrong(field, "is beyond any number")
        return 0
    return value


def page_size(checks: FieldChecks, field: str, asked: int, most: int = PER_PAGE_MAX) -> int:
    """Return how many a page may hold."""
    if asked > most:
        checks.wrong(field, f"at most {most}")
    return asked or min(PER_PAGE_DEFAULT, most)


def instant(checks: FieldChecks, field: str, moment: Timestamp) -> datetime | None:
    """Return an instant; what no calendar has is noted."""
    try:
        return moment.ToDatetime(UTC)
    except (ValueError, OverflowError):
        checks.wrong(field, "is no instant")
        return None


def record_filter(checks: FieldChecks, asked: pb.RecordFilter) -> RecordFilter:
    """Return a filter; what is wrong with its form is noted."""
    subject: tuple[Collection, str] | None = None
    if asked.collection or asked.reference_number:
        most = limits.REFERENCE_NUMBER_CHARS_MAX
        subject = (
            checks.code("filter.collection", asked.collection, COLLECTIONS, Collection.TP),
            checks.number("filter.reference_number", asked.reference_number, most),
        )
    return RecordFilter(
        since=optional_day(checks, "filter.since", asked.since),
        until=optional_day(checks, "filter.until", asked.until),
        act=asked.act,
        party=asked.party,
        request_number=asked.request_number,
        subject=subject,
        officer=asked.officer,
    )


def filter_message(terms: RecordFilter) -> pb.RecordFilter:
    """Return a filter as a message."""
    collection, reference_number = terms.subject or (None, "")
    return pb.RecordFilter(
        since=terms.since.isoformat() if terms.since else "",
        until=terms.until.isoformat() if terms.until else "",
        act=terms.act,
        party=terms.party,
        request_number=terms.request_number,
        collection=COLLECTION_NUMBERS[collection] if collection else None,
        reference_number=reference_number,
        officer=terms.officer,
    )


def officers_message(version: OfficersVersion) -> pb.ListOfficersResponse:
    """Return a list of officers as a message."""
    return pb.ListOfficersResponse(
        officers=[
            pb.ListedOfficer(
                party=each.party,
                id=each.id,
                categories=each.categories,
                valid_from=timestamp(each.valid_from),
                valid_until=timestamp(each.valid_until),
            )
            for each in version.officers
        ],
        digest=bytes.fromhex(version.digest),
        seen_at=timestamp(version.seen_at),
    )


def subject_message(report: SubjectReport) -> pb.GetSubjectResponse:
    """Return the report on an item as a message."""
    return pb.GetSubjectResponse(
        origin=report.origin,
        held=report.held,
        flagged=report.flagged,
        restricted=report.restricted,
        supplies=[
            pb.SubjectSupply(
                party=each.party,
                supplied_at=timestamp(each.supplied_at),
                request_number=each.request_number,
                purpose=each.purpose,
                case_reference=each.case_reference,
                sequence=each.sequence,
            )
            for each in report.supplies
        ],
        entries=[_entry_about(each, report) for each in report.entries],
        after=report.after,
        more=report.more,
    )


def _entry_about(entry: RecordEntry, report: SubjectReport) -> audit_pb2.RecordEntry:
    """Return an entry without the other items: they are other people's."""
    message = entry_message(entry)
    del message.subjects[:]
    message.subjects.add(
        collection=report.collection.value, reference_number=report.reference_number
    )
    return message


def admissibility_message(judged: Admissibility) -> pb.Admissibility:
    """Return a past search judged again as a message."""
    search = judged.search
    return pb.Admissibility(
        sequence=search.sequence,
        party=search.party,
        request_number=search.number,
        received_at=timestamp(search.received_at),
        refused_with=search.refused_with,
        verdict=judged.verdict.value,
        pack_version=judged.pack_version,
        officers_digest=judged.officers_digest,
        findings=[
            pb.RuleFinding(
                rule=each.rule.value,
                outcome=each.outcome.value,
                reason=each.reason,
                remark=each.remark,
            )
            for each in judged.findings
        ],
        remark=judged.remark,
        step=search.step.value if isinstance(search, PastComparison) else "",
    )
