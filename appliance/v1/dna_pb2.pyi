from appliance.v1 import answers_pb2 as _answers_pb2
from appliance.v1 import codes_pb2 as _codes_pb2
from appliance.v1 import dna_profile_pb2 as _dna_profile_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LocusRelation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LOCUS_RELATION_UNSPECIFIED: _ClassVar[LocusRelation]
    LOCUS_RELATION_EQUAL: _ClassVar[LocusRelation]
    LOCUS_RELATION_WILDCARD: _ClassVar[LocusRelation]
    LOCUS_RELATION_MICRO_VARIANT: _ClassVar[LocusRelation]
    LOCUS_RELATION_MISMATCH: _ClassVar[LocusRelation]
    LOCUS_RELATION_ONLY_PROBE: _ClassVar[LocusRelation]
    LOCUS_RELATION_ONLY_CANDIDATE: _ClassVar[LocusRelation]
LOCUS_RELATION_UNSPECIFIED: LocusRelation
LOCUS_RELATION_EQUAL: LocusRelation
LOCUS_RELATION_WILDCARD: LocusRelation
LOCUS_RELATION_MICRO_VARIANT: LocusRelation
LOCUS_RELATION_MISMATCH: LocusRelation
LOCUS_RELATION_ONLY_PROBE: LocusRelation
LOCUS_RELATION_ONLY_CANDIDATE: LocusRelation

class DnaProbe(_message.Message):
    __slots__ = ("reference_number", "profile")
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PROFILE_FIELD_NUMBER: _ClassVar[int]
    reference_number: str
    profile: _dna_profile_pb2.DnaProfile
    def __init__(self, reference_number: _Optional[str] = ..., profile: _Optional[_Union[_dna_profile_pb2.DnaProfile, _Mapping]] = ...) -> None: ...

class DnaSearch(_message.Message):
    __slots__ = ("request_number", "search_type", "case_reference", "purpose", "officer", "ordering_officer", "candidates_max", "accelerated", "legal_basis", "probes")
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SEARCH_TYPE_FIELD_NUMBER: _ClassVar[int]
    CASE_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    OFFICER_FIELD_NUMBER: _ClassVar[int]
    ORDERING_OFFICER_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_MAX_FIELD_NUMBER: _ClassVar[int]
    ACCELERATED_FIELD_NUMBER: _ClassVar[int]
    LEGAL_BASIS_FIELD_NUMBER: _ClassVar[int]
    PROBES_FIELD_NUMBER: _ClassVar[int]
    request_number: str
    search_type: _codes_pb2.SearchType
    case_reference: str
    purpose: str
    officer: str
    ordering_officer: str
    candidates_max: int
    accelerated: bool
    legal_basis: str
    probes: _containers.RepeatedCompositeFieldContainer[DnaProbe]
    def __init__(self, request_number: _Optional[str] = ..., search_type: _Optional[_Union[_codes_pb2.SearchType, str]] = ..., case_reference: _Optional[str] = ..., purpose: _Optional[str] = ..., officer: _Optional[str] = ..., ordering_officer: _Optional[str] = ..., candidates_max: _Optional[int] = ..., accelerated: _Optional[bool] = ..., legal_basis: _Optional[str] = ..., probes: _Optional[_Iterable[_Union[DnaProbe, _Mapping]]] = ...) -> None: ...

class LocusView(_message.Message):
    __slots__ = ("locus", "probe", "candidate", "relation")
    LOCUS_FIELD_NUMBER: _ClassVar[int]
    PROBE_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    locus: str
    probe: _containers.RepeatedScalarFieldContainer[str]
    candidate: _containers.RepeatedScalarFieldContainer[str]
    relation: LocusRelation
    def __init__(self, locus: _Optional[str] = ..., probe: _Optional[_Iterable[str]] = ..., candidate: _Optional[_Iterable[str]] = ..., relation: _Optional[_Union[LocusRelation, str]] = ...) -> None: ...

class MatchWorth(_message.Message):
    __slots__ = ("random_match_probability", "likelihood_ratio", "expected_adventitious", "searched_profiles", "loci_used", "population", "table_version", "theta", "sibling_likelihood_ratio", "parent_child_likelihood_ratio")
    RANDOM_MATCH_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    LIKELIHOOD_RATIO_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_ADVENTITIOUS_FIELD_NUMBER: _ClassVar[int]
    SEARCHED_PROFILES_FIELD_NUMBER: _ClassVar[int]
    LOCI_USED_FIELD_NUMBER: _ClassVar[int]
    POPULATION_FIELD_NUMBER: _ClassVar[int]
    TABLE_VERSION_FIELD_NUMBER: _ClassVar[int]
    THETA_FIELD_NUMBER: _ClassVar[int]
    SIBLING_LIKELIHOOD_RATIO_FIELD_NUMBER: _ClassVar[int]
    PARENT_CHILD_LIKELIHOOD_RATIO_FIELD_NUMBER: _ClassVar[int]
    random_match_probability: float
    likelihood_ratio: float
    expected_adventitious: float
    searched_profiles: int
    loci_used: int
    population: str
    table_version: str
    theta: float
    sibling_likelihood_ratio: float
    parent_child_likelihood_ratio: float
    def __init__(self, random_match_probability: _Optional[float] = ..., likelihood_ratio: _Optional[float] = ..., expected_adventitious: _Optional[float] = ..., searched_profiles: _Optional[int] = ..., loci_used: _Optional[int] = ..., population: _Optional[str] = ..., table_version: _Optional[str] = ..., theta: _Optional[float] = ..., sibling_likelihood_ratio: _Optional[float] = ..., parent_child_likelihood_ratio: _Optional[float] = ...) -> None: ...

