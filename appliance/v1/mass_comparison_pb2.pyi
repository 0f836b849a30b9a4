import datetime

from appliance.v1 import answers_pb2 as _answers_pb2
from appliance.v1 import dna_pb2 as _dna_pb2
from appliance.v1 import dna_profile_pb2 as _dna_profile_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ProfileKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROFILE_KIND_UNSPECIFIED: _ClassVar[ProfileKind]
    PROFILE_KIND_UNIDENTIFIED: _ClassVar[ProfileKind]
    PROFILE_KIND_REFERENCE: _ClassVar[ProfileKind]

class MassJobState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MASS_JOB_STATE_UNSPECIFIED: _ClassVar[MassJobState]
    MASS_JOB_STATE_OPEN: _ClassVar[MassJobState]
    MASS_JOB_STATE_RUNNING: _ClassVar[MassJobState]
    MASS_JOB_STATE_FINISHED: _ClassVar[MassJobState]
    MASS_JOB_STATE_CANCELLED: _ClassVar[MassJobState]
    MASS_JOB_STATE_FAILED: _ClassVar[MassJobState]
PROFILE_KIND_UNSPECIFIED: ProfileKind
PROFILE_KIND_UNIDENTIFIED: ProfileKind
PROFILE_KIND_REFERENCE: ProfileKind
MASS_JOB_STATE_UNSPECIFIED: MassJobState
MASS_JOB_STATE_OPEN: MassJobState
MASS_JOB_STATE_RUNNING: MassJobState
MASS_JOB_STATE_FINISHED: MassJobState
MASS_JOB_STATE_CANCELLED: MassJobState
MASS_JOB_STATE_FAILED: MassJobState

class MassComparison(_message.Message):
    __slots__ = ("job_number", "purpose", "officer", "ordering_officer", "legal_basis")
    JOB_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    OFFICER_FIELD_NUMBER: _ClassVar[int]
    ORDERING_OFFICER_FIELD_NUMBER: _ClassVar[int]
    LEGAL_BASIS_FIELD_NUMBER: _ClassVar[int]
    job_number: str
    purpose: str
    officer: str
    ordering_officer: str
    legal_basis: str
    def __init__(self, job_number: _Optional[str] = ..., purpose: _Optional[str] = ..., officer: _Optional[str] = ..., ordering_officer: _Optional[str] = ..., legal_basis: _Optional[str] = ...) -> None: ...

class MassProfile(_message.Message):
    __slots__ = ("reference_number", "kind", "profile")
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PROFILE_FIELD_NUMBER: _ClassVar[int]
    reference_number: str
    kind: ProfileKind
    profile: _dna_profile_pb2.DnaProfile
    def __init__(self, reference_number: _Optional[str] = ..., kind: _Optional[_Union[ProfileKind, str]] = ..., profile: _Optional[_Union[_dna_profile_pb2.DnaProfile, _Mapping]] = ...) -> None: ...

class MassJob(_message.Message):
    __slots__ = ("job_number", "state", "batches", "profiles_received", "profiles_compared", "matches", "acknowledged", "opened_at", "started_at", "ended_at", "time_left", "failure_reason", "failure_message")
    JOB_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    BATCHES_FIELD_NUMBER: _ClassVar[int]
    PROFILES_RECEIVED_FIELD_NUMBER: _ClassVar[int]
    PROFILES_COMPARED_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    TIME_LEFT_FIELD_NUMBER: _ClassVar[int]
    FAILURE_REASON_FIELD_NUMBER: _ClassVar[int]
    FAILURE_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    job_number: str
    state: MassJobState
    batches: int
    profiles_received: int
    profiles_compared: int
    matches: int
    acknowledged: int
    opened_at: _timestamp_pb2.Timestamp
    started_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    time_left: _duration_pb2.Duration
    failure_reason: str
    failure_message: str
    def __init__(self, job_number: _Optional[str] = ..., state: _Optional[_Union[MassJobState, str]] = ..., batches: _Optional[int] = ..., profiles_received: _Optional[int] = ..., profiles_compared: _Optional[int] = ..., matches: _Optional[int] = ..., acknowledged: _Optional[int] = ..., opened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., time_left: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., failure_reason: _Optional[str] = ..., failure_message: _Optional[str] = ...) -> None: ...

class MassMatch(_message.Message):
    __slots__ = ("cursor", "header", "reference_number", "match", "provenance")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    MATCH_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    cursor: int
    header: _answers_pb2.AnswerHeader
    reference_number: str
    match: _dna_pb2.DnaMatch
    provenance: _answers_pb2.Provenance
    def __init__(self, cursor: _Optional[int] = ..., header: _Optional[_Union[_answers_pb2.AnswerHeader, _Mapping]] = ..., reference_number: _Optional[str] = ..., match: _Optional[_Union[_dna_pb2.DnaMatch, _Mapping]] = ..., provenance: _Optional[_Union[_answers_pb2.Provenance, _Mapping]] = ...) -> None: ...

