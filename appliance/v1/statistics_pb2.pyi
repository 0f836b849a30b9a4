from appliance.v1 import codes_pb2 as _codes_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MatchClass(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MATCH_CLASS_UNSPECIFIED: _ClassVar[MatchClass]
    MATCH_CLASS_PERSON_PERSON: _ClassVar[MatchClass]
    MATCH_CLASS_PERSON_TRACE: _ClassVar[MatchClass]
    MATCH_CLASS_TRACE_PERSON: _ClassVar[MatchClass]
    MATCH_CLASS_TRACE_TRACE: _ClassVar[MatchClass]
MATCH_CLASS_UNSPECIFIED: MatchClass
MATCH_CLASS_PERSON_PERSON: MatchClass
MATCH_CLASS_PERSON_TRACE: MatchClass
MATCH_CLASS_TRACE_PERSON: MatchClass
MATCH_CLASS_TRACE_TRACE: MatchClass

class ClassStatistics(_message.Message):
    __slots__ = ("match_class", "probes", "probes_matched", "matches", "hits", "no_hits", "unverified", "disputed")
    MATCH_CLASS_FIELD_NUMBER: _ClassVar[int]
    PROBES_FIELD_NUMBER: _ClassVar[int]
    PROBES_MATCHED_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    HITS_FIELD_NUMBER: _ClassVar[int]
    NO_HITS_FIELD_NUMBER: _ClassVar[int]
    UNVERIFIED_FIELD_NUMBER: _ClassVar[int]
    DISPUTED_FIELD_NUMBER: _ClassVar[int]
    match_class: MatchClass
    probes: int
    probes_matched: int
    matches: int
    hits: int
    no_hits: int
    unverified: int
    disputed: int
    def __init__(self, match_class: _Optional[_Union[MatchClass, str]] = ..., probes: _Optional[int] = ..., probes_matched: _Optional[int] = ..., matches: _Optional[int] = ..., hits: _Optional[int] = ..., no_hits: _Optional[int] = ..., unverified: _Optional[int] = ..., disputed: _Optional[int] = ...) -> None: ...

class RefusalCount(_message.Message):
    __slots__ = ("reason", "refusals")
    REASON_FIELD_NUMBER: _ClassVar[int]
    REFUSALS_FIELD_NUMBER: _ClassVar[int]
    reason: str
    refusals: int
    def __init__(self, reason: _Optional[str] = ..., refusals: _Optional[int] = ...) -> None: ...

class AnswerTimeCount(_message.Message):
    __slots__ = ("seconds_max", "answers")
    SECONDS_MAX_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    seconds_max: int
    answers: int
    def __init__(self, seconds_max: _Optional[int] = ..., answers: _Optional[int] = ...) -> None: ...

class PartyStatistics(_message.Message):
    __slots__ = ("party", "category", "requests", "accepted", "refused", "unsuitable", "answered", "failed", "open", "accelerated", "refusals", "classes", "answer_median_ms", "answer_p95_ms", "answer_times", "cancelled")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    UNSUITABLE_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    ACCELERATED_FIELD_NUMBER: _ClassVar[int]
    REFUSALS_FIELD_NUMBER: _ClassVar[int]
    CLASSES_FIELD_NUMBER: _ClassVar[int]
    ANSWER_MEDIAN_MS_FIELD_NUMBER: _ClassVar[int]
    ANSWER_P95_MS_FIELD_NUMBER: _ClassVar[int]
    ANSWER_TIMES_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    party: str
    category: str
    requests: int
    accepted: int
    refused: int
    unsuitable: int
    answered: int
    failed: int
    open: int
    accelerated: int
    refusals: _containers.RepeatedCompositeFieldContainer[RefusalCount]
    classes: _containers.RepeatedCompositeFieldContainer[ClassStatistics]
    answer_median_ms: int
    answer_p95_ms: int
    answer_times: _containers.RepeatedCompositeFieldContainer[AnswerTimeCount]
    cancelled: int
    def __init__(self, party: _Optional[str] = ..., category: _Optional[str] = ..., requests: _Optional[int] = ..., accepted: _Optional[int] = ..., refused: _Optional[int] = ..., unsuitable: _Optional[int] = ..., answered: _Optional[int] = ..., failed: _Optional[int] = ..., open: _Optional[int] = ..., accelerated: _Optional[int] = ..., refusals: _Optional[_Iterable[_Union[RefusalCount, _Mapping]]] = ..., classes: _Optional[_Iterable[_Union[ClassStatistics, _Mapping]]] = ..., answer_median_ms: _Optional[int] = ..., answer_p95_ms: _Optional[int] = ..., answer_times: _Optional[_Iterable[_Union[AnswerTimeCount, _Mapping]]] = ..., cancelled: _Optional[int] = ...) -> None: ...

class CapacityStatistics(_message.Message):
    __slots__ = ("party", "bucket", "used")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    party: str
    bucket: _codes_pb2.Bucket
    used: int
    def __init__(self, party: _Optional[str] = ..., bucket: _Optional[_Union[_codes_pb2.Bucket, str]] = ..., used: _Optional[int] = ...) -> None: ...

class MassStatistics(_message.Message):
    __slots__ = ("party", "jobs", "finished", "cancelled", "failed", "open", "profiles", "compared", "matches")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    JOBS_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    PROFILES_FIELD_NUMBER: _ClassVar[int]
    COMPARED_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    party: str
    jobs: int
    finished: int
    cancelled: int
    failed: int
    open: int
    profiles: int
    compared: int
    matches: int
    def __init__(self, party: _Optional[str] = ..., jobs: _Optional[int] = ..., finished: _Optional[int] = ..., cancelled: _Optional[int] = ..., failed: _Optional[int] = ..., open: _Optional[int] = ..., profiles: _Optional[int] = ..., compared: _Optional[int] = ..., matches: _Optional[int] = ...) -> None: ...

class GetStatisticsRequest(_message.Message):
    __slots__ = ("first_day", "last_day", "party")
    FIRST_DAY_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    first_day: str
    last_day: str
    party: str
    def __init__(self, first_day: _Optional[str] = ..., last_day: _Optional[str] = ..., party: _Optional[str] = ...) -> None: ...

class GetStatisticsResponse(_message.Message):
    __slots__ = ("parties", "capacities", "mass_comparisons")
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    CAPACITIES_FIELD_NUMBER: _ClassVar[int]
    MASS_COMPARISONS_FIELD_NUMBER: _ClassVar[int]
    parties: _containers.RepeatedCompositeFieldContainer[PartyStatistics]
    capacities: _containers.RepeatedCompositeFieldContainer[CapacityStatistics]
    mass_comparisons: _containers.RepeatedCompositeFieldContainer[MassStatistics]
    def __init__(self, parties: _Optional[_Iterable[_Union[PartyStatistics, _Mapping]]] = ..., capacities: _Optional[_Iterable[_Union[CapacityStatistics, _Mapping]]] = ..., mass_comparisons: _Optional[_Iterable[_Union[MassStatistics, _Mapping]]] = ...) -> None: ...
