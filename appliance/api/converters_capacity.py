"""Capacity messages to domain objects and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from appliance.api import limits
from appliance.api.converters_answer import timestamp
from appliance.api.fields import (
    BUCKET_NUMBERS,
    BUCKETS,
    DIRECTION_NUMBERS,
    DIRECTIONS,
    SEARCH_TYPE_NUMBERS,
    SEARCH_TYPES,
    FieldChecks,
)
from appliance.domain.capacity import (
    CapacityUse,
    Declaration,
    Direction,
    OutgoingRequest,
    Scope,
    Total,
)
from appliance.domain.codes import Bucket, SearchType, party_code
from appliance.domain.errors import RequestInvalid
from appliance.domain.limits import CAPACITY_PER_DAY_MAX, REQUEST_NUMBER_CHARS_MAX
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
    whose = direction(checks, f"{field}.direction", message.direction)
    if message.time_zone and whose is Direction.INCOMING:
        checks.wrong(f"{field}.time_zone", "is this appliance's own for incoming searches")
    checks.text(f"{field}.time_zone", message.time_zone, limits.TIME_ZONE_CHARS_MAX)
    return Declaration(
        party=message.party,
        scope=_scope(checks, field, message),
        searches_per_day=message.searches_per_day,
        effective_from=_moment(checks, f"{field}.effective_from", message.effective_from)
        if message.HasField("effective_from")
        else now,
        declared_by=declared_by,
        direction=whose,
        time_zone=message.time_zone,
    )


def _scope(checks: FieldChecks, field: str, message: capacity_pb2.CapacityDeclaration) -> Scope:
    stated = [bool(message.bucket), bool(message.search_type), message.total]
    if sum(stated) > 1:
        checks.wrong(field, "states more than one of bucket, search_type and total")
    if message.total:
        return Total.DAY
    if message.search_type:
        place = f"{field}.search_type"
        return checks.code(place, message.search_type, SEARCH_TYPES, SearchType.TP_TP)
    return checks.code(f"{field}.bucket", message.bucket, BUCKETS, Bucket.IDENTIFIED)


def direction(checks: FieldChecks, field: str, value: int) -> Direction:
    """Return a direction; incoming where none is stated."""
    return checks.code(field, value, {0: Direction.INCOMING, **DIRECTIONS}, Direction.INCOMING)


def outgoing(request: capacity_pb2.ReserveOutgoingRequest) -> OutgoingRequest:
    """Return what is about to be sent; raises RequestInvalid naming every problem."""
    checks = FieldChecks()
    checks.number("request_number", request.request_number, REQUEST_NUMBER_CHARS_MAX)
    search_type = checks.code("search_type", request.search_type, SEARCH_TYPES, SearchType.TP_TP)
    checks.raise_if_wrong()
    party = party_code(request.party)
    return OutgoingRequest(party, request.request_number, search_type, request.searches)


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
        searches_per_day=declared.searches_per_day,
        effective_from=timestamp(declared.effective_from),
        declared_by=declared.declared_by,
        direction=DIRECTION_NUMBERS[declared.direction],
        time_zone=declared.time_zone,
        **_scope_fields(declared.scope),
    )


def use(used: CapacityUse) -> capacity_pb2.CapacityUse:
    """Return the use of a capacity as a message."""
    return capacity_pb2.CapacityUse(
        party=used.party,
        day=used.day.isoformat(),
        capacity=used.capacity,
        used=used.used,
        opens_at=timestamp(used.opens_at),
        direction=DIRECTION_NUMBERS[used.direction],
        accelerated=used.accelerated,
        **_scope_fields(used.scope),
    )


def _scope_fields(scope: Scope) -> dict[str, Any]:
    """Return the one field that says what a capacity bounds."""
    if isinstance(scope, Bucket):
        return {"bucket": BUCKET_NUMBERS[scope]}
    if isinstance(scope, SearchType):
        return {"search_type": SEARCH_TYPE_NUMBERS[scope]}
    return {"total": True}
