"""Every reason reaches the client with its details, and nothing else does."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
import structlog

from appliance.api.errors import TABLE, wire_form
from appliance.api.status_details import status_of
from appliance.client import ApplianceRefused, Violation
from appliance.domain import errors as domain
from appliance.domain.errors import ApplianceError, FieldViolation
from tests.api.searches import record, terms
from tests.edge import Edge

SECRET = "/var/lib/secret of Ana"

SPECIAL: dict[type[ApplianceError], ApplianceError] = {
    domain.RequestInvalid: domain.RequestInvalid(
        [FieldViolation("a", "is wrong"), FieldViolation("b", "is missing")]
    ),
    domain.TemplateMalformed: domain.TemplateMalformed("a rule", offset=17, field="record"),
    domain.ProfileMalformed: domain.ProfileMalformed("a rule", locus="TH01"),
    domain.CapacityExhausted: domain.CapacityExhausted(
        "ME identified", capacity=100, retry_after_s=3600
    ),
    domain.QueueFull: domain.QueueFull(depth_max=10, retry_after_s=100),
}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged during the test."""
    former, stream = structlog.get_config(), io.StringIO()
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=stream))
    yield stream
    structlog.configure(**former)


def _error(kind: type[ApplianceError]) -> ApplianceError:
    return SPECIAL.get(kind) or kind(SECRET)


def _refused(edge: Edge, error: BaseException) -> ApplianceRefused:
    edge.desk.error = error
    with edge.client(timeout_s=3) as client, pytest.raises(ApplianceRefused) as caught:
        client.check_quality(record())
    return caught.value


def test_every_row_of_the_table_reaches_the_client(edge: Edge) -> None:
    for kind, form in TABLE.items():
        refused = _refused(edge, _error(kind))

        assert (kind.reason, form.code.name) == (refused.reason, refused.code)
        if form.retry_after_s is not None:
            assert form.retry_after_s == refused.retry_after_s
        if form.shown is None:
            assert str(_error(kind)) == refused.message
        else:
            assert refused.message.startswith(form.shown)
            assert refused.metadata["error_id"] in refused.message
            assert SECRET not in f"{refused} {refused.metadata}"


def test_every_reason_has_the_code_of_the_design() -> None:
    expected = {
        "INVALID_ARGUMENT": (
            *("REQUEST_INVALID", "TEMPLATE_MALFORMED", "TEMPLATE_UNSUPPORTED"),
            *("PERSONAL_DATA_REFUSED", "QUALITY_INSUFFICIENT", "PACK_SIGNATURE_INVALID"),
        ),
        "FAILED_PRECONDITION": (
            *("CASE_REFERENCE_MISSING", "PURPOSE_UNKNOWN", "FILE_NOT_DECLARED"),
            *("PARTY_NOT_EVALUATED", "PARTY_SUSPENDED", "CONSENT_MISSING"),
            *("CONFIGURATION_INVALID", "PACK_OUTDATED", "PACK_DATES_CONFLICT"),
            *("REQUEST_SETTLED", "PURPOSE_CHANGED", "AUTHORISATION_MISSING"),
        ),
        "NOT_FOUND": ("REFERENCE_UNKNOWN", "PACK_UNKNOWN"),
        "ALREADY_EXISTS": ("REFERENCE_EXISTS", "REQUEST_NUMBER_REUSED"),
        "UNAUTHENTICATED": ("CERTIFICATE_UNKNOWN", "CERTIFICATE_REVOKED"),
        "PERMISSION_DENIED": ("ROLE_DENIED", "OFFICER_NOT_AUTHORISED"),
        "RESOURCE_EXHAUSTED": ("CAPACITY_EXHAUSTED", "QUEUE_FULL"),
        "UNAVAILABLE": (
            *("RECORD_UNAVAILABLE", "ENGINE_LOADING", "DEVICE_LOST", "DRAINING"),
            "CLOCK_SKEWED",
        ),
        "DATA_LOSS": ("STORAGE_CORRUPT",),
        "DEADLINE_EXCEEDED": ("DEADLINE_TOO_SHORT",),
        "INTERNAL": ("INTERNAL",),
    }

    assert {(kind.reason, form.code.name) for kind, form in TABLE.items()} == {
        (reason, code) for code, reasons in expected.items() for reason in reasons
    }


