"""Every refusal has a documented exit status, and the README tells the same ones."""

from __future__ import annotations

import re
from pathlib import Path

import grpc
import pytest

from appliance.api.errors import TABLE
from appliance.cli import exit_codes
from appliance.cli.exit_codes import ExitCode, of_reason
from appliance.domain.errors import ApplianceError

README = Path(__file__).resolve().parents[2] / "README.md"

UNUSABLE_INPUT = {
    "REQUEST_INVALID",
    "TEMPLATE_MALFORMED",
    "TEMPLATE_UNSUPPORTED",
    "PERSONAL_DATA_REFUSED",
    "QUALITY_INSUFFICIENT",
    "CONFIGURATION_INVALID",
    "PACK_SIGNATURE_INVALID",
}
REFUSED = {
    "CASE_REFERENCE_MISSING",
    "PURPOSE_UNKNOWN",
    "FILE_NOT_DECLARED",
    "PARTY_NOT_EVALUATED",
    "PARTY_SUSPENDED",
    "CONSENT_MISSING",
    "REFERENCE_UNKNOWN",
    "REFERENCE_EXISTS",
    "REQUEST_NUMBER_REUSED",
    "CERTIFICATE_UNKNOWN",
    "CERTIFICATE_REVOKED",
    "ROLE_DENIED",
    "OFFICER_NOT_AUTHORISED",
    "CAPACITY_EXHAUSTED",
    "REQUEST_SETTLED",
    "PURPOSE_CHANGED",
    "AUTHORISATION_MISSING",
    "PACK_DATES_CONFLICT",
    "PACK_OUTDATED",
    "PACK_UNKNOWN",
}
UNAVAILABLE = {
    "RECORD_UNAVAILABLE",
    "CLOCK_SKEWED",
    "ENGINE_LOADING",
    "DEVICE_LOST",
    "DRAINING",
    "QUEUE_FULL",
    "DEADLINE_TOO_SHORT",
}
STATUS_OF = {
    **dict.fromkeys(UNUSABLE_INPUT, ExitCode.UNUSABLE_INPUT),
    **dict.fromkeys(REFUSED, ExitCode.REFUSED),
    **dict.fromkeys(UNAVAILABLE, ExitCode.UNAVAILABLE),
    "STORAGE_CORRUPT": ExitCode.DAMAGED,
    "INTERNAL": ExitCode.DEFECT,
}


def documented() -> dict[int, str]:
    """Return status and meaning as the module's docstring tells them."""
    lines = re.findall(r"^(\d) +(.+)$", exit_codes.__doc__ or "", re.MULTILINE)
    return {int(status): meaning.replace("...", "…") for status, meaning in lines}


def test_every_reason_of_the_error_table_has_the_status_it_is_documented_with() -> None:
    reasons = {error.reason for error in TABLE}
    assert {reason: of_reason(reason) for reason in reasons} == STATUS_OF


def test_every_error_of_the_domain_has_a_status_of_its_own_kind() -> None:
    pending = [ApplianceError]
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        # Tests that ran before in this process may have made errors of their own.
        if kind.__module__.startswith("appliance."):
            assert kind.reason in STATUS_OF, kind


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (grpc.StatusCode.UNAVAILABLE, ExitCode.UNAVAILABLE),
        (grpc.StatusCode.DEADLINE_EXCEEDED, ExitCode.UNAVAILABLE),
        (grpc.StatusCode.CANCELLED, ExitCode.UNAVAILABLE),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, ExitCode.UNAVAILABLE),
        (grpc.StatusCode.INVALID_ARGUMENT, ExitCode.UNUSABLE_INPUT),
        (grpc.StatusCode.DATA_LOSS, ExitCode.DAMAGED),
        (grpc.StatusCode.UNKNOWN, ExitCode.DEFECT),
        (grpc.StatusCode.UNIMPLEMENTED, ExitCode.DEFECT),
        (grpc.StatusCode.UNAUTHENTICATED, ExitCode.REFUSED),
        (grpc.StatusCode.PERMISSION_DENIED, ExitCode.REFUSED),
    ],
)
def test_a_failure_of_the_transport_itself_has_a_status(
    code: grpc.StatusCode, status: ExitCode
) -> None:
    assert of_reason(code.name) is status


def test_each_status_is_documented_once_and_the_readme_tells_the_same() -> None:
    assert set(documented()) == {int(code) for code in ExitCode}
    rows = re.findall(r"^\| (\d) \| (.+) \|$", README.read_text("utf-8"), re.MULTILINE)
    assert {int(status): meaning for status, meaning in rows} == documented()
