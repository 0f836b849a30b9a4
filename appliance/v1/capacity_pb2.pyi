import datetime

from appliance.v1 import codes_pb2 as _codes_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CapacityDeclaration(_message.Message):
    __slots__ = ("party", "bucket", "searches_per_day", "effective_from", "declared_by")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    SEARCHES_PER_DAY_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    DECLARED_BY_FIELD_NUMBER: _ClassVar[int]
    party: str
    bucket: _codes_pb2.Bucket
    searches_per_day: int
    effective_from: _timestamp_pb2.Timestamp
    declared_by: str
    def __init__(self, party: _Optional[str] = ..., bucket: _Optional[_Union[_codes_pb2.Bucket, str]] = ..., searches_per_day: _Optional[int] = ..., effective_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., declared_by: _Optional[str] = ...) -> None: ...

class CapacityUse(_message.Message):
    __slots__ = ("party", "bucket", "day", "capacity", "used", "opens_at")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    OPENS_AT_FIELD_NUMBER: _ClassVar[int]
    party: str
    bucket: _codes_pb2.Bucket
    day: str
    capacity: int
    used: int
    opens_at: _timestamp_pb2.Timestamp
    def __init__(self, party: _Optional[str] = ..., bucket: _Optional[_Union[_codes_pb2.Bucket, str]] = ..., day: _Optional[str] = ..., capacity: _Optional[int] = ..., used: _Optional[int] = ..., opens_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class DeclareRequest(_message.Message):
    __slots__ = ("declarations",)
    DECLARATIONS_FIELD_NUMBER: _ClassVar[int]
    declarations: _containers.RepeatedCompositeFieldContainer[CapacityDeclaration]
    def __init__(self, declarations: _Optional[_Iterable[_Union[CapacityDeclaration, _Mapping]]] = ...) -> None: ...

class DeclareResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListDeclarationsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListDeclarationsResponse(_message.Message):
    __slots__ = ("declarations",)
    DECLARATIONS_FIELD_NUMBER: _ClassVar[int]
    declarations: _containers.RepeatedCompositeFieldContainer[CapacityDeclaration]
    def __init__(self, declarations: _Optional[_Iterable[_Union[CapacityDeclaration, _Mapping]]] = ...) -> None: ...

class GetUseTodayRequest(_message.Message):
    __slots__ = ("party",)
    PARTY_FIELD_NUMBER: _ClassVar[int]
    party: str
    def __init__(self, party: _Optional[str] = ...) -> None: ...

class GetUseTodayResponse(_message.Message):
    __slots__ = ("uses",)
    USES_FIELD_NUMBER: _ClassVar[int]
    uses: _containers.RepeatedCompositeFieldContainer[CapacityUse]
    def __init__(self, uses: _Optional[_Iterable[_Union[CapacityUse, _Mapping]]] = ...) -> None: ...
