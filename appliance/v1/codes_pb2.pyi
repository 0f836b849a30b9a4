from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class Collection(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COLLECTION_UNSPECIFIED: _ClassVar[Collection]
    COLLECTION_TP: _ClassVar[Collection]
    COLLECTION_UL: _ClassVar[Collection]
    COLLECTION_PP: _ClassVar[Collection]
    COLLECTION_ULP: _ClassVar[Collection]
    COLLECTION_DNA_REFERENCE: _ClassVar[Collection]
    COLLECTION_DNA_UNIDENTIFIED: _ClassVar[Collection]

class SearchType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEARCH_TYPE_UNSPECIFIED: _ClassVar[SearchType]
    SEARCH_TYPE_TP_TP: _ClassVar[SearchType]
    SEARCH_TYPE_LT_TP: _ClassVar[SearchType]
    SEARCH_TYPE_LP_PP: _ClassVar[SearchType]
    SEARCH_TYPE_TP_UL: _ClassVar[SearchType]
    SEARCH_TYPE_LT_UL: _ClassVar[SearchType]
    SEARCH_TYPE_PP_ULP: _ClassVar[SearchType]
    SEARCH_TYPE_LP_ULP: _ClassVar[SearchType]
    SEARCH_TYPE_DNA_REFERENCE: _ClassVar[SearchType]
    SEARCH_TYPE_DNA_UNIDENTIFIED: _ClassVar[SearchType]

class Bucket(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BUCKET_UNSPECIFIED: _ClassVar[Bucket]
    BUCKET_IDENTIFIED: _ClassVar[Bucket]
    BUCKET_NOT_YET_IDENTIFIED: _ClassVar[Bucket]

class RequestState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REQUEST_STATE_UNSPECIFIED: _ClassVar[RequestState]
    REQUEST_STATE_HELD: _ClassVar[RequestState]
    REQUEST_STATE_QUEUED: _ClassVar[RequestState]
    REQUEST_STATE_SEARCHED: _ClassVar[RequestState]
    REQUEST_STATE_ANSWERED: _ClassVar[RequestState]
    REQUEST_STATE_VERIFIED: _ClassVar[RequestState]
    REQUEST_STATE_FAILED: _ClassVar[RequestState]
    REQUEST_STATE_CANCELLED: _ClassVar[RequestState]

class AnswerState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ANSWER_STATE_UNSPECIFIED: _ClassVar[AnswerState]
    ANSWER_STATE_QUEUED: _ClassVar[AnswerState]
    ANSWER_STATE_ANSWERED: _ClassVar[AnswerState]
COLLECTION_UNSPECIFIED: Collection
COLLECTION_TP: Collection
COLLECTION_UL: Collection
COLLECTION_PP: Collection
COLLECTION_ULP: Collection
COLLECTION_DNA_REFERENCE: Collection
COLLECTION_DNA_UNIDENTIFIED: Collection
SEARCH_TYPE_UNSPECIFIED: SearchType
SEARCH_TYPE_TP_TP: SearchType
SEARCH_TYPE_LT_TP: SearchType
SEARCH_TYPE_LP_PP: SearchType
SEARCH_TYPE_TP_UL: SearchType
SEARCH_TYPE_LT_UL: SearchType
SEARCH_TYPE_PP_ULP: SearchType
SEARCH_TYPE_LP_ULP: SearchType
SEARCH_TYPE_DNA_REFERENCE: SearchType
SEARCH_TYPE_DNA_UNIDENTIFIED: SearchType
BUCKET_UNSPECIFIED: Bucket
BUCKET_IDENTIFIED: Bucket
BUCKET_NOT_YET_IDENTIFIED: Bucket
REQUEST_STATE_UNSPECIFIED: RequestState
REQUEST_STATE_HELD: RequestState
REQUEST_STATE_QUEUED: RequestState
REQUEST_STATE_SEARCHED: RequestState
REQUEST_STATE_ANSWERED: RequestState
REQUEST_STATE_VERIFIED: RequestState
REQUEST_STATE_FAILED: RequestState
REQUEST_STATE_CANCELLED: RequestState
ANSWER_STATE_UNSPECIFIED: AnswerState
ANSWER_STATE_QUEUED: AnswerState
ANSWER_STATE_ANSWERED: AnswerState
