"""Capacity messages to domain objects and back."""

from __future__ import annotations

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from appliance.api import limits
from appliance.api.converters_answer import timestamp
from appliance.api.fields import BUCKET_NUMBERS, BUCKETS, FieldChecks
from appliance.domain.capacity import CapacityUse, Declaration
from appliance.domain.codes import Bucket, party_code
from appliance.domain.errors import RequestInvalid
from appliance.domain.limits import CAPACITY_PER_DAY_MAX
from appliance.v1 import capacity_pb2


def declarations(
    request: capacity_pb2.DeclareRequest, declared_by: str, now: datetime
) -> list[Declaration]:
    """Return what is declared; raises RequestInvalid naming every problem."""
    checks = FieldChecks()
    if not 1 <= len(request.declarations) <= limits.DECLARATIONS_PER_CALL_MAX:
        checks.wrong("declarations", f"1..{limits.DECLARATIONS_PER_CALL_MAX} are allowed")
    found = [
        _declaration(checks, f"declarations[{index}]", message, declared_by, now)
        for index, message in enumerate(request.declarations)
    ]
    checks.raise_if_wrong()
    return found


def _declaration(
    checks: FieldChecks,
    field: str,
    message: capacity_pb2.CapacityDeclaration,
    declared_by: str,
    now: datetime,
) -> Declaration:
    try:
        party_code(message.party, f"{field}.party")
    except RequestInvalid as error:
        checks.wrong(error.violations[0].field, error.violations[0].description)
    if message.searches_per_day > CAPACITY_PER_DAY_MAX:
        checks.wrong(f"{field}.searches_per_day", f"at most {CAPACITY_PER_DAY_MAX} are allowed")
    if message.declared_by:
        checks.wrong(f"{field}.declared_by", "is told by the certificate and must be empty")
    return Declaration(
        party=message.party,
        bucket=checks.code(f"{field}.bucket", message.bucket, BUCKETS, Bucket.IDENTIFIED),
        searches_per_day=message.searches_per_day,
        effective_from=_moment(checks, f"{field}.effective_from", message.effective_from)
        if message.HasField("effective_from")
        else now,
        declared_by=declared_by,
    )


def _moment(checks: FieldChecks, field: str, message: Timestamp) -> datetime:
    try:
        return message.ToDatetime(UTC)
    except (ValueError, OverflowError):
        checks.wrong(field, "is no moment between the years 1 and 9999")
        return datetime.min.replace(tzinfo=UTC)


def declaration(declared: Declaration) -> capacity_pb2.CapacityDeclaration:
    """Return a declaration as a message."""
    return capacity_pb2.CapacityDeclaration(
        party=declared.party,
        bucket=BUCKET_NUMBERS[declared.bucket],
        searches_per_day=declared.searches_per_day,
        effective_from=timestamp(declared.effective_from),
        declared_by=declared.declared_by,
    )


def use(used: CapacityUse) -> capacity_pb2.CapacityUse:
    """Return the use of a capacity as a message."""
    return capacity_pb2.CapacityUse(
        party=used.party,
        bucket=BUCKET_NUMBERS[used.bucket],
        day=used.day.isoformat(),
        capacity=used.capacity,
        used=used.used,
        opens_at=timestamp(used.opens_at),
    )
