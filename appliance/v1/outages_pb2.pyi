import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Outage(_message.Message):
    __slots__ = ("number", "reason", "began_at", "ended_at")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    BEGAN_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    number: int
    reason: str
    began_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    def __init__(self, number: _Optional[int] = ..., reason: _Optional[str] = ..., began_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class BeginOutageRequest(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class BeginOutageResponse(_message.Message):
    __slots__ = ("outage",)
    OUTAGE_FIELD_NUMBER: _ClassVar[int]
    outage: Outage
    def __init__(self, outage: _Optional[_Union[Outage, _Mapping]] = ...) -> None: ...

class EndOutageRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class EndOutageResponse(_message.Message):
    __slots__ = ("outage",)
    OUTAGE_FIELD_NUMBER: _ClassVar[int]
    outage: Outage
    def __init__(self, outage: _Optional[_Union[Outage, _Mapping]] = ...) -> None: ...

class ListOutagesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListOutagesResponse(_message.Message):
    __slots__ = ("outages",)
    OUTAGES_FIELD_NUMBER: _ClassVar[int]
    outages: _containers.RepeatedCompositeFieldContainer[Outage]
    def __init__(self, outages: _Optional[_Iterable[_Union[Outage, _Mapping]]] = ...) -> None: ...
