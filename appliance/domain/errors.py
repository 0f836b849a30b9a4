"""Every refusal of the appliance: one class per meaning, told apart by ``reason``.

ApplianceError
├── RequestInvalid            every field violation at once
├── TemplateMalformed         bytes that break the rule of their standard, with the offset
├── TemplateUnsupported       a well-formed record of an edition or size that is not accepted
├── ProfileMalformed          a DNA profile that breaks a rule, with line and locus
├── PersonalDataRefused       data that would identify a person directly (Art. 2(2), 5)
├── QualityInsufficient       unsuitable for automated comparison (IA Art. 11(1))
├── CaseReferenceMissing, PurposeUnknown, FileNotDeclared
├── PurposeChanged, AuthorisationMissing
├── PartyNotEvaluated, PartySuspended, ConsentMissing
├── ReferenceUnknown, ReferenceExists, RequestUnknown, RequestNumberReused
├── RequestSettled            too late: the search has begun, or the request has ended
├── CertificateUnknown, CertificateRevoked
├── RoleDenied, OfficerNotAuthorised
├── CapacityExhausted, QueueFull
├── RecordUnavailable, EngineLoading, DeviceLost, Draining
├── BackendUnavailable        the configured compute backend cannot be used
├── StorageCorrupt            a stored byte is not what was written
├── DeadlineTooShort
├── PackSignatureInvalid, PackOutdated, PackDatesConflict, PackUnknown
├── ClockSkewed               the clock stands where the last durable instant says it cannot
├── ConfigurationInvalid      a file of the administrator that cannot be used
│   └── FrequencyTableInvalid a table of allele frequencies, with line and locus
└── InvariantBroken           a defect of ours: never shown beyond an error id

The wire form of each (gRPC code, retry) stands in ``appliance.api.errors``, nowhere else.
"""

from __future__ import annotations

from datetime import datetime

from appliance.domain.error_base import ApplianceError as ApplianceError
from appliance.domain.error_base import FieldViolation as FieldViolation
from appliance.domain.service_errors import BackendUnavailable as BackendUnavailable
from appliance.domain.service_errors import ClockSkewed as ClockSkewed
from appliance.domain.service_errors import ConfigurationInvalid as ConfigurationInvalid
from appliance.domain.service_errors import DeadlineTooShort as DeadlineTooShort
from appliance.domain.service_errors import DeviceLost as DeviceLost
from appliance.domain.service_errors import Draining as Draining
from appliance.domain.service_errors import EngineLoading as EngineLoading
from appliance.domain.service_errors import FrequencyTableInvalid as FrequencyTableInvalid
from appliance.domain.service_errors import InvariantBroken as InvariantBroken
from appliance.domain.service_errors import PackDatesConflict as PackDatesConflict
from appliance.domain.service_errors import PackOutdated as PackOutdated
from appliance.domain.service_errors import PackSignatureInvalid as PackSignatureInvalid
from appliance.domain.service_errors import PackUnknown as PackUnknown
from appliance.domain.service_errors import QueueFull as QueueFull
from appliance.domain.service_errors import RecordUnavailable as RecordUnavailable
from appliance.domain.service_errors import StorageCorrupt as StorageCorrupt


class RequestInvalid(ApplianceError):
    """A request with one or more unusable fields; all of them are named."""

    reason = "REQUEST_INVALID"

    def __init__(self, violations: list[FieldViolation]) -> None:
        super().__init__("; ".join(f"{v.field}: {v.description}" for v in violations))
        self.violations = tuple(violations)


class TemplateMalformed(ApplianceError):
    """Bytes that break ``rule`` of their standard at ``offset``."""

    reason = "TEMPLATE_MALFORMED"

    def __init__(self, rule: str, *, offset: int, field: str = "template") -> None:
        super().__init__(
            f"{field}: {rule} (at byte {offset})", metadata={"offset": str(offset), "rule": rule}
        )
        self.rule = rule
        self.offset = offset


class TemplateUnsupported(ApplianceError):
    """A record whose edition, size or content is not accepted here."""

    reason = "TEMPLATE_UNSUPPORTED"


