"""The calls of supervision with their types; ``rpcs`` has all others."""

from __future__ import annotations

from appliance.client.rpcs import Rpc
from appliance.v1 import authority_pb2, random_check_pb2, register_pb2, supervision_pb2

_SUPERVISION = "SupervisionService"
_AUTHORITY = "AuthorityService"
_CHECKS = "RandomCheckService"
_REGISTER = "RegisterService"

QUERY = Rpc(
    _SUPERVISION,
    "QueryEntries",
    supervision_pb2.QueryEntriesRequest,
    supervision_pb2.QueryEntriesResponse,
)
OFFICERS = Rpc(
    _SUPERVISION,
    "ListOfficers",
    supervision_pb2.ListOfficersRequest,
    supervision_pb2.ListOfficersResponse,
)
SUBJECT = Rpc(
    _SUPERVISION,
    "GetSubject",
    supervision_pb2.GetSubjectRequest,
    supervision_pb2.GetSubjectResponse,
)
ADMISSIBILITY = Rpc(
    _SUPERVISION,
    "CheckAdmissibility",
    supervision_pb2.CheckAdmissibilityRequest,
    supervision_pb2.CheckAdmissibilityResponse,
)
OPEN_REQUEST = Rpc(
    _AUTHORITY,
    "OpenAuthorityRequest",
    authority_pb2.OpenAuthorityRequestRequest,
    authority_pb2.OpenAuthorityRequestResponse,
)
REQUESTS = Rpc(
    _AUTHORITY,
    "ListAuthorityRequests",
    authority_pb2.ListAuthorityRequestsRequest,
    authority_pb2.ListAuthorityRequestsResponse,
)
EXPORT = Rpc(
    _AUTHORITY,
    "ExportLeaves",
    authority_pb2.ExportLeavesRequest,
    authority_pb2.ExportLeavesResponse,
)
DELIVERED = Rpc(
    _AUTHORITY,
    "MarkDelivered",
    authority_pb2.MarkDeliveredRequest,
    authority_pb2.MarkDeliveredResponse,
)
# Sent twice, these would draw two samples, or log one supply by hand as two.
DRAW_SAMPLE = Rpc(
    _CHECKS,
    "DrawSample",
    random_check_pb2.DrawSampleRequest,
    random_check_pb2.DrawSampleResponse,
    safe=False,
)
MANUAL_SUPPLY = Rpc(
    _REGISTER,
    "RecordManualSupply",
    register_pb2.RecordManualSupplyRequest,
    register_pb2.RecordManualSupplyResponse,
    safe=False,
)
SAMPLE = Rpc(
    _CHECKS, "GetSample", random_check_pb2.GetSampleRequest, random_check_pb2.GetSampleResponse
)
SAMPLES = Rpc(
    _CHECKS,
    "ListSamples",
    random_check_pb2.ListSamplesRequest,
    random_check_pb2.ListSamplesResponse,
)
SAMPLE_RESULT = Rpc(
    _CHECKS,
    "RecordSampleResult",
    random_check_pb2.RecordSampleResultRequest,
    random_check_pb2.RecordSampleResultResponse,
)
AUTHORISE = Rpc(
    _REGISTER,
    "RecordAuthorisation",
    register_pb2.RecordAuthorisationRequest,
    register_pb2.RecordAuthorisationResponse,
)
AUTHORISATIONS = Rpc(
    _REGISTER,
    "ListAuthorisations",
    register_pb2.ListAuthorisationsRequest,
    register_pb2.ListAuthorisationsResponse,
)
