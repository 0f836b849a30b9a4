import datetime

from appliance.v1 import audit_pb2 as _audit_pb2
from appliance.v1 import codes_pb2 as _codes_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordFilter(_message.Message):
    __slots__ = ("since", "until", "act", "party", "request_number", "collection", "reference_number", "officer")
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    OFFICER_FIELD_NUMBER: _ClassVar[int]
    since: str
    until: str
    act: str
    party: str
    request_number: str
    collection: _codes_pb2.Collection
    reference_number: str
    officer: str
    def __init__(self, since: _Optional[str] = ..., until: _Optional[str] = ..., act: _Optional[str] = ..., party: _Optional[str] = ..., request_number: _Optional[str] = ..., collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., reference_number: _Optional[str] = ..., officer: _Optional[str] = ...) -> None: ...

class QueryEntriesRequest(_message.Message):
    __slots__ = ("filter", "after", "entries_max")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_MAX_FIELD_NUMBER: _ClassVar[int]
    filter: RecordFilter
    after: int
    entries_max: int
    def __init__(self, filter: _Optional[_Union[RecordFilter, _Mapping]] = ..., after: _Optional[int] = ..., entries_max: _Optional[int] = ...) -> None: ...

class QueryEntriesResponse(_message.Message):
    __slots__ = ("entries", "after", "more")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[_audit_pb2.RecordEntry]
    after: int
    more: bool
    def __init__(self, entries: _Optional[_Iterable[_Union[_audit_pb2.RecordEntry, _Mapping]]] = ..., after: _Optional[int] = ..., more: _Optional[bool] = ...) -> None: ...

class ListedOfficer(_message.Message):
    __slots__ = ("party", "id", "categories", "valid_from", "valid_until")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    party: str
    id: str
    categories: _containers.RepeatedScalarFieldContainer[str]
    valid_from: _timestamp_pb2.Timestamp
    valid_until: _timestamp_pb2.Timestamp
    def __init__(self, party: _Optional[str] = ..., id: _Optional[str] = ..., categories: _Optional[_Iterable[str]] = ..., valid_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., valid_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListOfficersRequest(_message.Message):
    __slots__ = ("at",)
    AT_FIELD_NUMBER: _ClassVar[int]
    at: _timestamp_pb2.Timestamp
    def __init__(self, at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListOfficersResponse(_message.Message):
    __slots__ = ("officers", "digest", "seen_at")
    OFFICERS_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    SEEN_AT_FIELD_NUMBER: _ClassVar[int]
    officers: _containers.RepeatedCompositeFieldContainer[ListedOfficer]
    digest: bytes
    seen_at: _timestamp_pb2.Timestamp
    def __init__(self, officers: _Optional[_Iterable[_Union[ListedOfficer, _Mapping]]] = ..., digest: _Optional[bytes] = ..., seen_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SubjectSupply(_message.Message):
    __slots__ = ("party", "supplied_at", "request_number", "purpose", "case_reference", "sequence")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    SUPPLIED_AT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    CASE_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    party: str
    supplied_at: _timestamp_pb2.Timestamp
    request_number: str
    purpose: str
    case_reference: str
    sequence: int
    def __init__(self, party: _Optional[str] = ..., supplied_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., request_number: _Optional[str] = ..., purpose: _Optional[str] = ..., case_reference: _Optional[str] = ..., sequence: _Optional[int] = ...) -> None: ...

class GetSubjectRequest(_message.Message):
    __slots__ = ("collection", "reference_number", "after", "entries_max")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_MAX_FIELD_NUMBER: _ClassVar[int]
    collection: _codes_pb2.Collection
    reference_number: str
    after: int
    entries_max: int
    def __init__(self, collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., reference_number: _Optional[str] = ..., after: _Optional[int] = ..., entries_max: _Optional[int] = ...) -> None: ...

class GetSubjectResponse(_message.Message):
    __slots__ = ("origin", "held", "flagged", "restricted", "supplies", "entries", "after", "more")
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    FLAGGED_FIELD_NUMBER: _ClassVar[int]
    RESTRICTED_FIELD_NUMBER: _ClassVar[int]
    SUPPLIES_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    origin: str
    held: bool
    flagged: bool
    restricted: bool
    supplies: _containers.RepeatedCompositeFieldContainer[SubjectSupply]
    entries: _containers.RepeatedCompositeFieldContainer[_audit_pb2.RecordEntry]
    after: int
    more: bool
    def __init__(self, origin: _Optional[str] = ..., held: _Optional[bool] = ..., flagged: _Optional[bool] = ..., restricted: _Optional[bool] = ..., supplies: _Optional[_Iterable[_Union[SubjectSupply, _Mapping]]] = ..., entries: _Optional[_Iterable[_Union[_audit_pb2.RecordEntry, _Mapping]]] = ..., after: _Optional[int] = ..., more: _Optional[bool] = ...) -> None: ...

class RuleFinding(_message.Message):
    __slots__ = ("rule", "outcome", "reason", "remark")
    RULE_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REMARK_FIELD_NUMBER: _ClassVar[int]
    rule: str
    outcome: str
    reason: str
    remark: str
    def __init__(self, rule: _Optional[str] = ..., outcome: _Optional[str] = ..., reason: _Optional[str] = ..., remark: _Optional[str] = ...) -> None: ...

class Admissibility(_message.Message):
    __slots__ = ("sequence", "party", "request_number", "received_at", "refused_with", "verdict", "pack_version", "officers_digest", "findings", "remark", "step")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    REFUSED_WITH_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    PACK_VERSION_FIELD_NUMBER: _ClassVar[int]
    OFFICERS_DIGEST_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    REMARK_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    party: str
    request_number: str
    received_at: _timestamp_pb2.Timestamp
    refused_with: str
    verdict: str
    pack_version: str
    officers_digest: str
    findings: _containers.RepeatedCompositeFieldContainer[RuleFinding]
    remark: str
    step: str
    def __init__(self, sequence: _Optional[int] = ..., party: _Optional[str] = ..., request_number: _Optional[str] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., refused_with: _Optional[str] = ..., verdict: _Optional[str] = ..., pack_version: _Optional[str] = ..., officers_digest: _Optional[str] = ..., findings: _Optional[_Iterable[_Union[RuleFinding, _Mapping]]] = ..., remark: _Optional[str] = ..., step: _Optional[str] = ...) -> None: ...

class CheckAdmissibilityRequest(_message.Message):
    __slots__ = ("sequence", "party", "request_number")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    party: str
    request_number: str
    def __init__(self, sequence: _Optional[int] = ..., party: _Optional[str] = ..., request_number: _Optional[str] = ...) -> None: ...

class CheckAdmissibilityResponse(_message.Message):
    __slots__ = ("searches", "more")
    SEARCHES_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    searches: _containers.RepeatedCompositeFieldContainer[Admissibility]
    more: bool
    def __init__(self, searches: _Optional[_Iterable[_Union[Admissibility, _Mapping]]] = ..., more: _Optional[bool] = ...) -> None: ...
