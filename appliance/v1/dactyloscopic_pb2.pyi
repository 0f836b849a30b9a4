from appliance.v1 import answers_pb2 as _answers_pb2
from appliance.v1 import codes_pb2 as _codes_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FingerProbe(_message.Message):
    __slots__ = ("reference_number", "record")
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    reference_number: str
    record: bytes
    def __init__(self, reference_number: _Optional[str] = ..., record: _Optional[bytes] = ...) -> None: ...

class DactyloscopicSearch(_message.Message):
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
    probes: _containers.RepeatedCompositeFieldContainer[FingerProbe]
    def __init__(self, request_number: _Optional[str] = ..., search_type: _Optional[_Union[_codes_pb2.SearchType, str]] = ..., case_reference: _Optional[str] = ..., purpose: _Optional[str] = ..., officer: _Optional[str] = ..., ordering_officer: _Optional[str] = ..., candidates_max: _Optional[int] = ..., accelerated: _Optional[bool] = ..., legal_basis: _Optional[str] = ..., probes: _Optional[_Iterable[_Union[FingerProbe, _Mapping]]] = ...) -> None: ...

class MinutiaPair(_message.Message):
    __slots__ = ("probe_index", "candidate_index", "similarity", "residual")
    PROBE_INDEX_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_INDEX_FIELD_NUMBER: _ClassVar[int]
    SIMILARITY_FIELD_NUMBER: _ClassVar[int]
    RESIDUAL_FIELD_NUMBER: _ClassVar[int]
    probe_index: int
    candidate_index: int
    similarity: int
    residual: int
    def __init__(self, probe_index: _Optional[int] = ..., candidate_index: _Optional[int] = ..., similarity: _Optional[int] = ..., residual: _Optional[int] = ...) -> None: ...

class FingerComparison(_message.Message):
    __slots__ = ("probe_view", "candidate_view", "probe_position", "candidate_position", "score_hundredths", "rotation", "shift_x", "shift_y", "pairs")
    PROBE_VIEW_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_VIEW_FIELD_NUMBER: _ClassVar[int]
    PROBE_POSITION_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_POSITION_FIELD_NUMBER: _ClassVar[int]
    SCORE_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    ROTATION_FIELD_NUMBER: _ClassVar[int]
    SHIFT_X_FIELD_NUMBER: _ClassVar[int]
    SHIFT_Y_FIELD_NUMBER: _ClassVar[int]
    PAIRS_FIELD_NUMBER: _ClassVar[int]
    probe_view: int
    candidate_view: int
    probe_position: int
    candidate_position: int
    score_hundredths: int
    rotation: int
    shift_x: int
    shift_y: int
    pairs: _containers.RepeatedCompositeFieldContainer[MinutiaPair]
    def __init__(self, probe_view: _Optional[int] = ..., candidate_view: _Optional[int] = ..., probe_position: _Optional[int] = ..., candidate_position: _Optional[int] = ..., score_hundredths: _Optional[int] = ..., rotation: _Optional[int] = ..., shift_x: _Optional[int] = ..., shift_y: _Optional[int] = ..., pairs: _Optional[_Iterable[_Union[MinutiaPair, _Mapping]]] = ...) -> None: ...

class FingerCandidate(_message.Message):
    __slots__ = ("reference_number", "collection", "rank", "score_hundredths", "flagged", "record", "rotation", "shift_x", "shift_y", "pairs", "fingers", "warnings")
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    SCORE_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    FLAGGED_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    ROTATION_FIELD_NUMBER: _ClassVar[int]
    SHIFT_X_FIELD_NUMBER: _ClassVar[int]
    SHIFT_Y_FIELD_NUMBER: _ClassVar[int]
    PAIRS_FIELD_NUMBER: _ClassVar[int]
    FINGERS_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    reference_number: str
    collection: _codes_pb2.Collection
    rank: int
    score_hundredths: int
    flagged: bool
    record: bytes
    rotation: int
    shift_x: int
    shift_y: int
    pairs: _containers.RepeatedCompositeFieldContainer[MinutiaPair]
    fingers: _containers.RepeatedCompositeFieldContainer[FingerComparison]
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, reference_number: _Optional[str] = ..., collection: _Optional[_Union[_codes_pb2.Collection, str]] = ..., rank: _Optional[int] = ..., score_hundredths: _Optional[int] = ..., flagged: _Optional[bool] = ..., record: _Optional[bytes] = ..., rotation: _Optional[int] = ..., shift_x: _Optional[int] = ..., shift_y: _Optional[int] = ..., pairs: _Optional[_Iterable[_Union[MinutiaPair, _Mapping]]] = ..., fingers: _Optional[_Iterable[_Union[FingerComparison, _Mapping]]] = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class FingerResult(_message.Message):
    __slots__ = ("reference_number", "matched", "candidates")
    REFERENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    MATCHED_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    reference_number: str
    matched: bool
    candidates: _containers.RepeatedCompositeFieldContainer[FingerCandidate]
    def __init__(self, reference_number: _Optional[str] = ..., matched: _Optional[bool] = ..., candidates: _Optional[_Iterable[_Union[FingerCandidate, _Mapping]]] = ...) -> None: ...

