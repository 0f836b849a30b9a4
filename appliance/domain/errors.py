"""Every refusal of the appliance: one class per meaning, told apart by ``reason``.

ApplianceError
├── RequestInvalid            every field violation at once
├── TemplateMalformed         bytes that break the rule of their standard, with the offset
├── TemplateUnsupported       a well-formed record of an edition or size that is not accepted
├── ProfileMalformed          a DNA profile that breaks a rule, with line and locus
├── PersonalDataRefused       data that would identify a person directly (Art. 2(2), 5)
├── QualityInsufficient       unsuitable for automated comparison (IA Art. 11(1))
├── CaseReferenceMissing, PurposeUnknown, FileNotDeclared
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

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One thing wrong with one field: ``field`` as the client wrote it, ``description`` why."""

    field: str
    description: str


class ApplianceError(Exception):
    """The root: ``reason`` is the stable name that clients may switch on."""

    reason = "INTERNAL"

    def __init__(self, message: str, *, metadata: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.metadata = dict(metadata or {})


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

    def __init__(self, subject: str, *, capacity: int, retry_after_s: int) -> None:
        super().__init__(
            f"capacity of {capacity} searches a day is used up for {subject}; "
            f"it opens again in {retry_after_s} s",
            metadata={"capacity": str(capacity), "subject": subject},
        )
        self.subject = subject
        self.capacity = capacity
        self.retry_after_s = retry_after_s


class QueueFull(ApplianceError):
    """More requests wait than the queue may hold."""

    reason = "QUEUE_FULL"

    def __init__(self, *, depth_max: int, retry_after_s: int = 5) -> None:
        super().__init__(f"{depth_max} requests are waiting; try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class RecordUnavailable(ApplianceError):
    """The record of the supply cannot be written, so nothing is searched (Art. 17)."""

    reason = "RECORD_UNAVAILABLE"


class EngineLoading(ApplianceError):
    """The gallery is not resident yet."""

    reason = "ENGINE_LOADING"


class DeviceLost(ApplianceError):
    """A compute device failed and no other could take over."""

    reason = "DEVICE_LOST"


class Draining(ApplianceError):
    """The service is stopping and takes no new work."""

    reason = "DRAINING"


class BackendUnavailable(ApplianceError):
    """The configured compute backend cannot be used on this machine; the message says why."""

    reason = "DEVICE_LOST"


class StorageCorrupt(ApplianceError):
    """A stored byte is not what was written; nothing is answered from it."""

    reason = "STORAGE_CORRUPT"


class DeadlineTooShort(ApplianceError):
    """The client's deadline leaves no time for meaningful work."""

    reason = "DEADLINE_TOO_SHORT"


class PackSignatureInvalid(ApplianceError):
    """The profile pack is not signed under a key of this installation (Art. 20(2))."""

    reason = "PACK_SIGNATURE_INVALID"


class PackOutdated(ApplianceError):
    """The profile pack is not newer than one that was activated already."""

    reason = "PACK_OUTDATED"


class PackDatesConflict(ApplianceError):
    """The effective date of the profile pack is past, or lies before that of another one."""

    reason = "PACK_DATES_CONFLICT"


class PackUnknown(ApplianceError):
    """No profile pack of this version was ever activated here."""

    reason = "PACK_UNKNOWN"


class ClockSkewed(ApplianceError):
    """The clock of the machine was set back or forward by more than is tolerated."""

    reason = "CLOCK_SKEWED"


class ConfigurationInvalid(ApplianceError):
    """A configuration, officer list or profile pack that cannot be used."""

    reason = "CONFIGURATION_INVALID"


class FrequencyTableInvalid(ConfigurationInvalid):
    """A table of allele frequencies that cannot be used; the message names line and locus."""

    def __init__(self, rule: str, *, line: int = 0, locus: str = "") -> None:
        where = ["allele frequencies"]
        where += [f"line {line}"] if line else []
        where += [f"locus {locus}"] if locus else []
        super().__init__(
            f"{', '.join(where)}: {rule}",
            metadata={"rule": rule, "locus": locus, "line": str(line)},
        )
        self.rule = rule
        self.locus = locus
        self.line = line


class InvariantBroken(ApplianceError):
    """Something that cannot be, was; the process must not go on as if it were not."""
