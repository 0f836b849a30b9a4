"""From an error to a google.rpc.Status with details, within the bounds of HTTP/2 metadata."""

from __future__ import annotations

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]

from appliance.api import limits
from appliance.api.errors import reason_of, shown_message, wire_form
from appliance.domain.errors import (
    ApplianceError,
    CapacityExhausted,
    FieldViolation,
    ProfileMalformed,
    QueueFull,
    RequestInvalid,
    TemplateMalformed,
)

DOMAIN = "pruem-appliance"
DETAILS_KEY = "grpc-status-details-bin"


def status_of(error: BaseException, error_id: str) -> status_pb2.Status:
    """Return the status: ErrorInfo always, BadRequest, QuotaFailure and RetryInfo where they apply.

    ``error_id`` is what a caller quotes to the administrator; it is told only for faults of ours.
    """
    form = wire_form(error)
    info = error_details_pb2.ErrorInfo(reason=reason_of(error), domain=DOMAIN)
    if form.shown is not None:
        info.metadata["error_id"] = error_id
    elif isinstance(error, ApplianceError):
        for key, value in error.metadata.items():
            info.metadata[key] = _cut(value, limits.DESCRIPTION_CHARS_MAX)
    details: list[Message] = [info]
    if violations := _violations(error):
        details.append(_bad_request(violations))
    if isinstance(error, CapacityExhausted):
        details.append(_quota_failure(error))
    retry_after_s = form.retry_after_s
    if isinstance(error, CapacityExhausted | QueueFull):
        retry_after_s = error.retry_after_s
    if retry_after_s is not None:
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromSeconds(retry_after_s)
        details.append(retry)
    message = _cut(shown_message(error, error_id), limits.MESSAGE_CHARS_MAX)
    status = status_pb2.Status(code=form.code.value[0], message=message)
    for detail in details:
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)
    return status


def _violations(error: BaseException) -> tuple[FieldViolation, ...]:
    if isinstance(error, RequestInvalid | ProfileMalformed):
        return error.violations
    if isinstance(error, TemplateMalformed):
        field = error.message.partition(":")[0]
        return (FieldViolation(field, f"{error.rule} (at byte {error.offset})"),)
    return ()


def _bad_request(violations: tuple[FieldViolation, ...]) -> Message:
    bad = error_details_pb2.BadRequest()
    for violation in violations[: limits.VIOLATIONS_SHOWN_MAX]:
        bad.field_violations.add(
            field=_cut(violation.field, limits.FIELD_CHARS_MAX),
            description=_cut(violation.description, limits.DESCRIPTION_CHARS_MAX),
        )
    if (left := len(violations) - limits.VIOLATIONS_SHOWN_MAX) > 0:
        bad.field_violations.add(field="", description=f"and {left} more")
    message: Message = bad
    return message


def _quota_failure(error: CapacityExhausted) -> Message:
    failure = error_details_pb2.QuotaFailure()
    failure.violations.add(
        subject=_cut(error.subject, limits.FIELD_CHARS_MAX),
        description=f"{error.capacity} searches a day are declared",
    )
    message: Message = failure
    return message


def _cut(text: str, chars_max: int) -> str:
    return text if len(text) <= chars_max else text[: chars_max - 1] + "…"
