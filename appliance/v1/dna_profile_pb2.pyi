from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Locus(_message.Message):
    __slots__ = ("name", "values")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    name: str
    values: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., values: _Optional[_Iterable[str]] = ...) -> None: ...

class DnaProfile(_message.Message):
    __slots__ = ("loci",)
    LOCI_FIELD_NUMBER: _ClassVar[int]
    loci: _containers.RepeatedCompositeFieldContainer[Locus]
    def __init__(self, loci: _Optional[_Iterable[_Union[Locus, _Mapping]]] = ...) -> None: ...