class DnaMatch(_message.Message):
    __slots__ = ("reference_number", "collection", "rank", "quality", "compared_loci", "full_loci", "matching_loci", "mismatching_alleles", "flagged", "loci", "warnings", "worth")
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    COMPARED_LOCI_FIELD_NUMBER: _ClassVar[int]
    FULL_LOCI_FIELD_NUMBER: _ClassVar[int]
    MATCHING_LOCI_FIELD_NUMBER: _ClassVar[int]
    MISMATCHING_ALLELES_FIELD_NUMBER: _ClassVar[int]
    FLAGGED_FIELD_NUMBER: _ClassVar[int]
    LOCI_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    WORTH_FIELD_NUMBER: _ClassVar[int]
    reference_number: str
    collection: _codes_pb2.Collection
    rank: int
    quality: int
    compared_loci: int
    full_loci: int
    matching_loci: int
    mismatching_alleles: int
    flagged: bool
    loci: _containers.RepeatedCompositeFieldContainer[LocusView]
    warnings: _containers.RepeatedScalarFieldContainer[str]
    worth: MatchWorth
    def __init__(self, reference_number: _Optional[str] = ..., collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., rank: _Optional[int] = ..., quality: _Optional[int] = ..., compared_loci: _Optional[int] = ..., full_loci: _Optional[int] = ..., matching_loci: _Optional[int] = ..., mismatching_alleles: _Optional[int] = ..., flagged: _Optional[bool] = ..., loci: _Optional[_Iterable[_Union[LocusView, _Mapping]]] = ..., warnings: _Optional[_Iterable[str]] = ..., worth: _Optional[_Union[MatchWorth, _Mapping]] = ...) -> None: ...

class DnaResult(_message.Message):
    __slots__ = ("reference_number", "matched", "matches")
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    MATCHED_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    reference_number: str
    matched: bool
    matches: _containers.RepeatedCompositeFieldContainer[DnaMatch]
    def __init__(self, reference_number: _Optional[str] = ..., matched: _Optional[bool] = ..., matches: _Optional[_Iterable[_Union[DnaMatch, _Mapping]]] = ...) -> None: ...

class DnaAnswer(_message.Message):
    __slots__ = ("header", "results", "provenance")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    header: _answers_pb2.AnswerHeader
    results: _containers.RepeatedCompositeFieldContainer[DnaResult]
    provenance: _answers_pb2.Provenance
    def __init__(self, header: _Optional[_Union[_answers_pb2.AnswerHeader, _Mapping]] = ..., results: _Optional[_Iterable[_Union[DnaResult, _Mapping]]] = ..., provenance: _Optional[_Union[_answers_pb2.Provenance, _Mapping]] = ...) -> None: ...

class DnaServiceSearchRequest(_message.Message):
    __slots__ = ("search",)
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    search: DnaSearch
    def __init__(self, search: _Optional[_Union[DnaSearch, _Mapping]] = ...) -> None: ...

class DnaServiceSearchResponse(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: DnaAnswer
    def __init__(self, answer: _Optional[_Union[DnaAnswer, _Mapping]] = ...) -> None: ...

class DnaServiceSubmitSearchRequest(_message.Message):
    __slots__ = ("search",)
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    search: DnaSearch
    def __init__(self, search: _Optional[_Union[DnaSearch, _Mapping]] = ...) -> None: ...

class DnaServiceSubmitSearchResponse(_message.Message):
    __slots__ = ("accepted",)
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    accepted: _answers_pb2.AcceptedRequest
    def __init__(self, accepted: _Optional[_Union[_answers_pb2.AcceptedRequest, _Mapping]] = ...) -> None: ...

class DnaServiceGetAnswerRequest(_message.Message):
    __slots__ = ("request_number",)
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    request_number: str
    def __init__(self, request_number: _Optional[str] = ...) -> None: ...

class DnaServiceGetAnswerResponse(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: DnaAnswer
    def __init__(self, answer: _Optional[_Union[DnaAnswer, _Mapping]] = ...) -> None: ...

class DnaServiceWatchAnswersRequest(_message.Message):
    __slots__ = ("after",)
    AFTER_FIELD_NUMBER: _ClassVar[int]
    after: int
    def __init__(self, after: _Optional[int] = ...) -> None: ...

class DnaServiceWatchAnswersResponse(_message.Message):
    __slots__ = ("answer", "cursor", "request_number", "state", "failure_reason", "failure_message")
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    FAILURE_REASON_FIELD_NUMBER: _ClassVar[int]
    FAILURE_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    answer: DnaAnswer
    cursor: int
    request_number: str
    state: _codes_pb2.RequestState
    failure_reason: str
    failure_message: str
    def __init__(self, answer: _Optional[_Union[DnaAnswer, _Mapping]] = ..., cursor: _Optional[int] = ..., request_number: _Optional[str] = ..., state: _Optional[_Union[_codes_pb2.RequestState, str]] = ..., failure_reason: _Optional[str] = ..., failure_message: _Optional[str] = ...) -> None: ...
