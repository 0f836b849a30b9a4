import datetime

from appliance.v1 import codes_pb2 as _codes_pb2
from appliance.v1 import reference_data_pb2 as _reference_data_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DeletionCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DELETION_CAUSE_UNSPECIFIED: _ClassVar[DeletionCause]
    DELETION_CAUSE_INCORRECT: _ClassVar[DeletionCause]
    DELETION_CAUSE_NO_LONGER_NECESSARY: _ClassVar[DeletionCause]
    DELETION_CAUSE_CORRECTED: _ClassVar[DeletionCause]
    DELETION_CAUSE_TERM_OVER: _ClassVar[DeletionCause]

class FlagBasis(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FLAG_BASIS_UNSPECIFIED: _ClassVar[FlagBasis]
    FLAG_BASIS_CONSENT: _ClassVar[FlagBasis]
    FLAG_BASIS_COURT: _ClassVar[FlagBasis]
    FLAG_BASIS_AUTHORITY: _ClassVar[FlagBasis]
DELETION_CAUSE_UNSPECIFIED: DeletionCause
DELETION_CAUSE_INCORRECT: DeletionCause
DELETION_CAUSE_NO_LONGER_NECESSARY: DeletionCause
DELETION_CAUSE_CORRECTED: DeletionCause
DELETION_CAUSE_TERM_OVER: DeletionCause
FLAG_BASIS_UNSPECIFIED: FlagBasis
FLAG_BASIS_CONSENT: FlagBasis
FLAG_BASIS_COURT: FlagBasis
FLAG_BASIS_AUTHORITY: FlagBasis

class CorrectRequest(_message.Message):
    __slots__ = ("item", "reason")
    ITEM_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    item: _reference_data_pb2.ReferenceItem
    reason: str
    def __init__(self, item: _Optional[_Union[_reference_data_pb2.ReferenceItem, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class CorrectResponse(_message.Message):
    __slots__ = ("erasure_number", "parties_told")
    ERASURE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PARTIES_TOLD_FIELD_NUMBER: _ClassVar[int]
    erasure_number: int
    parties_told: int
    def __init__(self, erasure_number: _Optional[int] = ..., parties_told: _Optional[int] = ...) -> None: ...

class DeleteRequest(_message.Message):
    __slots__ = ("collection", "reference_number", "cause")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    collection: _codes_pb2.Collection
    reference_number: str
    cause: DeletionCause
    def __init__(self, collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., reference_number: _Optional[str] = ..., cause: _Optional[_Union[DeletionCause, str]] = ...) -> None: ...

class DeleteResponse(_message.Message):
    __slots__ = ("erasure_number", "parties_told")
    ERASURE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PARTIES_TOLD_FIELD_NUMBER: _ClassVar[int]
    erasure_number: int
    parties_told: int
    def __init__(self, erasure_number: _Optional[int] = ..., parties_told: _Optional[int] = ...) -> None: ...

class FlagRequest(_message.Message):
    __slots__ = ("collection", "reference_number", "flagged", "basis", "decision")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    FLAGGED_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    collection: _codes_pb2.Collection
    reference_number: str
    flagged: bool
    basis: FlagBasis
    decision: str
    def __init__(self, collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., reference_number: _Optional[str] = ..., flagged: _Optional[bool] = ..., basis: _Optional[_Union[FlagBasis, str]] = ..., decision: _Optional[str] = ...) -> None: ...

class FlagResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RestrictRequest(_message.Message):
    __slots__ = ("collection", "reference_number", "restricted", "reason")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    RESTRICTED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    collection: _codes_pb2.Collection
    reference_number: str
    restricted: bool
    reason: str
    def __init__(self, collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., reference_number: _Optional[str] = ..., restricted: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class RestrictResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SetEndRequest(_message.Message):
    __slots__ = ("collection", "reference_number", "expires_at")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    collection: _codes_pb2.Collection
    reference_number: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., reference_number: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SetEndResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Erasure(_message.Message):
    __slots__ = ("number", "collection", "reference_number", "record_digest", "cause", "ordered_by", "deleted_at", "erased_at", "certificate")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    RECORD_DIGEST_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    ORDERED_BY_FIELD_NUMBER: _ClassVar[int]
    DELETED_AT_FIELD_NUMBER: _ClassVar[int]
    ERASED_AT_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_FIELD_NUMBER: _ClassVar[int]
    number: int
    collection: _codes_pb2.Collection
    reference_number: str
    record_digest: bytes
    cause: DeletionCause
    ordered_by: str
    deleted_at: _timestamp_pb2.Timestamp
    erased_at: _timestamp_pb2.Timestamp
    certificate: str
    def __init__(self, number: _Optional[int] = ..., collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., reference_number: _Optional[str] = ..., record_digest: _Optional[bytes] = ..., cause: _Optional[_Union[DeletionCause, str]] = ..., ordered_by: _Optional[str] = ..., deleted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., erased_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., certificate: _Optional[str] = ...) -> None: ...

class ListErasuresRequest(_message.Message):
    __slots__ = ("after", "erasures_max")
    AFTER_FIELD_NUMBER: _ClassVar[int]
    ERASURES_MAX_FIELD_NUMBER: _ClassVar[int]
    after: int
    erasures_max: int
    def __init__(self, after: _Optional[int] = ..., erasures_max: _Optional[int] = ...) -> None: ...

class ListErasuresResponse(_message.Message):
    __slots__ = ("erasures",)
    ERASURES_FIELD_NUMBER: _ClassVar[int]
    erasures: _containers.RepeatedCompositeFieldContainer[Erasure]
    def __init__(self, erasures: _Optional[_Iterable[_Union[Erasure, _Mapping]]] = ...) -> None: ...

class Notice(_message.Message):
    __slots__ = ("number", "kind", "party", "address", "facts", "created_at", "delivered_at", "attempts", "last_error", "given_up")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_AT_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    LAST_ERROR_FIELD_NUMBER: _ClassVar[int]
    GIVEN_UP_FIELD_NUMBER: _ClassVar[int]
    number: int
    kind: str
    party: str
    address: str
    facts: _containers.RepeatedScalarFieldContainer[str]
    created_at: _timestamp_pb2.Timestamp
    delivered_at: _timestamp_pb2.Timestamp
    attempts: int
    last_error: str
    given_up: bool
    def __init__(self, number: _Optional[int] = ..., kind: _Optional[str] = ..., party: _Optional[str] = ..., address: _Optional[str] = ..., facts: _Optional[_Iterable[str]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., delivered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., attempts: _Optional[int] = ..., last_error: _Optional[str] = ..., given_up: _Optional[bool] = ...) -> None: ...

class ListNoticesRequest(_message.Message):
    __slots__ = ("after", "notices_max")
    AFTER_FIELD_NUMBER: _ClassVar[int]
    NOTICES_MAX_FIELD_NUMBER: _ClassVar[int]
    after: int
    notices_max: int
    def __init__(self, after: _Optional[int] = ..., notices_max: _Optional[int] = ...) -> None: ...

class ListNoticesResponse(_message.Message):
    __slots__ = ("notices",)
    NOTICES_FIELD_NUMBER: _ClassVar[int]
    notices: _containers.RepeatedCompositeFieldContainer[Notice]
    def __init__(self, notices: _Optional[_Iterable[_Union[Notice, _Mapping]]] = ...) -> None: ...
