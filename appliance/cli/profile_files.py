"""Files of DNA profiles, whatever their format: one row after another, and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from io import BufferedReader
from typing import Annotated

import typer

from appliance.client import Reading as ClientReading
from appliance.codecs.codis_cmf import CmfFile, CmfSpecimen, is_cmf
from appliance.codecs.dna_csv import CsvRow, read
from appliance.codecs.pruem_profiles import PruemFile, PruemProfile, is_pruem
from appliance.domain.dna import USUAL_READING, DnaProfile, DoubleWildcard, Reading, SingleAllele

_HEAD_BYTES = 1_024
Values = list[tuple[str, tuple[str, ...]]]
Row = CsvRow | CmfSpecimen
ComparedRow = Row | PruemProfile


class ProfileFormat(StrEnum):
    """The formats that profiles come in."""

    AUTO = "auto"
    CSV = "csv"
    CMF = "cmf"
    PRUEM = "pruem"


FormatOption = Annotated[
    ProfileFormat,
    typer.Option(
        "--format",
        help="csv, cmf (CODIS import file), pruem (XML request, for compare alone), or auto.",
    ),
]
SingleAlleleOption = Annotated[
    SingleAllele,
    typer.Option(help="What a single value means: homozygote, or drop_out (traces only)."),
]
DoubleWildcardOption = Annotated[
    DoubleWildcard, typer.Option(help="A locus of two wildcards: absent, or kept for the rule.")
]


@dataclass(slots=True)
class ComparedFile(Iterator[ComparedRow]):
    """The profiles of one open file that are to be compared in mass; iterating as ``ProfileFile``.

    A Prüm XML request is one, and nothing but profiles to compare.
    """

    rows: Iterator[ComparedRow]
    skipped: Counter[tuple[str, str]]

    def __next__(self) -> ComparedRow:
        return next(self.rows)


@dataclass(slots=True)
class ProfileFile(Iterator[Row]):
    """The profiles of one open file.

    Iterating gives a row or raises ProfileMalformed with its line; the next call goes on behind it.
    ``skipped`` counts (category, reason) of what takes no part in the exchange.
    """

    format: ProfileFormat
    rows: Iterator[Row]
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __next__(self) -> Row:
        return next(self.rows)


def open_profiles(
    stream: BufferedReader,
    format_: ProfileFormat = ProfileFormat.AUTO,
    *,
    id_column: str | None = None,
    reading: Reading = USUAL_READING,
) -> ProfileFile:
    """Return the profiles of a file; raises the codec's named errors for its header."""
    format_ = _format_of(stream, format_)
    if format_ is ProfileFormat.PRUEM:
        raise ValueError("a Prüm XML request holds profiles to compare: appliance compare start")
    if format_ is ProfileFormat.CMF:
        if id_column is not None:
            raise ValueError("--id-column is for CSV files; a CMF file has its SPECIMENID")
        file = CmfFile(stream, reading)
        return ProfileFile(format_, file, file.skipped)
    return ProfileFile(format_, read(stream, id_column, reading=reading))


def open_compared(
    stream: BufferedReader,
    format_: ProfileFormat = ProfileFormat.AUTO,
    *,
    id_column: str | None = None,
    reading: Reading = USUAL_READING,
) -> ComparedFile:
    """Return the profiles of a file to compare in mass; a Prüm XML request is taken too."""
    if _format_of(stream, format_) is ProfileFormat.PRUEM:
        if id_column is not None or reading != USUAL_READING:
            raise ValueError("a Prüm XML request is read as its structure says, without options")
        return ComparedFile(PruemFile(stream), Counter())
    file = open_profiles(stream, format_, id_column=id_column, reading=reading)
    return ComparedFile(file, file.skipped)


def _format_of(stream: BufferedReader, format_: ProfileFormat) -> ProfileFormat:
    if format_ is not ProfileFormat.AUTO:
        return format_
    head = stream.peek(_HEAD_BYTES)[:_HEAD_BYTES]
    if is_pruem(head):
        return ProfileFormat.PRUEM
    return ProfileFormat.CMF if is_cmf(head) else ProfileFormat.CSV


def received_values(profile: DnaProfile) -> Values:
    """Return the values of a profile as they came, for the client."""
    return [(locus, tuple(alleles)) for locus, *alleles in profile.received]


def client_reading(reading: Reading) -> ClientReading:
    """Return a reading as the client library takes it."""
    return ClientReading(reading.single_allele.value, reading.double_wildcard.value)
