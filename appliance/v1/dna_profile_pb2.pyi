from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SingleAllele(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SINGLE_ALLELE_UNSPECIFIED: _ClassVar[SingleAllele]
    SINGLE_ALLELE_HOMOZYGOTE: _ClassVar[SingleAllele]
    SINGLE_ALLELE_DROP_OUT: _ClassVar[SingleAllele]

class DoubleWildcard(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DOUBLE_WILDCARD_UNSPECIFIED: _ClassVar[DoubleWildcard]
    DOUBLE_WILDCARD_ABSENT: _ClassVar[DoubleWildcard]
    DOUBLE_WILDCARD_KEPT: _ClassVar[DoubleWildcard]
SINGLE_ALLELE_UNSPECIFIED: SingleAllele
SINGLE_ALLELE_HOMOZYGOTE: SingleAllele
SINGLE_ALLELE_DROP_OUT: SingleAllele
DOUBLE_WILDCARD_UNSPECIFIED: DoubleWildcard
DOUBLE_WILDCARD_ABSENT: DoubleWildcard
DOUBLE_WILDCARD_KEPT: DoubleWildcard

class Locus(_message.Message):
    __slots__ = ("name", "values")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    name: str
    values: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., values: _Optional[_Iterable[str]] = ...) -> None: ...

class DnaProfile(_message.Message):
    __slots__ = ("loci", "single_allele", "double_wildcard")
    LOCI_FIELD_NUMBER: _ClassVar[int]
    SINGLE_ALLELE_FIELD_NUMBER: _ClassVar[int]
    DOUBLE_WILDCARD_FIELD_NUMBER: _ClassVar[int]
    loci: _containers.RepeatedCompositeFieldContainer[Locus]
    single_allele: SingleAllele
    double_wildcard: DoubleWildcard
    def __init__(self, loci: _Optional[_Iterable[_Union[Locus, _Mapping]]] = ..., single_allele: _Optional[_Union[SingleAllele, str]] = ..., double_wildcard: _Optional[_Union[DoubleWildcard, str]] = ...) -> None: ...
