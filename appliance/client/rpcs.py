"""The calls of the contract with their types, and which of them may be sent twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message

from appliance.v1 import (
    admin_pb2,
    audit_pb2,
    capacity_pb2,
    dactyloscopic_pb2,
    data_duties_pb2,
    dna_pb2,
    mass_comparison_pb2,
    note_pb2,
    outages_pb2,
    reference_data_pb2,
    requests_pb2,
    statistics_pb2,
    verification_pb2,
)

Request = TypeVar("Request", bound=Message)
Response = TypeVar("Response", bound=Message)


@dataclass(frozen=True)
class Rpc(Generic[Request, Response]):
    """One call; ``safe`` when sending it twice has the effect and the answer of sending it once.

    Delete is not safe: sent twice, it would report an unknown reference number. Declare is not:
    sent twice, it would leave two declarations.
    """

    service: str
    name: str
    request: type[Request]
    response: type[Response]
    safe: bool = True

    @property
    def path(self) -> str:
        """The full name of the method on the wire."""
        return f"/appliance.v1.{self.service}/{self.name}"

    def on(self, channel: Any, kind: str) -> Any:
        """Return the callable of ``kind`` ("unary_unary", ...) on a channel of either API."""
        return getattr(channel, kind)(
            self.path,
            request_serializer=self.request.SerializeToString,
            response_deserializer=self.response.FromString,
        )


_FINGER = "DactyloscopicService"
_MASS = "MassComparisonService"
_REFERENCE = "ReferenceDataService"
_CAPACITY = "CapacityService"
_REQUESTS = "RequestService"
_OUTAGES = "OutageService"

SEARCH_FINGER = Rpc(
    _FINGER,
    "Search",
    dactyloscopic_pb2.DactyloscopicServiceSearchRequest,
    dactyloscopic_pb2.DactyloscopicServiceSearchResponse,
)
SUBMIT_FINGER = Rpc(
    _FINGER,
    "SubmitSearch",
    dactyloscopic_pb2.DactyloscopicServiceSubmitSearchRequest,
    dactyloscopic_pb2.DactyloscopicServiceSubmitSearchResponse,
)
ANSWER_FINGER = Rpc(
    _FINGER,
    "GetAnswer",
    dactyloscopic_pb2.DactyloscopicServiceGetAnswerRequest,
    dactyloscopic_pb2.DactyloscopicServiceGetAnswerResponse,
)
WATCH_FINGER = Rpc(
    _FINGER,
    "WatchAnswers",
    dactyloscopic_pb2.DactyloscopicServiceWatchAnswersRequest,
    dactyloscopic_pb2.DactyloscopicServiceWatchAnswersResponse,
)
CHECK_QUALITY = Rpc(
    _FINGER,
    "CheckQuality",
    dactyloscopic_pb2.DactyloscopicServiceCheckQualityRequest,
    dactyloscopic_pb2.DactyloscopicServiceCheckQualityResponse,
)
SEARCH_DNA = Rpc(
    "DnaService", "Search", dna_pb2.DnaServiceSearchRequest, dna_pb2.DnaServiceSearchResponse
)
SUBMIT_DNA = Rpc(
    "DnaService",
    "SubmitSearch",
    dna_pb2.DnaServiceSubmitSearchRequest,
    dna_pb2.DnaServiceSubmitSearchResponse,
)
ANSWER_DNA = Rpc(
    "DnaService",
    "GetAnswer",
    dna_pb2.DnaServiceGetAnswerRequest,
    dna_pb2.DnaServiceGetAnswerResponse,
)
OPEN_MASS = Rpc(_MASS, "Open", mass_comparison_pb2.OpenRequest, mass_comparison_pb2.OpenResponse)
SEND_MASS = Rpc(_MASS, "Send", mass_comparison_pb2.SendRequest, mass_comparison_pb2.SendResponse)
START_MASS = Rpc(
    _MASS, "Start", mass_comparison_pb2.StartRequest, mass_comparison_pb2.StartResponse
)
MASS_JOB = Rpc(
    _MASS, "GetJob", mass_comparison_pb2.GetJobRequest, mass_comparison_pb2.GetJobResponse
)
WATCH_MASS = Rpc(
    _MASS,
    "WatchMatches",
    mass_comparison_pb2.WatchMatchesRequest,
    mass_comparison_pb2.WatchMatchesResponse,
)
ACKNOWLEDGE_MASS = Rpc(
    _MASS,
    "Acknowledge",
    mass_comparison_pb2.AcknowledgeRequest,
    mass_comparison_pb2.AcknowledgeResponse,
)
CANCEL_MASS = Rpc(
    _MASS, "Cancel", mass_comparison_pb2.CancelRequest, mass_comparison_pb2.CancelResponse
)
WATCH_DNA = Rpc(
    "DnaService",
    "WatchAnswers",
    dna_pb2.DnaServiceWatchAnswersRequest,
    dna_pb2.DnaServiceWatchAnswersResponse,
)
# Sent twice, these would report that the request is settled, or the outage stated, already.
CANCEL_SEARCH = Rpc(
    _REQUESTS,
    "CancelSearch",
    requests_pb2.CancelSearchRequest,
    requests_pb2.CancelSearchResponse,
    safe=False,
)
BEGIN_OUTAGE = Rpc(
    _OUTAGES, "BeginOutage", outages_pb2.BeginOutageRequest, outages_pb2.BeginOutageResponse, False
)
END_OUTAGE = Rpc(
    _OUTAGES, "EndOutage", outages_pb2.EndOutageRequest, outages_pb2.EndOutageResponse, False
)
LIST_REQUESTS = Rpc(
    _REQUESTS, "ListRequests", requests_pb2.ListRequestsRequest, requests_pb2.ListRequestsResponse
)
LIST_OUTAGES = Rpc(
    _OUTAGES, "ListOutages", outages_pb2.ListOutagesRequest, outages_pb2.ListOutagesResponse
)
RESERVE_OUTGOING = Rpc(
    _CAPACITY,
    "ReserveOutgoing",
    capacity_pb2.ReserveOutgoingRequest,
    capacity_pb2.ReserveOutgoingResponse,
)
RELEASE_OUTGOING = Rpc(
    _CAPACITY,
    "ReleaseOutgoing",
    capacity_pb2.ReleaseOutgoingRequest,
    capacity_pb2.ReleaseOutgoingResponse,
    safe=False,
)
LOAD = Rpc(
    _REFERENCE,
    "Load",
    reference_data_pb2.LoadRequest,
    reference_data_pb2.LoadResponse,
    safe=False,
)
_DUTIES = "DataDutiesService"
CORRECT = Rpc(
    _DUTIES,
    "Correct",
    data_duties_pb2.CorrectRequest,
    data_duties_pb2.CorrectResponse,
    safe=False,
)
DELETE = Rpc(
    _DUTIES, "Delete", data_duties_pb2.DeleteRequest, data_duties_pb2.DeleteResponse, safe=False
)
FLAG = Rpc(_DUTIES, "Flag", data_duties_pb2.FlagRequest, data_duties_pb2.FlagResponse)
RESTRICT = Rpc(
    _DUTIES,
    "Restrict",
    data_duties_pb2.RestrictRequest,
    data_duties_pb2.RestrictResponse,
    safe=False,
)
SET_END = Rpc(_DUTIES, "SetEnd", data_duties_pb2.SetEndRequest, data_duties_pb2.SetEndResponse)
ERASURES = Rpc(
    _DUTIES,
    "ListErasures",
    data_duties_pb2.ListErasuresRequest,
    data_duties_pb2.ListErasuresResponse,
)
NOTICES = Rpc(
    _DUTIES,
    "ListNotices",
    data_duties_pb2.ListNoticesRequest,
    data_duties_pb2.ListNoticesResponse,
)
COUNT = Rpc(_REFERENCE, "Count", reference_data_pb2.CountRequest, reference_data_pb2.CountResponse)
GET = Rpc(_REFERENCE, "Get", reference_data_pb2.GetRequest, reference_data_pb2.GetResponse)
DECLARE = Rpc(
    _CAPACITY,
    "Declare",
    capacity_pb2.DeclareRequest,
    capacity_pb2.DeclareResponse,
    safe=False,
)
DECLARATIONS = Rpc(
    _CAPACITY,
    "ListDeclarations",
    capacity_pb2.ListDeclarationsRequest,
    capacity_pb2.ListDeclarationsResponse,
)
USE_TODAY = Rpc(
    _CAPACITY, "GetUseToday", capacity_pb2.GetUseTodayRequest, capacity_pb2.GetUseTodayResponse
)
STATUS = Rpc("AdminService", "GetStatus", admin_pb2.GetStatusRequest, admin_pb2.GetStatusResponse)
ACTIVATE_PACK = Rpc(
    "AdminService",
    "ActivatePack",
    admin_pb2.ActivatePackRequest,
    admin_pb2.ActivatePackResponse,
    safe=False,
)
REACTIVATE_PACK = Rpc(
    "AdminService",
    "ReactivatePack",
    admin_pb2.ReactivatePackRequest,
    admin_pb2.ReactivatePackResponse,
    safe=False,
)
ACCEPT_CLOCK = Rpc(
    "AdminService", "AcceptClock", admin_pb2.AcceptClockRequest, admin_pb2.AcceptClockResponse
)
LIST_PACKS = Rpc(
    "AdminService", "ListPacks", admin_pb2.ListPacksRequest, admin_pb2.ListPacksResponse
)
GET_PACK = Rpc("AdminService", "GetPack", admin_pb2.GetPackRequest, admin_pb2.GetPackResponse)
RECORD_ENTRIES = Rpc(
    "AuditService", "ListEntries", audit_pb2.ListEntriesRequest, audit_pb2.ListEntriesResponse
)
LEAVES = Rpc(
    "AuditService", "ListLeaves", audit_pb2.ListLeavesRequest, audit_pb2.ListLeavesResponse
)
RECORD_HEAD = Rpc("AuditService", "GetHead", audit_pb2.GetHeadRequest, audit_pb2.GetHeadResponse)
INCLUSION = Rpc(
    "AuditService",
    "GetInclusionProof",
    audit_pb2.GetInclusionProofRequest,
    audit_pb2.GetInclusionProofResponse,
)
CONSISTENCY = Rpc(
    "AuditService",
    "GetConsistencyProof",
    audit_pb2.GetConsistencyProofRequest,
    audit_pb2.GetConsistencyProofResponse,
)
VERIFY_RECORD = Rpc("AuditService", "Verify", audit_pb2.VerifyRequest, audit_pb2.VerifyResponse)
RECORD_OUTCOME = Rpc(
    "VerificationService",
    "RecordOutcome",
    verification_pb2.RecordOutcomeRequest,
    verification_pb2.RecordOutcomeResponse,
)
VERIFICATION = Rpc(
    "VerificationService",
    "GetVerification",
    verification_pb2.GetVerificationRequest,
    verification_pb2.GetVerificationResponse,
)
OUTCOMES = Rpc(
    "VerificationService",
    "ListOutcomes",
    verification_pb2.ListOutcomesRequest,
    verification_pb2.ListOutcomesResponse,
)
NOTES = Rpc("NoteService", "ListNotes", note_pb2.ListNotesRequest, note_pb2.ListNotesResponse)
REMOVE_NOTE = Rpc(
    "NoteService", "RemoveNote", note_pb2.RemoveNoteRequest, note_pb2.RemoveNoteResponse
)
STATISTICS = Rpc(
    "StatisticsService",
    "GetStatistics",
    statistics_pb2.GetStatisticsRequest,
    statistics_pb2.GetStatisticsResponse,
)
