import datetime

from appliance.v1 import audit_pb2 as _audit_pb2
from appliance.v1 import supervision_pb2 as _supervision_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AuthorityRequest(_message.Message):
    __slots__ = ("number", "authority", "reference", "requested_on", "due_at", "state", "filter", "delivered_at")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_ON_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_AT_FIELD_NUMBER: _ClassVar[int]
    number: int
    authority: str
    reference: str
    requested_on: str
    due_at: _timestamp_pb2.Timestamp
    state: str
    filter: _supervision_pb2.RecordFilter
    delivered_at: _timestamp_pb2.Timestamp
    def __init__(self, number: _Optional[int] = ..., authority: _Optional[str] = ..., reference: _Optional[str] = ..., requested_on: _Optional[str] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state: _Optional[str] = ..., filter: _Optional[_Union[_supervision_pb2.RecordFilter, _Mapping]] = ..., delivered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OpenAuthorityRequestRequest(_message.Message):
    __slots__ = ("authority", "reference", "requested_on", "filter")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_ON_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    authority: str
    reference: str
    requested_on: str
    filter: _supervision_pb2.RecordFilter
    def __init__(self, authority: _Optional[str] = ..., reference: _Optional[str] = ..., requested_on: _Optional[str] = ..., filter: _Optional[_Union[_supervision_pb2.RecordFilter, _Mapping]] = ...) -> None: ...

class OpenAuthorityRequestResponse(_message.Message):
    __slots__ = ("request",)
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    request: AuthorityRequest
    def __init__(self, request: _Optional[_Union[AuthorityRequest, _Mapping]] = ...) -> None: ...

class ListAuthorityRequestsRequest(_message.Message):
    __slots__ = ("after", "requests_max")
    AFTER_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_MAX_FIELD_NUMBER: _ClassVar[int]
    after: int
    requests_max: int
    def __init__(self, after: _Optional[int] = ..., requests_max: _Optional[int] = ...) -> None: ...

class ListAuthorityRequestsResponse(_message.Message):
    __slots__ = ("requests",)
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    requests: _containers.RepeatedCompositeFieldContainer[AuthorityRequest]
    def __init__(self, requests: _Optional[_Iterable[_Union[AuthorityRequest, _Mapping]]] = ...) -> None: ...

class ExportedLeaf(_message.Message):
    __slots__ = ("leaf", "withheld")
    LEAF_FIELD_NUMBER: _ClassVar[int]
    WITHHELD_FIELD_NUMBER: _ClassVar[int]
    leaf: _audit_pb2.RecordLeaf
    withheld: bool
    def __init__(self, leaf: _Optional[_Union[_audit_pb2.RecordLeaf, _Mapping]] = ..., withheld: _Optional[bool] = ...) -> None: ...

class ExportLeavesRequest(_message.Message):
    __slots__ = ("number", "after", "leaves_max")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    LEAVES_MAX_FIELD_NUMBER: _ClassVar[int]
    number: int
    after: int
    leaves_max: int
    def __init__(self, number: _Optional[int] = ..., after: _Optional[int] = ..., leaves_max: _Optional[int] = ...) -> None: ...

class ExportLeavesResponse(_message.Message):
    __slots__ = ("leaves", "more")
    LEAVES_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    leaves: _containers.RepeatedCompositeFieldContainer[ExportedLeaf]
    more: bool
    def __init__(self, leaves: _Optional[_Iterable[_Union[ExportedLeaf, _Mapping]]] = ..., more: _Optional[bool] = ...) -> None: ...

class MarkDeliveredRequest(_message.Message):
    __slots__ = ("number",)
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    number: int
    def __init__(self, number: _Optional[int] = ...) -> None: ...

class MarkDeliveredResponse(_message.Message):
    __slots__ = ("request",)
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    request: AuthorityRequest
    def __init__(self, request: _Optional[_Union[AuthorityRequest, _Mapping]] = ...) -> None: ...
