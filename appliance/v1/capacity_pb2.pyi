import datetime

from appliance.v1 import codes_pb2 as _codes_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Direction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DIRECTION_UNSPECIFIED: _ClassVar[Direction]
    DIRECTION_INCOMING: _ClassVar[Direction]
    DIRECTION_OUTGOING: _ClassVar[Direction]
DIRECTION_UNSPECIFIED: Direction
DIRECTION_INCOMING: Direction
DIRECTION_OUTGOING: Direction

class CapacityDeclaration(_message.Message):
    __slots__ = ("party", "bucket", "searches_per_day", "effective_from", "declared_by", "search_type", "total", "direction", "time_zone")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    SEARCHES_PER_DAY_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    DECLARED_BY_FIELD_NUMBER: _ClassVar[int]
    SEARCH_TYPE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    party: str
    bucket: _codes_pb2.Bucket
    searches_per_day: int
    effective_from: _timestamp_pb2.Timestamp
    declared_by: str
    search_type: _codes_pb2.SearchType
    total: bool
    direction: Direction
    time_zone: str
    def __init__(self, party: _Optional[str] = ..., bucket: _Optional[_Union[_codes_pb2.Bucket, str]] = ..., searches_per_day: _Optional[int] = ..., effective_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., declared_by: _Optional[str] = ..., search_type: _Optional[_Union[_codes_pb2.SearchType, str]] = ..., total: _Optional[bool] = ..., direction: _Optional[_Union[Direction, str]] = ..., time_zone: _Optional[str] = ...) -> None: ...

class CapacityUse(_message.Message):
    __slots__ = ("party", "bucket", "day", "capacity", "used", "opens_at", "search_type", "total", "direction", "accelerated")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    OPENS_AT_FIELD_NUMBER: _ClassVar[int]
    SEARCH_TYPE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    ACCELERATED_FIELD_NUMBER: _ClassVar[int]
    party: str
    bucket: _codes_pb2.Bucket
    day: str
    capacity: int
    used: int
    opens_at: _timestamp_pb2.Timestamp
    search_type: _codes_pb2.SearchType
    total: bool
    direction: Direction
    accelerated: int
    def __init__(self, party: _Optional[str] = ..., bucket: _Optional[_Union[_codes_pb2.Bucket, str]] = ..., day: _Optional[str] = ..., capacity: _Optional[int] = ..., used: _Optional[int] = ..., opens_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., search_type: _Optional[_Union[_codes_pb2.SearchType, str]] = ..., total: _Optional[bool] = ..., direction: _Optional[_Union[Direction, str]] = ..., accelerated: _Optional[int] = ...) -> None: ...

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
    __slots__ = ("party", "direction")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    party: str
    direction: Direction
    def __init__(self, party: _Optional[str] = ..., direction: _Optional[_Union[Direction, str]] = ...) -> None: ...

class GetUseTodayResponse(_message.Message):
    __slots__ = ("uses",)
    USES_FIELD_NUMBER: _ClassVar[int]
    uses: _containers.RepeatedCompositeFieldContainer[CapacityUse]
    def __init__(self, uses: _Optional[_Iterable[_Union[CapacityUse, _Mapping]]] = ...) -> None: ...

class ReserveOutgoingRequest(_message.Message):
    __slots__ = ("party", "request_number", "search_type", "searches")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SEARCH_TYPE_FIELD_NUMBER: _ClassVar[int]
    SEARCHES_FIELD_NUMBER: _ClassVar[int]
    party: str
    request_number: str
    search_type: _codes_pb2.SearchType
    searches: int
    def __init__(self, party: _Optional[str] = ..., request_number: _Optional[str] = ..., search_type: _Optional[_Union[_codes_pb2.SearchType, str]] = ..., searches: _Optional[int] = ...) -> None: ...

class ReserveOutgoingResponse(_message.Message):
    __slots__ = ("uses",)
    USES_FIELD_NUMBER: _ClassVar[int]
    uses: _containers.RepeatedCompositeFieldContainer[CapacityUse]
    def __init__(self, uses: _Optional[_Iterable[_Union[CapacityUse, _Mapping]]] = ...) -> None: ...

class ReleaseOutgoingRequest(_message.Message):
    __slots__ = ("party", "request_number")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    party: str
    request_number: str
    def __init__(self, party: _Optional[str] = ..., request_number: _Optional[str] = ...) -> None: ...

class ReleaseOutgoingResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
