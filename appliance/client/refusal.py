"""A refusal as the client sees it: decoded from the status details of the call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]

_DETAILS_KEY = "grpc-status-details-bin"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong with one field of the request, or one exhausted quota."""

    field: str
    description: str


class ApplianceRefused(Exception):
    """The appliance refused a call, or could not be reached.

    ``reason`` is a reason of the error table and may be switched on; it is the name of the gRPC
    code where the transport itself failed. ``code`` is that name always. ``violations`` names every
    unusable field; ``retry_after_s`` is the wait the appliance asks for, None where it asks for
    none; ``metadata`` holds the facts of the reason, such as the ``offset`` of a malformed record
    or the ``error_id`` to quote to the administrator.
    """

    def __init__(
        self,
        reason: str,
        code: str,
        message: str,
        *,
        violations: tuple[Violation, ...] = (),
        retry_after_s: float | None = None,
        metadata: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason
        self.code = code
        self.message = message
        self.violations = violations
        self.retry_after_s = retry_after_s
        self.metadata = dict(metadata or {})


def from_rpc_error(error: grpc.RpcError) -> ApplianceRefused:
    """Decode a failed call of either API, with or without details; never raises."""
    failed: Any = error
    code = failed.code().name
    details = _details(failed.trailing_metadata() or ())
    reason, metadata = code, {}
    violations: list[Violation] = []
    retry_after_s: float | None = None
    for detail in details:
        if (info := _unpacked(detail, error_details_pb2.ErrorInfo)) is not None:
            reason, metadata = info.reason, dict(info.metadata)
        elif (bad := _unpacked(detail, error_details_pb2.BadRequest)) is not None:
            violations += [Violation(v.field, v.description) for v in bad.field_violations]
        elif (quota := _unpacked(detail, error_details_pb2.QuotaFailure)) is not None:
            violations += [Violation(v.subject, v.description) for v in quota.violations]
        elif (retry := _unpacked(detail, error_details_pb2.RetryInfo)) is not None:
            retry_after_s = retry.retry_delay.ToTimedelta().total_seconds()
    return ApplianceRefused(
        reason,
        code,
        failed.details() or "",
        violations=tuple(violations),
        retry_after_s=retry_after_s,
        metadata=metadata,
    )


def _details(trailing_metadata: Any) -> list[AnyMessage]:
    for key, value in trailing_metadata:
        if key == _DETAILS_KEY:
            try:
                return list(status_pb2.Status.FromString(value).details)
            except DecodeError:
                return []
    return []


def _unpacked(detail: AnyMessage, kind: Any) -> Any:
    message = kind()
    return message if detail.Unpack(message) else None
