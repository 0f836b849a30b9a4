"""The calls of the contract with their types, and which of them may be sent twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message

from appliance.v1 import (
    admin_pb2,
    capacity_pb2,
    dactyloscopic_pb2,
    dna_pb2,
    record_pb2,
    reference_data_pb2,
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
_REFERENCE = "ReferenceDataService"
_CAPACITY = "CapacityService"

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
LOAD = Rpc(
    _REFERENCE,
    "Load",
    reference_data_pb2.LoadRequest,
    reference_data_pb2.LoadResponse,
    safe=False,
)
DELETE = Rpc(
    _REFERENCE,
    "Delete",
    reference_data_pb2.DeleteRequest,
    reference_data_pb2.DeleteResponse,
    safe=False,
)
FLAG = Rpc(_REFERENCE, "Flag", reference_data_pb2.FlagRequest, reference_data_pb2.FlagResponse)
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
RECORD_ENTRIES = Rpc(
    "RecordService", "ListEntries", record_pb2.ListEntriesRequest, record_pb2.ListEntriesResponse
)
VERIFY_RECORD = Rpc("RecordService", "Verify", record_pb2.VerifyRequest, record_pb2.VerifyResponse)
