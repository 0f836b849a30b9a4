import datetime

from appliance.v1 import reference_data_pb2 as _reference_data_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PackActivationState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PACK_ACTIVATION_STATE_UNSPECIFIED: _ClassVar[PackActivationState]
    PACK_ACTIVATION_STATE_IN_FORCE: _ClassVar[PackActivationState]
    PACK_ACTIVATION_STATE_SCHEDULED: _ClassVar[PackActivationState]
    PACK_ACTIVATION_STATE_PAST: _ClassVar[PackActivationState]
    PACK_ACTIVATION_STATE_CANCELLED: _ClassVar[PackActivationState]
PACK_ACTIVATION_STATE_UNSPECIFIED: PackActivationState
PACK_ACTIVATION_STATE_IN_FORCE: PackActivationState
PACK_ACTIVATION_STATE_SCHEDULED: PackActivationState
PACK_ACTIVATION_STATE_PAST: PackActivationState
PACK_ACTIVATION_STATE_CANCELLED: PackActivationState

class GetStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PartyStanding(_message.Message):
    __slots__ = ("party", "category", "standing", "pilot_until", "served")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    STANDING_FIELD_NUMBER: _ClassVar[int]
    PILOT_UNTIL_FIELD_NUMBER: _ClassVar[int]
    SERVED_FIELD_NUMBER: _ClassVar[int]
    party: str
    category: str
    standing: str
    pilot_until: _timestamp_pb2.Timestamp
    served: bool
    def __init__(self, party: _Optional[str] = ..., category: _Optional[str] = ..., standing: _Optional[str] = ..., pilot_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., served: _Optional[bool] = ...) -> None: ...

class GetStatusResponse(_message.Message):
    __slots__ = ("ready", "reasons", "backend", "version", "kernel_digest", "pack_version", "gallery", "queue_depth", "started_at", "backend_reason", "devices", "pilot", "parties")
    READY_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    BACKEND_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    KERNEL_DIGEST_FIELD_NUMBER: _ClassVar[int]
    PACK_VERSION_FIELD_NUMBER: _ClassVar[int]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    QUEUE_DEPTH_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    BACKEND_REASON_FIELD_NUMBER: _ClassVar[int]
    DEVICES_FIELD_NUMBER: _ClassVar[int]
    PILOT_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    ready: bool
    reasons: _containers.RepeatedScalarFieldContainer[str]
    backend: str
    version: str
    kernel_digest: str
    pack_version: str
    gallery: _containers.RepeatedCompositeFieldContainer[_reference_data_pb2.CollectionCount]
    queue_depth: int
    started_at: _timestamp_pb2.Timestamp
    backend_reason: str
    devices: _containers.RepeatedScalarFieldContainer[str]
    pilot: bool
    parties: _containers.RepeatedCompositeFieldContainer[PartyStanding]
    def __init__(self, ready: _Optional[bool] = ..., reasons: _Optional[_Iterable[str]] = ..., backend: _Optional[str] = ..., version: _Optional[str] = ..., kernel_digest: _Optional[str] = ..., pack_version: _Optional[str] = ..., gallery: _Optional[_Iterable[_Union[_reference_data_pb2.CollectionCount, _Mapping]]] = ..., queue_depth: _Optional[int] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., backend_reason: _Optional[str] = ..., devices: _Optional[_Iterable[str]] = ..., pilot: _Optional[bool] = ..., parties: _Optional[_Iterable[_Union[PartyStanding, _Mapping]]] = ...) -> None: ...

class PackActivation(_message.Message):
    __slots__ = ("number", "version", "serial", "digest", "effective_from", "activated_at", "activated_by", "state")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SERIAL_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    ACTIVATED_AT_FIELD_NUMBER: _ClassVar[int]
    ACTIVATED_BY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    number: int
    version: str
    serial: int
    digest: str
    effective_from: _timestamp_pb2.Timestamp
    activated_at: _timestamp_pb2.Timestamp
    activated_by: str
    state: PackActivationState
    def __init__(self, number: _Optional[int] = ..., version: _Optional[str] = ..., serial: _Optional[int] = ..., digest: _Optional[str] = ..., effective_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., activated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., activated_by: _Optional[str] = ..., state: _Optional[_Union[PackActivationState, str]] = ...) -> None: ...

class PackChange(_message.Message):
    __slots__ = ("path", "before", "after")
    PATH_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    path: str
    before: str
    after: str
    def __init__(self, path: _Optional[str] = ..., before: _Optional[str] = ..., after: _Optional[str] = ...) -> None: ...

class ActivatePackRequest(_message.Message):
    __slots__ = ("content", "signature")
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    content: bytes
    signature: bytes
    def __init__(self, content: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

class ActivatePackResponse(_message.Message):
    __slots__ = ("activation", "changes")
    ACTIVATION_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    activation: PackActivation
    changes: _containers.RepeatedCompositeFieldContainer[PackChange]
    def __init__(self, activation: _Optional[_Union[PackActivation, _Mapping]] = ..., changes: _Optional[_Iterable[_Union[PackChange, _Mapping]]] = ...) -> None: ...

class ReactivatePackRequest(_message.Message):
    __slots__ = ("version", "effective_from")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    version: str
    effective_from: _timestamp_pb2.Timestamp
    def __init__(self, version: _Optional[str] = ..., effective_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ReactivatePackResponse(_message.Message):
    __slots__ = ("activation", "changes")
    ACTIVATION_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    activation: PackActivation
    changes: _containers.RepeatedCompositeFieldContainer[PackChange]
    def __init__(self, activation: _Optional[_Union[PackActivation, _Mapping]] = ..., changes: _Optional[_Iterable[_Union[PackChange, _Mapping]]] = ...) -> None: ...

class ListPacksRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListPacksResponse(_message.Message):
    __slots__ = ("activations",)
    ACTIVATIONS_FIELD_NUMBER: _ClassVar[int]
    activations: _containers.RepeatedCompositeFieldContainer[PackActivation]
    def __init__(self, activations: _Optional[_Iterable[_Union[PackActivation, _Mapping]]] = ...) -> None: ...

class GetPackRequest(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: str
    def __init__(self, version: _Optional[str] = ...) -> None: ...

class GetPackResponse(_message.Message):
    __slots__ = ("content", "signature")
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    content: bytes
    signature: bytes
    def __init__(self, content: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

class AcceptClockRequest(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class AcceptClockResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
