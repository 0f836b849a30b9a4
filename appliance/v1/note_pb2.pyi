import datetime

from appliance.v1 import codes_pb2 as _codes_pb2
from appliance.v1 import verification_pb2 as _verification_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class NoteOccasion(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NOTE_OCCASION_UNSPECIFIED: _ClassVar[NoteOccasion]
    NOTE_OCCASION_MATCH: _ClassVar[NoteOccasion]
    NOTE_OCCASION_HIT: _ClassVar[NoteOccasion]
NOTE_OCCASION_UNSPECIFIED: NoteOccasion
NOTE_OCCASION_MATCH: NoteOccasion
NOTE_OCCASION_HIT: NoteOccasion

class Note(_message.Message):
    __slots__ = ("number", "collection", "reference_number", "party", "request_number", "occasion", "noted_at", "verification", "removed_at", "removal_reason")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    OCCASION_FIELD_NUMBER: _ClassVar[int]
    NOTED_AT_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    REMOVED_AT_FIELD_NUMBER: _ClassVar[int]
    REMOVAL_REASON_FIELD_NUMBER: _ClassVar[int]
    number: int
    collection: _codes_pb2.Collection
    reference_number: str
    party: str
    request_number: str
    occasion: NoteOccasion
    noted_at: _timestamp_pb2.Timestamp
    verification: _verification_pb2.Verification
    removed_at: _timestamp_pb2.Timestamp
    removal_reason: str
    def __init__(self, number: _Optional[int] = ..., collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., reference_number: _Optional[str] = ..., party: _Optional[str] = ..., request_number: _Optional[str] = ..., occasion: _Optional[_Union[NoteOccasion, str]] = ..., noted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., verification: _Optional[_Union[_verification_pb2.Verification, str]] = ..., removed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., removal_reason: _Optional[str] = ...) -> None: ...

class ListNotesRequest(_message.Message):
    __slots__ = ("after", "notes_max", "collection", "reference_number", "removed")
    AFTER_FIELD_NUMBER: _ClassVar[int]
    NOTES_MAX_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    after: int
    notes_max: int
    collection: _codes_pb2.Collection
    reference_number: str
    removed: bool
    def __init__(self, after: _Optional[int] = ..., notes_max: _Optional[int] = ..., collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., reference_number: _Optional[str] = ..., removed: _Optional[bool] = ...) -> None: ...

class ListNotesResponse(_message.Message):
    __slots__ = ("notes",)
    NOTES_FIELD_NUMBER: _ClassVar[int]
    notes: _containers.RepeatedCompositeFieldContainer[Note]
    def __init__(self, notes: _Optional[_Iterable[_Union[Note, _Mapping]]] = ...) -> None: ...

class RemoveNoteRequest(_message.Message):
    __slots__ = ("number", "reason")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    number: int
    reason: str
    def __init__(self, number: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class RemoveNoteResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
