import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordDetail(_message.Message):
    __slots__ = ("name", "value")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: str
    def __init__(self, name: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class RecordSubject(_message.Message):
    __slots__ = ("collection", "reference_number")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    collection: str
    reference_number: str
    def __init__(self, collection: _Optional[str] = ..., reference_number: _Optional[str] = ...) -> None: ...

class RecordEntry(_message.Message):
    __slots__ = ("sequence", "recorded_at", "act", "party", "details", "leaf_hash", "subjects", "salt")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    LEAF_HASH_FIELD_NUMBER: _ClassVar[int]
    SUBJECTS_FIELD_NUMBER: _ClassVar[int]
    SALT_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    recorded_at: _timestamp_pb2.Timestamp
    act: str
    party: str
    details: _containers.RepeatedCompositeFieldContainer[RecordDetail]
    leaf_hash: bytes
    subjects: _containers.RepeatedCompositeFieldContainer[RecordSubject]
    salt: bytes
    def __init__(self, sequence: _Optional[int] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., act: _Optional[str] = ..., party: _Optional[str] = ..., details: _Optional[_Iterable[_Union[RecordDetail, _Mapping]]] = ..., leaf_hash: _Optional[bytes] = ..., subjects: _Optional[_Iterable[_Union[RecordSubject, _Mapping]]] = ..., salt: _Optional[bytes] = ...) -> None: ...

class RecordLeaf(_message.Message):
    __slots__ = ("sequence", "leaf_hash", "leaf")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    LEAF_HASH_FIELD_NUMBER: _ClassVar[int]
    LEAF_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    leaf_hash: bytes
    leaf: bytes
    def __init__(self, sequence: _Optional[int] = ..., leaf_hash: _Optional[bytes] = ..., leaf: _Optional[bytes] = ...) -> None: ...

class RecordHead(_message.Message):
    __slots__ = ("number", "size", "root", "signed_at", "line")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    SIGNED_AT_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    number: int
    size: int
    root: bytes
    signed_at: _timestamp_pb2.Timestamp
    line: str
    def __init__(self, number: _Optional[int] = ..., size: _Optional[int] = ..., root: _Optional[bytes] = ..., signed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., line: _Optional[str] = ...) -> None: ...

class ListEntriesRequest(_message.Message):
    __slots__ = ("after", "entries_max")
    AFTER_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_MAX_FIELD_NUMBER: _ClassVar[int]
    after: int
    entries_max: int
    def __init__(self, after: _Optional[int] = ..., entries_max: _Optional[int] = ...) -> None: ...

class ListEntriesResponse(_message.Message):
    __slots__ = ("entries", "more")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[RecordEntry]
    more: bool
    def __init__(self, entries: _Optional[_Iterable[_Union[RecordEntry, _Mapping]]] = ..., more: _Optional[bool] = ...) -> None: ...

class ListLeavesRequest(_message.Message):
    __slots__ = ("after", "leaves_max")
    AFTER_FIELD_NUMBER: _ClassVar[int]
    LEAVES_MAX_FIELD_NUMBER: _ClassVar[int]
    after: int
    leaves_max: int
    def __init__(self, after: _Optional[int] = ..., leaves_max: _Optional[int] = ...) -> None: ...

class ListLeavesResponse(_message.Message):
    __slots__ = ("leaves", "more")
    LEAVES_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    leaves: _containers.RepeatedCompositeFieldContainer[RecordLeaf]
    more: bool
    def __init__(self, leaves: _Optional[_Iterable[_Union[RecordLeaf, _Mapping]]] = ..., more: _Optional[bool] = ...) -> None: ...

class VerifyRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class VerifyResponse(_message.Message):
    __slots__ = ("intact", "entries", "heads", "broken_at", "reason", "opened", "signed")
    INTACT_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    HEADS_FIELD_NUMBER: _ClassVar[int]
    BROKEN_AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    OPENED_FIELD_NUMBER: _ClassVar[int]
    SIGNED_FIELD_NUMBER: _ClassVar[int]
    intact: bool
    entries: int
    heads: int
    broken_at: int
    reason: str
    opened: int
    signed: int
    def __init__(self, intact: _Optional[bool] = ..., entries: _Optional[int] = ..., heads: _Optional[int] = ..., broken_at: _Optional[int] = ..., reason: _Optional[str] = ..., opened: _Optional[int] = ..., signed: _Optional[int] = ...) -> None: ...

class GetHeadRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetHeadResponse(_message.Message):
    __slots__ = ("head",)
    HEAD_FIELD_NUMBER: _ClassVar[int]
    head: RecordHead
    def __init__(self, head: _Optional[_Union[RecordHead, _Mapping]] = ...) -> None: ...

class GetInclusionProofRequest(_message.Message):
    __slots__ = ("sequence", "head")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    head: int
    def __init__(self, sequence: _Optional[int] = ..., head: _Optional[int] = ...) -> None: ...

class GetInclusionProofResponse(_message.Message):
    __slots__ = ("head", "leaf_hash", "path")
    HEAD_FIELD_NUMBER: _ClassVar[int]
    LEAF_HASH_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    head: RecordHead
    leaf_hash: bytes
    path: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, head: _Optional[_Union[RecordHead, _Mapping]] = ..., leaf_hash: _Optional[bytes] = ..., path: _Optional[_Iterable[bytes]] = ...) -> None: ...

class GetConsistencyProofRequest(_message.Message):
    __slots__ = ("old", "new")
    OLD_FIELD_NUMBER: _ClassVar[int]
    NEW_FIELD_NUMBER: _ClassVar[int]
    old: int
    new: int
    def __init__(self, old: _Optional[int] = ..., new: _Optional[int] = ...) -> None: ...

class GetConsistencyProofResponse(_message.Message):
    __slots__ = ("old", "new", "path")
    OLD_FIELD_NUMBER: _ClassVar[int]
    NEW_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    old: RecordHead
    new: RecordHead
    path: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, old: _Optional[_Union[RecordHead, _Mapping]] = ..., new: _Optional[_Union[RecordHead, _Mapping]] = ..., path: _Optional[_Iterable[bytes]] = ...) -> None: ...
