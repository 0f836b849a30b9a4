import datetime

from appliance.v1 import codes_pb2 as _codes_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AnswerHeader(_message.Message):
    __slots__ = ("state", "request_number", "received_at", "answer_number", "answered_at", "requesting_party", "requested_party", "search_type", "sequence", "candidate_limit")
    STATE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    ANSWER_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_AT_FIELD_NUMBER: _ClassVar[int]
    REQUESTING_PARTY_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_PARTY_FIELD_NUMBER: _ClassVar[int]
    SEARCH_TYPE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    state: _codes_pb2.AnswerState
    request_number: str
    received_at: _timestamp_pb2.Timestamp
    answer_number: str
    answered_at: _timestamp_pb2.Timestamp
    requesting_party: str
    requested_party: str
    search_type: _codes_pb2.SearchType
    sequence: int
    candidate_limit: int
    def __init__(self, state: _Optional[_Union[_codes_pb2.AnswerState, str]] = ..., request_number: _Optional[str] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., answer_number: _Optional[str] = ..., answered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., requesting_party: _Optional[str] = ..., requested_party: _Optional[str] = ..., search_type: _Optional[_Union[_codes_pb2.SearchType, str]] = ..., sequence: _Optional[int] = ..., candidate_limit: _Optional[int] = ...) -> None: ...

class Provenance(_message.Message):
    __slots__ = ("backend", "kernel_digest", "gallery_epoch", "gallery_size", "pack_version", "model_version", "rule_profile", "kernel_build")
    BACKEND_FIELD_NUMBER: _ClassVar[int]
    KERNEL_DIGEST_FIELD_NUMBER: _ClassVar[int]
    GALLERY_EPOCH_FIELD_NUMBER: _ClassVar[int]
    GALLERY_SIZE_FIELD_NUMBER: _ClassVar[int]
    PACK_VERSION_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    RULE_PROFILE_FIELD_NUMBER: _ClassVar[int]
    KERNEL_BUILD_FIELD_NUMBER: _ClassVar[int]
    backend: str
    kernel_digest: str
    gallery_epoch: int
    gallery_size: int
    pack_version: str
    model_version: str
    rule_profile: str
    kernel_build: str
    def __init__(self, backend: _Optional[str] = ..., kernel_digest: _Optional[str] = ..., gallery_epoch: _Optional[int] = ..., gallery_size: _Optional[int] = ..., pack_version: _Optional[str] = ..., model_version: _Optional[str] = ..., rule_profile: _Optional[str] = ..., kernel_build: _Optional[str] = ...) -> None: ...

class AcceptedRequest(_message.Message):
    __slots__ = ("request_number", "sequence", "received_at", "replayed", "state")
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    request_number: str
    sequence: int
    received_at: _timestamp_pb2.Timestamp
    replayed: bool
    state: _codes_pb2.RequestState
    def __init__(self, request_number: _Optional[str] = ..., sequence: _Optional[int] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., replayed: _Optional[bool] = ..., state: _Optional[_Union[_codes_pb2.RequestState, str]] = ...) -> None: ...
