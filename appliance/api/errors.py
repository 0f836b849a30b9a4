"""THE error table: each error class of the domain, and what becomes of it on the wire.

Refusals that a caller caused show their own message. Faults of the appliance show a fixed sentence
and an error id instead, because their own text may name paths, devices or data; the log holds the
error's type and place under the same id. ops/ERRORS.md is made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass

import grpc

from appliance.domain import errors as domain
from appliance.domain.errors import ApplianceError

Code = grpc.StatusCode


@dataclass(frozen=True, slots=True)
class WireForm:
    """One row: ``retry_after_s`` set means the same call may succeed later, unchanged.

    ``shown`` replaces the error's own message; an error id then stands in the metadata.
    """

    code: grpc.StatusCode
    operator_action: str
    retry_after_s: int | None = None
    shown: str | None = None


_NONE = "None: the caller corrects the request."
_LOG = "Find the error id in the log; it names the error's type and place."

TABLE: dict[type[ApplianceError], WireForm] = {
    domain.RequestInvalid: WireForm(Code.INVALID_ARGUMENT, _NONE),
    domain.ProfileMalformed: WireForm(Code.INVALID_ARGUMENT, _NONE),
    domain.TemplateMalformed: WireForm(Code.INVALID_ARGUMENT, _NONE),
    domain.TemplateUnsupported: WireForm(Code.INVALID_ARGUMENT, _NONE),
    domain.PersonalDataRefused: WireForm(
        Code.INVALID_ARGUMENT, "Tell the sender: such data must not be sent at all (Art. 2(2), 5)."
    ),
    domain.QualityInsufficient: WireForm(Code.INVALID_ARGUMENT, _NONE),
    domain.CaseReferenceMissing: WireForm(Code.FAILED_PRECONDITION, _NONE),
    domain.PurposeUnknown: WireForm(
        Code.FAILED_PRECONDITION, "Compare the purposes of the profile pack in force on both sides."
    ),
    domain.PurposeChanged: WireForm(
        Code.FAILED_PRECONDITION,
        "Record the authorisation, if the Party administering the file gives one (Art. 13(1)).",
    ),
    domain.AuthorisationMissing: WireForm(
        Code.FAILED_PRECONDITION,
        "Record the authorisation of the Party that supplied the data first (Art. 14).",
    ),
    domain.FileNotDeclared: WireForm(
        Code.FAILED_PRECONDITION, "Declare the file in the profile pack, or tell the sender."
    ),
    domain.PartyNotEvaluated: WireForm(
        Code.FAILED_PRECONDITION, "Update the profile pack once the Party is evaluated."
    ),
    domain.PartySuspended: WireForm(
        Code.FAILED_PRECONDITION, "Update the profile pack when the suspension ends."
    ),
    domain.ConsentMissing: WireForm(
        Code.FAILED_PRECONDITION, "Agree on the mass comparison with the other Party (Art. 4(1))."
    ),
    domain.ConfigurationInvalid: WireForm(
        Code.FAILED_PRECONDITION,
        "Check the settings, officer list, revocation list and memory budget. " + _LOG,
        shown="the configuration of the appliance does not allow this",
    ),
    domain.FrequencyTableInvalid: WireForm(
        Code.FAILED_PRECONDITION,
        "Correct the table, or clear dna.population_file: the service runs without one. " + _LOG,
        shown="the table of allele frequencies cannot be used",
    ),
    domain.PackSignatureInvalid: WireForm(
        Code.INVALID_ARGUMENT, "Have the pack signed by those whose key the installation trusts."
    ),
    domain.PackOutdated: WireForm(
        Code.FAILED_PRECONDITION, "Give the pack a new version and a higher serial number."
    ),
    domain.PackDatesConflict: WireForm(
        Code.FAILED_PRECONDITION, "Compare its date with those that `appliance pack list` shows."
    ),
    domain.PackUnknown: WireForm(Code.NOT_FOUND, _NONE),
    domain.ReferenceUnknown: WireForm(Code.NOT_FOUND, _NONE),
    domain.RequestUnknown: WireForm(Code.NOT_FOUND, _NONE),
    domain.ReferenceExists: WireForm(Code.ALREADY_EXISTS, _NONE),
    domain.RequestNumberReused: WireForm(Code.ALREADY_EXISTS, _NONE),
    domain.RequestSettled: WireForm(Code.FAILED_PRECONDITION, _NONE),
    domain.CertificateUnknown: WireForm(
        Code.UNAUTHENTICATED, "Issue a certificate that names the Party and role, or renew it."
    ),
    domain.CertificateRevoked: WireForm(
        Code.UNAUTHENTICATED, "Issue a new certificate if the revocation was a mistake."
    ),
    domain.RoleDenied: WireForm(
        Code.PERMISSION_DENIED, "Repeated refusals may be an attempt: look at the record."
    ),
    domain.OfficerNotAuthorised: WireForm(
        Code.PERMISSION_DENIED, "Update the officer list if the Party has sent a new one."
    ),
    domain.CapacityExhausted: WireForm(
        Code.RESOURCE_EXHAUSTED, "Declare more if the day allows it (IA Art. 10(1))."
    ),
    domain.QueueFull: WireForm(
        Code.RESOURCE_EXHAUSTED, "Look at the queue and the devices; see the runbook."
    ),
    domain.RecordUnavailable: WireForm(
        Code.UNAVAILABLE,
        "Free disk space or repair the disk: nothing is searched without the record.",
        retry_after_s=30,
        shown="the record of supplies cannot be written",
    ),
    domain.ClockSkewed: WireForm(
        Code.UNAVAILABLE,
        "Set the clock right; see the runbook ClockSkew.",
        retry_after_s=60,
    ),
    domain.EngineLoading: WireForm(
        Code.UNAVAILABLE, "Wait: the reference data is becoming resident.", retry_after_s=5
    ),
    domain.DeviceLost: WireForm(
        Code.UNAVAILABLE,
        "Check the compute device; backend cpu gives the same answers. " + _LOG,
        retry_after_s=30,
        shown="no compute device is available",
    ),
    domain.BackendUnavailable: WireForm(
        Code.UNAVAILABLE,
        "Set another backend: the message at the start says why. " + _LOG,
        retry_after_s=30,
        shown="the compute backend is not available",
    ),
    domain.Draining: WireForm(
        Code.UNAVAILABLE, "None: the service is being stopped.", retry_after_s=5
    ),
    domain.StorageCorrupt: WireForm(
        Code.DATA_LOSS,
        "Stop the service and follow RECOVERING.md. " + _LOG,
        shown="stored data is not as it was written",
    ),
    domain.DeadlineTooShort: WireForm(
        Code.DEADLINE_EXCEEDED, "None: the caller sets a longer deadline."
    ),
    ApplianceError: WireForm(Code.INTERNAL, _LOG, shown="the appliance failed"),
}


def wire_form(error: BaseException) -> WireForm:
    """Return the row of the nearest named class; anything unknown is INTERNAL."""
    for kind in type(error).__mro__:
        if kind in TABLE:
            return TABLE[kind]
    return TABLE[ApplianceError]


def reason_of(error: BaseException) -> str:
    """Return the stable reason of an error; anything unknown is INTERNAL."""
    if wire_form(error) is TABLE[ApplianceError]:
        return ApplianceError.reason
    return error.reason if isinstance(error, ApplianceError) else ApplianceError.reason


def shown_message(error: BaseException, error_id: str) -> str:
    """Return the sentence that may leave the appliance."""
    shown = wire_form(error).shown
    if shown is not None:
        return f"{shown}; error id {error_id}"
    return error.message if isinstance(error, ApplianceError) else ""
