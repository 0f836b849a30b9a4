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
from appliance.domain.dna import USUAL_READING, DnaProfile, DoubleWildcard, Reading, SingleAllele

_HEAD_BYTES = 1_024
Values = list[tuple[str, tuple[str, ...]]]


class ProfileFormat(StrEnum):
    """The formats that profiles come in."""

    AUTO = "auto"
    CSV = "csv"
    CMF = "cmf"


FormatOption = Annotated[
    ProfileFormat, typer.Option("--format", help="csv, cmf (CODIS import file), or auto.")
]
SingleAlleleOption = Annotated[
    SingleAllele,
    typer.Option(help="What a single value means: homozygote, or drop_out (traces only)."),
]
DoubleWildcardOption = Annotated[
    DoubleWildcard, typer.Option(help="A locus of two wildcards: absent, or kept for the rule.")
]


@dataclass(slots=True)
class ProfileFile(Iterator[CsvRow | CmfSpecimen]):
    """The profiles of one open file.

    Iterating gives a row or raises ProfileMalformed with its line; the next call goes on behind it.
    ``skipped`` counts (category, reason) of what takes no part in the exchange.
    """

    format: ProfileFormat
    rows: Iterator[CsvRow | CmfSpecimen]
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __next__(self) -> CsvRow | CmfSpecimen:
        return next(self.rows)


def open_profiles(
    stream: BufferedReader,
    format_: ProfileFormat = ProfileFormat.AUTO,
    *,
    id_column: str | None = None,
    reading: Reading = USUAL_READING,
) -> ProfileFile:
    """Return the profiles of a file; raises the codec's named errors for its header."""
    if format_ is ProfileFormat.AUTO:
        head = stream.peek(_HEAD_BYTES)[:_HEAD_BYTES]
        format_ = ProfileFormat.CMF if is_cmf(head) else ProfileFormat.CSV
    if format_ is ProfileFormat.CMF:
        if id_column is not None:
            raise ValueError("--id-column is for CSV files; a CMF file has its SPECIMENID")
        file = CmfFile(stream, reading)
        return ProfileFile(format_, file, file.skipped)
    return ProfileFile(format_, read(stream, id_column, reading=reading))


def received_values(profile: DnaProfile) -> Values:
    """Return the values of a profile as they came, for the client."""
    return [(locus, tuple(alleles)) for locus, *alleles in profile.received]


def client_reading(reading: Reading) -> ClientReading:
    """Return a reading as the client library takes it."""
    return ClientReading(reading.single_allele.value, reading.double_wildcard.value)
