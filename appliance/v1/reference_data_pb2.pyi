import datetime

from appliance.v1 import codes_pb2 as _codes_pb2
from appliance.v1 import dna_profile_pb2 as _dna_profile_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReferenceItem(_message.Message):
    __slots__ = ("collection", "reference_number", "finger_record", "dna_profile", "dna_record", "expires_at")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    FINGER_RECORD_FIELD_NUMBER: _ClassVar[int]
    DNA_PROFILE_FIELD_NUMBER: _ClassVar[int]
    DNA_RECORD_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    collection: _codes_pb2.Collection
    reference_number: str
    finger_record: bytes
    dna_profile: _dna_profile_pb2.DnaProfile
    dna_record: bytes
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., reference_number: _Optional[str] = ..., finger_record: _Optional[bytes] = ..., dna_profile: _Optional[_Union[_dna_profile_pb2.DnaProfile, _Mapping]] = ..., dna_record: _Optional[bytes] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class LoadRequest(_message.Message):
    __slots__ = ("batch_number", "items")
    BATCH_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    batch_number: int
    items: _containers.RepeatedCompositeFieldContainer[ReferenceItem]
    def __init__(self, batch_number: _Optional[int] = ..., items: _Optional[_Iterable[_Union[ReferenceItem, _Mapping]]] = ...) -> None: ...

class Refusal(_message.Message):
    __slots__ = ("reason", "message", "offset")
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    reason: str
    message: str
    offset: int
    def __init__(self, reason: _Optional[str] = ..., message: _Optional[str] = ..., offset: _Optional[int] = ...) -> None: ...

class LoadResult(_message.Message):
    __slots__ = ("accepted", "refusal", "warnings")
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    accepted: bool
    refusal: Refusal
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, accepted: _Optional[bool] = ..., refusal: _Optional[_Union[Refusal, _Mapping]] = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class LoadResponse(_message.Message):
    __slots__ = ("batch_number", "results")
    BATCH_NUMBER_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    batch_number: int
    results: _containers.RepeatedCompositeFieldContainer[LoadResult]
    def __init__(self, batch_number: _Optional[int] = ..., results: _Optional[_Iterable[_Union[LoadResult, _Mapping]]] = ...) -> None: ...

class CountRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CollectionCount(_message.Message):
    __slots__ = ("collection", "items")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    collection: _codes_pb2.Collection
    items: int
    def __init__(self, collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., items: _Optional[int] = ...) -> None: ...

class CountResponse(_message.Message):
    __slots__ = ("counts",)
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    counts: _containers.RepeatedCompositeFieldContainer[CollectionCount]
    def __init__(self, counts: _Optional[_Iterable[_Union[CollectionCount, _Mapping]]] = ...) -> None: ...

class GetRequest(_message.Message):
    __slots__ = ("collection", "reference_number")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    collection: _codes_pb2.Collection
    reference_number: str
    def __init__(self, collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., reference_number: _Optional[str] = ...) -> None: ...

class GetResponse(_message.Message):
    __slots__ = ("collection", "reference_number", "record", "loaded_at", "flagged", "restricted", "expires_at")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    LOADED_AT_FIELD_NUMBER: _ClassVar[int]
    FLAGGED_FIELD_NUMBER: _ClassVar[int]
    RESTRICTED_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    collection: _codes_pb2.Collection
    reference_number: str
    record: bytes
    loaded_at: _timestamp_pb2.Timestamp
    flagged: bool
    restricted: bool
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., reference_number: _Optional[str] = ..., record: _Optional[bytes] = ..., loaded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., flagged: _Optional[bool] = ..., restricted: _Optional[bool] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
