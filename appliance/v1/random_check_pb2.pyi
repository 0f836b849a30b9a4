import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SampleResult(_message.Message):
    __slots__ = ("sequence", "admissible", "remark", "found_at")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    ADMISSIBLE_FIELD_NUMBER: _ClassVar[int]
    REMARK_FIELD_NUMBER: _ClassVar[int]
    FOUND_AT_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    admissible: bool
    remark: str
    found_at: _timestamp_pb2.Timestamp
    def __init__(self, sequence: _Optional[int] = ..., admissible: _Optional[bool] = ..., remark: _Optional[str] = ..., found_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Sample(_message.Message):
    __slots__ = ("number", "seed", "first", "last", "sequences", "drawn_at", "results")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    FIRST_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    SEQUENCES_FIELD_NUMBER: _ClassVar[int]
    DRAWN_AT_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    number: int
    seed: str
    first: int
    last: int
    sequences: _containers.RepeatedScalarFieldContainer[int]
    drawn_at: _timestamp_pb2.Timestamp
    results: _containers.RepeatedCompositeFieldContainer[SampleResult]
    def __init__(self, number: _Optional[int] = ..., seed: _Optional[str] = ..., first: _Optional[int] = ..., last: _Optional[int] = ..., sequences: _Optional[_Iterable[int]] = ..., drawn_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., results: _Optional[_Iterable[_Union[SampleResult, _Mapping]]] = ...) -> None: ...

class DrawSampleRequest(_message.Message):
    __slots__ = ("seed", "size", "since", "until", "tree_size")
    SEED_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    TREE_SIZE_FIELD_NUMBER: _ClassVar[int]
    seed: str
    size: int
    since: str
    until: str
    tree_size: int
    def __init__(self, seed: _Optional[str] = ..., size: _Optional[int] = ..., since: _Optional[str] = ..., until: _Optional[str] = ..., tree_size: _Optional[int] = ...) -> None: ...

class DrawSampleResponse(_message.Message):
    __slots__ = ("sample",)
    SAMPLE_FIELD_NUMBER: _ClassVar[int]
    sample: Sample
    def __init__(self, sample: _Optional[_Union[Sample, _Mapping]] = ...) -> None: ...

class GetSampleRequest(_message.Message):
    __slots__ = ("number",)
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    number: int
    def __init__(self, number: _Optional[int] = ...) -> None: ...

class GetSampleResponse(_message.Message):
    __slots__ = ("sample",)
    SAMPLE_FIELD_NUMBER: _ClassVar[int]
    sample: Sample
    def __init__(self, sample: _Optional[_Union[Sample, _Mapping]] = ...) -> None: ...

class ListSamplesRequest(_message.Message):
    __slots__ = ("after", "samples_max")
    AFTER_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_MAX_FIELD_NUMBER: _ClassVar[int]
    after: int
    samples_max: int
    def __init__(self, after: _Optional[int] = ..., samples_max: _Optional[int] = ...) -> None: ...

class ListSamplesResponse(_message.Message):
    __slots__ = ("samples",)
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    samples: _containers.RepeatedCompositeFieldContainer[Sample]
    def __init__(self, samples: _Optional[_Iterable[_Union[Sample, _Mapping]]] = ...) -> None: ...

class RecordSampleResultRequest(_message.Message):
    __slots__ = ("number", "sequence", "admissible", "remark")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    ADMISSIBLE_FIELD_NUMBER: _ClassVar[int]
    REMARK_FIELD_NUMBER: _ClassVar[int]
    number: int
    sequence: int
    admissible: bool
    remark: str
    def __init__(self, number: _Optional[int] = ..., sequence: _Optional[int] = ..., admissible: _Optional[bool] = ..., remark: _Optional[str] = ...) -> None: ...

class RecordSampleResultResponse(_message.Message):
    __slots__ = ("result",)
    RESULT_FIELD_NUMBER: _ClassVar[int]
    result: SampleResult
    def __init__(self, result: _Optional[_Union[SampleResult, _Mapping]] = ...) -> None: ...