class DactyloscopicAnswer(_message.Message):
    __slots__ = ("header", "results", "provenance")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    header: _answers_pb2.AnswerHeader
    results: _containers.RepeatedCompositeFieldContainer[FingerResult]
    provenance: _answers_pb2.Provenance
    def __init__(self, header: _Optional[_Union[_answers_pb2.AnswerHeader, _Mapping]] = ..., results: _Optional[_Iterable[_Union[FingerResult, _Mapping]]] = ..., provenance: _Optional[_Union[_answers_pb2.Provenance, _Mapping]] = ...) -> None: ...

class DactyloscopicServiceSearchRequest(_message.Message):
    __slots__ = ("search",)
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    search: DactyloscopicSearch
    def __init__(self, search: _Optional[_Union[DactyloscopicSearch, _Mapping]] = ...) -> None: ...

class DactyloscopicServiceSearchResponse(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: DactyloscopicAnswer
    def __init__(self, answer: _Optional[_Union[DactyloscopicAnswer, _Mapping]] = ...) -> None: ...

class DactyloscopicServiceSubmitSearchRequest(_message.Message):
    __slots__ = ("search",)
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    search: DactyloscopicSearch
    def __init__(self, search: _Optional[_Union[DactyloscopicSearch, _Mapping]] = ...) -> None: ...

class DactyloscopicServiceSubmitSearchResponse(_message.Message):
    __slots__ = ("accepted",)
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    accepted: _answers_pb2.AcceptedRequest
    def __init__(self, accepted: _Optional[_Union[_answers_pb2.AcceptedRequest, _Mapping]] = ...) -> None: ...

class DactyloscopicServiceGetAnswerRequest(_message.Message):
    __slots__ = ("request_number",)
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    request_number: str
    def __init__(self, request_number: _Optional[str] = ...) -> None: ...

class DactyloscopicServiceGetAnswerResponse(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: DactyloscopicAnswer
    def __init__(self, answer: _Optional[_Union[DactyloscopicAnswer, _Mapping]] = ...) -> None: ...

class DactyloscopicServiceWatchAnswersRequest(_message.Message):
    __slots__ = ("after",)
    AFTER_FIELD_NUMBER: _ClassVar[int]
    after: int
    def __init__(self, after: _Optional[int] = ...) -> None: ...

class DactyloscopicServiceWatchAnswersResponse(_message.Message):
    __slots__ = ("answer", "cursor", "request_number", "state", "failure_reason", "failure_message")
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    REQUEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    FAILURE_REASON_FIELD_NUMBER: _ClassVar[int]
    FAILURE_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    answer: DactyloscopicAnswer
    cursor: int
    request_number: str
    state: _codes_pb2.RequestState
    failure_reason: str
    failure_message: str
    def __init__(self, answer: _Optional[_Union[DactyloscopicAnswer, _Mapping]] = ..., cursor: _Optional[int] = ..., request_number: _Optional[str] = ..., state: _Optional[_Union[_codes_pb2.RequestState, str]] = ..., failure_reason: _Optional[str] = ..., failure_message: _Optional[str] = ...) -> None: ...

class DactyloscopicServiceCheckQualityRequest(_message.Message):
    __slots__ = ("record", "search_type")
    RECORD_FIELD_NUMBER: _ClassVar[int]
    SEARCH_TYPE_FIELD_NUMBER: _ClassVar[int]
    record: bytes
    search_type: _codes_pb2.SearchType
    def __init__(self, record: _Optional[bytes] = ..., search_type: _Optional[_Union[_codes_pb2.SearchType, str]] = ...) -> None: ...

class DactyloscopicServiceCheckQualityResponse(_message.Message):
    __slots__ = ("standard", "minutiae_count", "warnings", "quality")
    STANDARD_FIELD_NUMBER: _ClassVar[int]
    MINUTIAE_COUNT_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    standard: str
    minutiae_count: int
    warnings: _containers.RepeatedScalarFieldContainer[str]
    quality: int
    def __init__(self, standard: _Optional[str] = ..., minutiae_count: _Optional[int] = ..., warnings: _Optional[_Iterable[str]] = ..., quality: _Optional[int] = ...) -> None: ...