class ProfileMalformed(ApplianceError):
    """A DNA profile that breaks a rule; ``line`` (0: none) and ``locus`` say where."""

    reason = "REQUEST_INVALID"

    def __init__(self, rule: str, *, locus: str = "", line: int = 0) -> None:
        where = ", ".join(
            part
            for part in (f"line {line}" if line else "", f"locus {locus}" if locus else "")
            if part
        )
        super().__init__(
            f"{where}: {rule}" if where else rule,
            metadata={"rule": rule, "locus": locus, "line": str(line)},
        )
        self.rule = rule
        self.locus = locus
        self.line = line
        self.violations = (FieldViolation(locus or "profile", rule),)


class PersonalDataRefused(ApplianceError):
    """Data from which the subject can be directly identified is never taken in (Art. 2(2), 5)."""

    reason = "PERSONAL_DATA_REFUSED"


class QualityInsufficient(ApplianceError):
    """A probe unsuitable for an automated comparison (Implementing Agreement, Art. 11(1))."""

    reason = "QUALITY_INSUFFICIENT"


class CaseReferenceMissing(ApplianceError):
    """Searches are conducted only in individual cases (Art. 3(1), 6(1))."""

    reason = "CASE_REFERENCE_MISSING"


class PurposeUnknown(ApplianceError):
    """The purpose is not in the profile pack's list (Art. 13)."""

    reason = "PURPOSE_UNKNOWN"


class PurposeChanged(ApplianceError):
    """The case was searched for another purpose, and this one is not authorised (Art. 13(1))."""

    reason = "PURPOSE_CHANGED"


class AuthorisationMissing(ApplianceError):
    """An onward supply without the authorisation of the Party that supplied (Art. 14)."""

    reason = "AUTHORISATION_MISSING"


class FileNotDeclared(ApplianceError):
    """The searched file was not declared to the Depositary (Art. 2(3), IA Art. 7(4))."""

    reason = "FILE_NOT_DECLARED"


class PartyNotEvaluated(ApplianceError):
    """The Party is not positively evaluated for this category (Art. 23(2))."""

    reason = "PARTY_NOT_EVALUATED"


class PartySuspended(ApplianceError):
    """The exchange with the Party is suspended or ended (Art. 27)."""

    reason = "PARTY_SUSPENDED"


class ConsentMissing(ApplianceError):
    """A mass comparison without mutual consent (Art. 4(1))."""

    reason = "CONSENT_MISSING"


class ReferenceUnknown(ApplianceError):
    """No reference data under this reference number."""

    reason = "REFERENCE_UNKNOWN"


class ReferenceExists(ApplianceError):
    """Reference data under this reference number is already held."""

    reason = "REFERENCE_EXISTS"


class RequestUnknown(ApplianceError):
    """The Party sent no request under this number, or its answer is no longer kept."""

    reason = "REFERENCE_UNKNOWN"


class RequestNumberReused(ApplianceError):
    """The request number was used for other content."""

    reason = "REQUEST_NUMBER_REUSED"


class RequestSettled(ApplianceError):
    """Too late: the search has begun, or the request was answered, failed or cancelled."""

    reason = "REQUEST_SETTLED"


class CertificateUnknown(ApplianceError):
    """The certificate names no Party and role of the profile pack, or is outside its validity."""

    reason = "CERTIFICATE_UNKNOWN"


class CertificateRevoked(ApplianceError):
    """The certificate is on the revocation list."""

    reason = "CERTIFICATE_REVOKED"


class RoleDenied(ApplianceError):
    """The role of the certificate does not cover this call (Art. 8(1))."""

    reason = "ROLE_DENIED"


class OfficerNotAuthorised(ApplianceError):
    """The officer is missing, not on the list, or outside the validity stated there (Art. 17)."""

    reason = "OFFICER_NOT_AUTHORISED"


class CapacityExhausted(ApplianceError):
    """The declared capacity of the day is used up (Implementing Agreement, Art. 10(1))."""

    reason = "CAPACITY_EXHAUSTED"

    def __init__(
        self,
        subject: str,
        *,
        capacity: int,
        retry_after_s: int,
        judged_at: datetime | None = None,
    ) -> None:
        super().__init__(
            f"capacity of {capacity} searches a day is used up for {subject}; "
            f"it opens again in {retry_after_s} s",
            metadata={"capacity": str(capacity), "subject": subject},
        )
        self.subject = subject
        self.capacity = capacity
        self.retry_after_s = retry_after_s
        self.judged_at = judged_at
