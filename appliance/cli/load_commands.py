"""``appliance load``: bring reference data in, each item acknowledged when it is durable."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from appliance.cli import connection, print_files
from appliance.cli.load_report import LoadReport, load_items
from appliance.cli.profile_files import (
    DoubleWildcardOption,
    FormatOption,
    ProfileFile,
    ProfileFormat,
    SingleAlleleOption,
    client_reading,
    open_profiles,
    received_values,
)
from appliance.client import LoadItem, LoadResult
from appliance.codecs.codis_cmf import CmfSpecimen
from appliance.domain.codes import Collection
from appliance.domain.dna import DoubleWildcard, Reading, SingleAllele
from appliance.domain.errors import ApplianceError, ProfileMalformed, TemplateMalformed

app = typer.Typer(help="Load reference data.", no_args_is_help=True)

LOAD_TIMEOUT_S = 24 * 3600.0


@app.command()
def finger(
    paths: Annotated[list[Path], typer.Argument(help="Files of prints, or folders of them.")],
    name: connection.As,
    collection: Annotated[str, typer.Option(help="TP, UL, PP or ULP.")] = "TP",
    prefix: Annotated[str, typer.Option(help="Put before each file's name.")] = "",
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Load records of minutiae; the file's name becomes the reference number.

    The formats are told apart by their content, see ops/PRINT_FILES.md.
    """
    files = print_files.found(paths)
    report = LoadReport()
    items = _finger_items(files, collection, prefix, report)
    with connection.connect(home, name, target, LOAD_TIMEOUT_S) as client:
        load_items(client, items, len(files), report)
    report.tell(as_json)


def _finger_items(
    files: list[Path], collection: str, prefix: str, report: LoadReport
) -> Iterator[LoadItem]:
    """Yield what is sent of each file; one that cannot be read is reported and stays here."""
    for path in files:
        number = prefix + path.stem
        try:
            file = print_files.read(path)
        except ApplianceError as error:
            offset = error.offset if isinstance(error, TemplateMalformed) else None
            refusal = LoadResult(collection, number, False, error.reason, error.message, offset)
            report.refuse(refusal)
            continue
        report.sent(0, file.warnings)
        yield LoadItem(collection, number, file.record)


@app.command()
def dna(
    path: Annotated[Path, typer.Argument(help="CSV (columns LOCUS_1, LOCUS_2) or CMF file.")],
    name: connection.As,
    collection: Annotated[
        str | None,
        typer.Option(
            help="DNA_REFERENCE (the default) or DNA_UNIDENTIFIED; a CMF file says it itself."
        ),
    ] = None,
    id_column: Annotated[
        str | None, typer.Option(help="Column with the reference number; the first by default.")
    ] = None,
    file_format: FormatOption = ProfileFormat.AUTO,
    single_allele: SingleAlleleOption = SingleAllele.HOMOZYGOTE,
    double_wildcard: DoubleWildcardOption = DoubleWildcard.ABSENT,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Load DNA profiles from a CSV file or a CODIS import file (CMF 3.2)."""
    report = LoadReport()
    reading = Reading(single_allele, double_wildcard)
    with path.open("rb") as stream:
        file = open_profiles(stream, file_format, id_column=id_column, reading=reading)
        if file.format is ProfileFormat.CSV:
            collection = collection or Collection.DNA_REFERENCE.value
        elif collection is not None:
            raise ValueError("--collection is for CSV files; a CMF file says the kind of each")
        if collection == Collection.DNA_REFERENCE and single_allele is SingleAllele.DROP_OUT:
            raise ValueError("--single-allele drop_out is for traces, not for DNA_REFERENCE")
        with connection.connect(home, name, target, LOAD_TIMEOUT_S) as client:
            load_items(client, _dna_items(file, collection, report), None, report)
    report.skipped = file.skipped
    report.tell(as_json)


def _dna_items(file: ProfileFile, collection: str | None, report: LoadReport) -> Iterator[LoadItem]:
    """Yield the rows of a file; one that cannot be used is reported and the next one taken."""
    while True:
        try:
            row = next(file)
        except StopIteration:
            return
        except ProfileMalformed as error:
            report.refuse(
                LoadResult(
                    collection or "", f"line {error.line}", False, error.reason, error.message
                )
            )
            continue
        report.sent(row.line, row.profile.warnings)
        own = row.collection.value if isinstance(row, CmfSpecimen) else collection
        yield LoadItem(
            own or "",
            row.reference_number,
            received_values(row.profile),
            client_reading(row.profile.reading),
        )