class OpenRequest(_message.Message):
    __slots__ = ("comparison",)
    COMPARISON_FIELD_NUMBER: _ClassVar[int]
    comparison: MassComparison
    def __init__(self, comparison: _Optional[_Union[MassComparison, _Mapping]] = ...) -> None: ...

class OpenResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: MassJob
    def __init__(self, job: _Optional[_Union[MassJob, _Mapping]] = ...) -> None: ...

class SendRequest(_message.Message):
    __slots__ = ("job_number", "batch_number", "profiles")
    JOB_NUMBER_FIELD_NUMBER: _ClassVar[int]
    BATCH_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PROFILES_FIELD_NUMBER: _ClassVar[int]
    job_number: str
    batch_number: int
    profiles: _containers.RepeatedCompositeFieldContainer[MassProfile]
    def __init__(self, job_number: _Optional[str] = ..., batch_number: _Optional[int] = ..., profiles: _Optional[_Iterable[_Union[MassProfile, _Mapping]]] = ...) -> None: ...

class ProfileRefusal(_message.Message):
    __slots__ = ("position", "reason", "message", "locus")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    LOCUS_FIELD_NUMBER: _ClassVar[int]
    position: int
    reason: str
    message: str
    locus: str
    def __init__(self, position: _Optional[int] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ..., locus: _Optional[str] = ...) -> None: ...

class SendResponse(_message.Message):
    __slots__ = ("batch_number", "accepted", "refusals", "profiles_received")
    BATCH_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    REFUSALS_FIELD_NUMBER: _ClassVar[int]
    PROFILES_RECEIVED_FIELD_NUMBER: _ClassVar[int]
    batch_number: int
    accepted: int
    refusals: _containers.RepeatedCompositeFieldContainer[ProfileRefusal]
    profiles_received: int
    def __init__(self, batch_number: _Optional[int] = ..., accepted: _Optional[int] = ..., refusals: _Optional[_Iterable[_Union[ProfileRefusal, _Mapping]]] = ..., profiles_received: _Optional[int] = ...) -> None: ...

class StartRequest(_message.Message):
    __slots__ = ("job_number", "batches")
    JOB_NUMBER_FIELD_NUMBER: _ClassVar[int]
    BATCHES_FIELD_NUMBER: _ClassVar[int]
    job_number: str
    batches: int
    def __init__(self, job_number: _Optional[str] = ..., batches: _Optional[int] = ...) -> None: ...

class StartResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: MassJob
    def __init__(self, job: _Optional[_Union[MassJob, _Mapping]] = ...) -> None: ...

class GetJobRequest(_message.Message):
    __slots__ = ("job_number",)
    JOB_NUMBER_FIELD_NUMBER: _ClassVar[int]
    job_number: str
    def __init__(self, job_number: _Optional[str] = ...) -> None: ...

class GetJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: MassJob
    def __init__(self, job: _Optional[_Union[MassJob, _Mapping]] = ...) -> None: ...

class WatchMatchesRequest(_message.Message):
    __slots__ = ("job_number", "after_cursor")
    JOB_NUMBER_FIELD_NUMBER: _ClassVar[int]
    AFTER_CURSOR_FIELD_NUMBER: _ClassVar[int]
    job_number: str
    after_cursor: int
    def __init__(self, job_number: _Optional[str] = ..., after_cursor: _Optional[int] = ...) -> None: ...

class WatchMatchesResponse(_message.Message):
    __slots__ = ("match",)
    MATCH_FIELD_NUMBER: _ClassVar[int]
    match: MassMatch
    def __init__(self, match: _Optional[_Union[MassMatch, _Mapping]] = ...) -> None: ...

class AcknowledgeRequest(_message.Message):
    __slots__ = ("job_number", "cursor")
    JOB_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    job_number: str
    cursor: int
    def __init__(self, job_number: _Optional[str] = ..., cursor: _Optional[int] = ...) -> None: ...

class AcknowledgeResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: MassJob
    def __init__(self, job: _Optional[_Union[MassJob, _Mapping]] = ...) -> None: ...

class CancelRequest(_message.Message):
    __slots__ = ("job_number",)
    JOB_NUMBER_FIELD_NUMBER: _ClassVar[int]
    job_number: str
    def __init__(self, job_number: _Optional[str] = ...) -> None: ...

class CancelResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: MassJob
    def __init__(self, job: _Optional[_Union[MassJob, _Mapping]] = ...) -> None: ...
