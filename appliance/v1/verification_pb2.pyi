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

class ExpertOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXPERT_OUTCOME_UNSPECIFIED: _ClassVar[ExpertOutcome]
    EXPERT_OUTCOME_HIT: _ClassVar[ExpertOutcome]
    EXPERT_OUTCOME_NO_HIT: _ClassVar[ExpertOutcome]

class Verification(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERIFICATION_UNSPECIFIED: _ClassVar[Verification]
    VERIFICATION_UNVERIFIED: _ClassVar[Verification]
    VERIFICATION_UNCONFIRMED: _ClassVar[Verification]
    VERIFICATION_HIT: _ClassVar[Verification]
    VERIFICATION_NO_HIT: _ClassVar[Verification]
    VERIFICATION_DISPUTED: _ClassVar[Verification]
EXPERT_OUTCOME_UNSPECIFIED: ExpertOutcome
EXPERT_OUTCOME_HIT: ExpertOutcome
EXPERT_OUTCOME_NO_HIT: ExpertOutcome
VERIFICATION_UNSPECIFIED: Verification
VERIFICATION_UNVERIFIED: Verification
VERIFICATION_UNCONFIRMED: Verification
VERIFICATION_HIT: Verification
VERIFICATION_NO_HIT: Verification
VERIFICATION_DISPUTED: Verification

class RecordOutcomeRequest(_message.Message):
    __slots__ = ("request_number", "probe_reference_number", "collection", "reference_number", "outcome", "officer", "reason", "verified_at")
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PROBE_REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    OFFICER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_AT_FIELD_NUMBER: _ClassVar[int]
    request_number: str
    probe_reference_number: str
    collection: _codes_pb2.Collection
    reference_number: str
    outcome: ExpertOutcome
    officer: str
    reason: str
    verified_at: _timestamp_pb2.Timestamp
    def __init__(self, request_number: _Optional[str] = ..., probe_reference_number: _Optional[str] = ..., collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., reference_number: _Optional[str] = ..., outcome: _Optional[_Union[ExpertOutcome, str]] = ..., officer: _Optional[str] = ..., reason: _Optional[str] = ..., verified_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RecordOutcomeResponse(_message.Message):
    __slots__ = ("verification", "replayed")
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    verification: Verification
    replayed: bool
    def __init__(self, verification: _Optional[_Union[Verification, str]] = ..., replayed: _Optional[bool] = ...) -> None: ...

class GetVerificationRequest(_message.Message):
    __slots__ = ("request_number", "party")
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    request_number: str
    party: str
    def __init__(self, request_number: _Optional[str] = ..., party: _Optional[str] = ...) -> None: ...

class MatchVerification(_message.Message):
    __slots__ = ("collection", "reference_number", "rank", "verification")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    collection: _codes_pb2.Collection
    reference_number: str
    rank: int
    verification: Verification
    def __init__(self, collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., reference_number: _Optional[str] = ..., rank: _Optional[int] = ..., verification: _Optional[_Union[Verification, str]] = ...) -> None: ...

class ProbeVerification(_message.Message):
    __slots__ = ("reference_number", "verification", "matches")
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    reference_number: str
    verification: Verification
    matches: _containers.RepeatedCompositeFieldContainer[MatchVerification]
    def __init__(self, reference_number: _Optional[str] = ..., verification: _Optional[_Union[Verification, str]] = ..., matches: _Optional[_Iterable[_Union[MatchVerification, _Mapping]]] = ...) -> None: ...

class GetVerificationResponse(_message.Message):
    __slots__ = ("party", "request_number", "verified", "probes")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_FIELD_NUMBER: _ClassVar[int]
    PROBES_FIELD_NUMBER: _ClassVar[int]
    party: str
    request_number: str
    verified: bool
    probes: _containers.RepeatedCompositeFieldContainer[ProbeVerification]
    def __init__(self, party: _Optional[str] = ..., request_number: _Optional[str] = ..., verified: _Optional[bool] = ..., probes: _Optional[_Iterable[_Union[ProbeVerification, _Mapping]]] = ...) -> None: ...

class ListOutcomesRequest(_message.Message):
    __slots__ = ("after", "outcomes_max", "party")
    AFTER_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_MAX_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    after: int
    outcomes_max: int
    party: str
    def __init__(self, after: _Optional[int] = ..., outcomes_max: _Optional[int] = ..., party: _Optional[str] = ...) -> None: ...

class RecordedOutcome(_message.Message):
    __slots__ = ("number", "party", "request_number", "probe_reference_number", "collection", "reference_number", "outcome", "officer", "verified_at", "recorded_at", "reason", "verification")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PROBE_REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    OFFICER_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_AT_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    number: int
    party: str
    request_number: str
    probe_reference_number: str
    collection: _codes_pb2.Collection
    reference_number: str
    outcome: ExpertOutcome
    officer: str
    verified_at: _timestamp_pb2.Timestamp
    recorded_at: _timestamp_pb2.Timestamp
    reason: str
    verification: Verification
    def __init__(self, number: _Optional[int] = ..., party: _Optional[str] = ..., request_number: _Optional[str] = ..., probe_reference_number: _Optional[str] = ..., collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., reference_number: _Optional[str] = ..., outcome: _Optional[_Union[ExpertOutcome, str]] = ..., officer: _Optional[str] = ..., verified_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., verification: _Optional[_Union[Verification, str]] = ...) -> None: ...

class ListOutcomesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[RecordedOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[RecordedOutcome, _Mapping]]] = ...) -> None: ...
