import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordManualSupplyRequest(_message.Message):
    __slots__ = ("reason", "data", "supplied_on", "supplying_body", "receiving_body", "officer", "origin_party", "origin_request", "authorisation")
    REASON_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    SUPPLIED_ON_FIELD_NUMBER: _ClassVar[int]
    SUPPLYING_BODY_FIELD_NUMBER: _ClassVar[int]
    RECEIVING_BODY_FIELD_NUMBER: _ClassVar[int]
    OFFICER_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_PARTY_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_REQUEST_FIELD_NUMBER: _ClassVar[int]
    AUTHORISATION_FIELD_NUMBER: _ClassVar[int]
    reason: str
    data: str
    supplied_on: str
    supplying_body: str
    receiving_body: str
    officer: str
    origin_party: str
    origin_request: str
    authorisation: str
    def __init__(self, reason: _Optional[str] = ..., data: _Optional[str] = ..., supplied_on: _Optional[str] = ..., supplying_body: _Optional[str] = ..., receiving_body: _Optional[str] = ..., officer: _Optional[str] = ..., origin_party: _Optional[str] = ..., origin_request: _Optional[str] = ..., authorisation: _Optional[str] = ...) -> None: ...

class RecordManualSupplyResponse(_message.Message):
    __slots__ = ("sequence",)
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    def __init__(self, sequence: _Optional[int] = ...) -> None: ...

class Authorisation(_message.Message):
    __slots__ = ("number", "kind", "party", "request_number", "purpose", "reference", "given_by", "given_on", "recorded_at")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    GIVEN_BY_FIELD_NUMBER: _ClassVar[int]
    GIVEN_ON_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    number: int
    kind: str
    party: str
    request_number: str
    purpose: str
    reference: str
    given_by: str
    given_on: str
    recorded_at: _timestamp_pb2.Timestamp
    def __init__(self, number: _Optional[int] = ..., kind: _Optional[str] = ..., party: _Optional[str] = ..., request_number: _Optional[str] = ..., purpose: _Optional[str] = ..., reference: _Optional[str] = ..., given_by: _Optional[str] = ..., given_on: _Optional[str] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RecordAuthorisationRequest(_message.Message):
    __slots__ = ("kind", "party", "request_number", "purpose", "reference", "given_by", "given_on")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    GIVEN_BY_FIELD_NUMBER: _ClassVar[int]
    GIVEN_ON_FIELD_NUMBER: _ClassVar[int]
    kind: str
    party: str
    request_number: str
    purpose: str
    reference: str
    given_by: str
    given_on: str
    def __init__(self, kind: _Optional[str] = ..., party: _Optional[str] = ..., request_number: _Optional[str] = ..., purpose: _Optional[str] = ..., reference: _Optional[str] = ..., given_by: _Optional[str] = ..., given_on: _Optional[str] = ...) -> None: ...

class RecordAuthorisationResponse(_message.Message):
    __slots__ = ("number",)
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    number: int
    def __init__(self, number: _Optional[int] = ...) -> None: ...

class ListAuthorisationsRequest(_message.Message):
    __slots__ = ("after", "authorisations_max")
    AFTER_FIELD_NUMBER: _ClassVar[int]
    AUTHORISATIONS_MAX_FIELD_NUMBER: _ClassVar[int]
    after: int
    authorisations_max: int
    def __init__(self, after: _Optional[int] = ..., authorisations_max: _Optional[int] = ...) -> None: ...

class ListAuthorisationsResponse(_message.Message):
    __slots__ = ("authorisations",)
    AUTHORISATIONS_FIELD_NUMBER: _ClassVar[int]
    authorisations: _containers.RepeatedCompositeFieldContainer[Authorisation]
    def __init__(self, authorisations: _Optional[_Iterable[_Union[Authorisation, _Mapping]]] = ...) -> None: ...