def test_faults_of_the_appliance_never_show_their_own_text() -> None:
    assert {kind for kind, form in TABLE.items() if form.shown is not None} == {
        domain.ConfigurationInvalid,
        domain.FrequencyTableInvalid,
        domain.RecordUnavailable,
        domain.DeviceLost,
        domain.BackendUnavailable,
        domain.StorageCorrupt,
        ApplianceError,
    }


def test_every_error_class_of_the_domain_has_a_row() -> None:
    classes = {
        value
        for value in vars(domain).values()
        if isinstance(value, type) and issubclass(value, ApplianceError)
    }

    # A broken invariant is a defect of ours and deliberately has no row of its own.
    assert classes - {domain.InvariantBroken} == TABLE.keys()


def test_every_violation_is_named(edge: Edge) -> None:
    refused = _refused(edge, SPECIAL[domain.RequestInvalid])

    assert (Violation("a", "is wrong"), Violation("b", "is missing")) == refused.violations


def test_a_malformed_record_says_at_which_byte(edge: Edge) -> None:
    refused = _refused(edge, SPECIAL[domain.TemplateMalformed])

    assert refused.metadata == {"offset": "17", "rule": "a rule"}
    assert (Violation("record", "a rule (at byte 17)"),) == refused.violations


def test_an_exhausted_capacity_says_whose_and_until_when(edge: Edge) -> None:
    refused = _refused(edge, SPECIAL[domain.CapacityExhausted])

    assert (Violation("ME identified", "100 searches a day are declared"),) == refused.violations
    assert refused.retry_after_s == 3600


@pytest.mark.parametrize(
    "error",
    [
        ValueError(SECRET),
        KeyError(SECRET),
        domain.InvariantBroken(SECRET),
        type("Unlisted", (ApplianceError,), {"reason": "SECRET"})(SECRET),
        ExceptionGroup(SECRET, [ValueError(SECRET)]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_exception_without_a_row_shows_an_error_id_and_nothing_else(
    edge: Edge, error: BaseException, log: io.StringIO
) -> None:
    refused = _refused(edge, error)

    assert (refused.reason, refused.code) == ("INTERNAL", "INTERNAL")
    assert list(refused.metadata) == ["error_id"]
    assert f"the appliance failed; error id {refused.metadata['error_id']}" == refused.message
    logged = log.getvalue()
    assert refused.metadata["error_id"] in logged
    assert SECRET not in f"{refused} {refused.metadata} {refused.violations} {logged}"


def test_a_subclass_takes_the_row_of_its_parent() -> None:
    kind = type("HalfFull", (domain.QueueFull,), {})

    assert wire_form(kind(depth_max=1)) is TABLE[domain.QueueFull]


def test_any_number_of_long_violations_fits_into_the_metadata_of_a_call(edge: Edge) -> None:
    violations = [FieldViolation(f"field {i} " * 99, "ж" * 5_000) for i in range(500)]
    refused = _refused(edge, domain.RequestInvalid(violations))

    assert refused.reason == "REQUEST_INVALID"
    assert Violation("", "and 480 more") == refused.violations[-1]
    assert status_of(domain.RequestInvalid(violations), "").ByteSize() < 12_000


def test_a_refusal_is_counted_under_its_code(edge: Edge) -> None:
    _refused(edge, domain.QueueFull(depth_max=1, retry_after_s=100))

    line = 'grpc_server_handled_total{grpc_code="RESOURCE_EXHAUSTED",grpc_method="CheckQuality"} 1'
    assert line in edge.metrics.exposition().decode()


def test_the_metrics_of_a_good_call_say_ok(edge: Edge) -> None:
    with edge.client() as client:
        client.search_finger(terms(), {"p": record()})

    line = 'grpc_server_handled_total{grpc_code="OK",grpc_method="Search"} 1'
    assert line in edge.metrics.exposition().decode()
