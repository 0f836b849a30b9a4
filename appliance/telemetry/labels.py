"""The values that a metric's label may take; anything else is counted as ``other``.

A label value is kept in memory for as long as the process lives, and everyone who may read the
metrics sees it. So the lists are closed, and none of them can hold a word a client wrote.
"""

from __future__ import annotations

import re
from threading import Lock

OTHER = "other"

MODALITIES = ("dactyloscopic", "dna")
STAGES = ("queue", "decode", "score", "rescore", "merge", "audit")
COLLECTIONS = ("TP", "UL", "PP", "ULP", "DNA_REFERENCE", "DNA_UNIDENTIFIED")
LOAD_RESULTS = ("accepted", "refused", "deleted", "flagged")
MASS_STATES = ("open", "running", "finished", "cancelled", "failed")
BACKENDS = ("cpu", "cuda")
DEVICES = tuple(str(number) for number in range(16))
FALLBACK_CAUSES = ("fault", "memory")
CERTIFICATE_ROLES = ("server", "authority")

# Every call of the contract, and the two of grpc.health.v1; a test holds the list to the protos.
METHODS = (
    *("Search", "SubmitSearch", "GetAnswer", "WatchAnswers", "CheckQuality"),
    *("Open", "Send", "Start", "GetJob", "WatchMatches", "Acknowledge", "Cancel"),
    *("Load", "Count", "Get"),
    *("Correct", "Delete", "Flag", "Restrict", "SetEnd", "ListErasures", "ListNotices"),
    *("Declare", "ListDeclarations", "GetUseToday", "ReserveOutgoing", "ReleaseOutgoing"),
    *("CancelSearch", "ListRequests", "BeginOutage", "EndOutage", "ListOutages"),
    *("AcceptClock", "ActivatePack", "ReactivatePack", "GetPack", "ListPacks"),
    *("RecordOutcome", "GetVerification", "ListOutcomes", "ListNotes", "RemoveNote"),
    *("GetStatistics", "GetStatus", "ListEntries", "ListLeaves", "Verify"),
    *("GetHead", "GetInclusionProof", "GetConsistencyProof"),
    *("QueryEntries", "ListOfficers", "GetSubject", "CheckAdmissibility"),
    *("OpenAuthorityRequest", "ListAuthorityRequests", "ExportLeaves", "MarkDelivered"),
    *("DrawSample", "GetSample", "ListSamples", "RecordSampleResult"),
    *("RecordManualSupply", "RecordAuthorisation", "ListAuthorisations"),
    *("Check", "Watch"),
)

REJECTION_REASONS = (
    "AUTHORISATION_MISSING",
    "CAPACITY_EXHAUSTED",
    "CASE_REFERENCE_MISSING",
    "CERTIFICATE_REVOKED",
    "CERTIFICATE_UNKNOWN",
    "CLOCK_SKEWED",
    "CONFIGURATION_INVALID",
    "CONSENT_MISSING",
    "DEADLINE_TOO_SHORT",
    "DEVICE_LOST",
    "DRAINING",
    "ENGINE_LOADING",
    "FILE_NOT_DECLARED",
    "INTERNAL",
    "OFFICER_NOT_AUTHORISED",
    "PACK_DATES_CONFLICT",
    "PACK_OUTDATED",
    "PACK_SIGNATURE_INVALID",
    "PACK_UNKNOWN",
    "PARTY_NOT_EVALUATED",
    "PARTY_SUSPENDED",
    "PERSONAL_DATA_REFUSED",
    "PURPOSE_CHANGED",
    "PURPOSE_UNKNOWN",
    "QUALITY_INSUFFICIENT",
    "QUEUE_FULL",
    "RECORD_UNAVAILABLE",
    "REFERENCE_EXISTS",
    "REFERENCE_UNKNOWN",
    "REQUEST_INVALID",
    "REQUEST_NUMBER_REUSED",
    "REQUEST_SETTLED",
    "ROLE_DENIED",
    "STORAGE_CORRUPT",
    "TEMPLATE_MALFORMED",
    "TEMPLATE_UNSUPPORTED",
)

GRPC_CODES = (
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
)

PARTIES_MAX = 64


def one_of(allowed: tuple[str, ...], value: str) -> str:
    """Return ``value`` if the list holds it, else ``other``."""
    return value if value in allowed else OTHER


class BoundedValues:
    """A list that configuration decides: values of one form, as first seen, up to a bound.

    The profile pack knows the Parties, this room does not. Callers name only Parties that a
    certificate proved; the form and the bound hold even where a caller errs. Thread-safe.
    """

    def __init__(self, form: str, values_max: int) -> None:
        self._form = re.compile(form)
        self._values_max = values_max
        self._seen: set[str] = set()
        self._lock = Lock()

    def admit(self, value: str) -> str:
        """Return ``value`` if it has the form and there is room for it, else ``other``."""
        with self._lock:
            if value in self._seen:
                return value
            if len(self._seen) >= self._values_max or not self._form.fullmatch(value):
                return OTHER
            self._seen.add(value)
            return value
