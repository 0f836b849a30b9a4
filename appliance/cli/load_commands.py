"""``appliance load``: bring reference data in, each item acknowledged when it is durable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from appliance.cli import connection
from appliance.cli.exit_codes import ExitCode
from appliance.cli.impressions import SUFFIXES
from appliance.cli.output import console, print_json, progress_bar
from appliance.client import Client, LoadItem, LoadResult
from appliance.codecs.dna_csv import DnaCsv, read
from appliance.domain.errors import ProfileMalformed

app = typer.Typer(help="Load reference data.", no_args_is_help=True)

REFUSALS_SHOWN_MAX = 20
LOAD_TIMEOUT_S = 24 * 3600.0


def finger_files(paths: Iterable[Path]) -> list[Path]:
    """Return the template files among ``paths``, folders read one level deep, in name order."""
    found: list[Path] = []
    for path in paths:
        inside = path.iterdir() if path.is_dir() else [path]
        found += sorted(each for each in inside if each.suffix in SUFFIXES)
    return found


@dataclass(slots=True)
class LoadReport:
    """What became of a load; only refused items are kept, for there may be millions of others."""

    accepted: int = 0
    refused: list[LoadResult] = field(default_factory=list)


def load_items(
    client: Client, items: Iterable[LoadItem], total: int | None, report: LoadReport | None = None
) -> LoadReport:
    """Load with a progress bar and count the results, in ``report`` where one is given."""
    report = report or LoadReport()
    with progress_bar("loading", total) as bar:
        for result in client.load(items):
            if result.accepted:
                report.accepted += 1
            else:
                report.refused.append(result)
            bar.advance()
    return report


def _tell(report: LoadReport, as_json: bool) -> None:
    refused = report.refused
    if as_json:
        print_json(
            {
                "accepted": report.accepted,
                "refused": len(refused),
                "reasons": dict(Counter(each.reason for each in refused)),
                "refusals": [
                    {
                        "reference_number": each.reference_number,
                        "reason": each.reason,
                        "message": each.message,
                        "offset": each.offset,
                    }
                    for each in refused
                ],
            }
        )
    else:
        console.print(f"{report.accepted} loaded, {len(refused)} refused")
        for each in refused[:REFUSALS_SHOWN_MAX]:
            console.print(f"  {each.reference_number}: {each.reason}: {each.message}")
    if refused:
        raise typer.Exit(ExitCode.UNUSABLE_INPUT)


@app.command()
def finger(
    paths: Annotated[list[Path], typer.Argument(help="Template files or folders of them.")],
    name: connection.As,
    collection: Annotated[str, typer.Option(help="TP, UL, PP or ULP.")] = "TP",
    prefix: Annotated[str, typer.Option(help="Put before each file's name.")] = "",
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Load finger minutiae records; the file's name becomes the reference number."""
    files = finger_files(paths)

    def items() -> Iterator[LoadItem]:
        for path in files:
            yield LoadItem(collection, prefix + path.stem, path.read_bytes())

    with connection.connect(home, name, target, LOAD_TIMEOUT_S) as client:
        report = load_items(client, items(), len(files))
    _tell(report, as_json)


@app.command()
def dna(
    path: Annotated[Path, typer.Argument(help="CSV file, columns LOCUS_1, LOCUS_2.")],
    name: connection.As,
    collection: Annotated[
        str, typer.Option(help="DNA_REFERENCE or DNA_UNIDENTIFIED.")
    ] = "DNA_REFERENCE",
    id_column: Annotated[
        str | None, typer.Option(help="Column with the reference number; the first by default.")
    ] = None,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Load DNA profiles from a CSV file."""
    report = LoadReport()
    with (
        path.open("rb") as stream,
        connection.connect(home, name, target, LOAD_TIMEOUT_S) as client,
    ):
        rows = read(stream, id_column)
        load_items(client, _dna_items(rows, collection, report), None, report)
    _tell(report, as_json)


def _dna_items(rows: DnaCsv, collection: str, report: LoadReport) -> Iterator[LoadItem]:
    """Yield the rows of a table; one that cannot be used is reported and the next one taken."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except ProfileMalformed as error:
            report.refused.append(
                LoadResult(collection, f"line {error.line}", False, error.reason, error.message)
            )
            continue
        values = [(locus, tuple(alleles)) for locus, *alleles in row.profile.received]
        yield LoadItem(collection, row.reference_number, values)
