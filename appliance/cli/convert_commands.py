"""``appliance convert``: records of minutiae from one format to another, without a service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Annotated

import typer

from appliance.cli import print_files
from appliance.cli.exit_codes import ExitCode
from appliance.cli.output import console, print_json, progress_bar
from appliance.codecs.finger_writer import FingerFormat, encode_views
from appliance.domain.errors import ApplianceError
from appliance.domain.finger import FingerTemplate

SUFFIX_OF_FILES = ".an2"
SUFFIX_OF_RECORDS = ".fmr"
ANSI_NIST_FORMATS = (FingerFormat.ANSI_NIST, FingerFormat.ANSI_NIST_STANDARD)


@dataclass(slots=True)
class Conversion:
    """What became of one file; ``written`` are the files made of it."""

    source: str
    standard: str = ""
    views: int = 0
    minutiae: int = 0
    written: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    reason: str = ""
    message: str = ""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(convert)


def convert(
    sources: Annotated[list[Path], typer.Argument(help="Files of prints, or folders of them.")],
    to: Annotated[FingerFormat, typer.Option("--to", help="The format to write.")],
    out: Annotated[Path, typer.Option(help="Folder for the new files; made if it is not there.")],
    split: Annotated[
        bool, typer.Option("--split", help="A file for each view: NAME-VIEW, counted from 1.")
    ] = False,
    impression: Annotated[
        int | None,
        typer.Option(min=0, max=43, help="Impression type to write in place of the one read."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that are there.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Convert records of minutiae; each file stands for itself and is reported."""
    files = print_files.found(sources)
    out.mkdir(parents=True, exist_ok=True)
    told = []
    with progress_bar("converting", len(files)) as bar:
        for path in files:
            done = Conversion(path.name)
            try:
                file = print_files.read(path)
                done.standard = file.views[0].standard
                done.views, done.warnings = len(file.views), [*file.warnings, *_lost(file.views)]
                done.minutiae = sum(len(view.minutiae) for view in file.views)
                done.written = _write(path, file.views, to, out, split, impression, overwrite)
            except (ApplianceError, OSError) as error:
                done.reason = error.reason if isinstance(error, ApplianceError) else "FILE"
                done.message = str(error)
            told.append(done)
            bar.advance()
    _tell(told, as_json)
    if any(done.reason for done in told):
        raise typer.Exit(ExitCode.UNUSABLE_INPUT)


def _lost(views: tuple[FingerTemplate, ...]) -> Iterator[str]:
    extended = sum(view.extended_bytes for view in views)
    if extended:
        yield f"{extended} bytes of extended data, such as ridge counts, are not carried over"


def _write(
    path: Path,
    views: tuple[FingerTemplate, ...],
    to: FingerFormat,
    out: Path,
    split: bool,
    impression: int | None,
    overwrite: bool,
) -> list[str]:
    """Write the views and return the names of the files; nothing is written if one is refused."""
    if impression is not None:
        views = tuple(replace(view, impression=impression) for view in views)
    suffix = SUFFIX_OF_FILES if to in ANSI_NIST_FORMATS else SUFFIX_OF_RECORDS
    if split:
        made = {
            f"{path.stem}-{number}{suffix}": encode_views((view,), to)
            for number, view in enumerate(views, 1)
        }
    else:
        made = {f"{path.stem}{suffix}": encode_views(views, to)}
    for name in made:
        if not overwrite and (out / name).exists():
            raise FileExistsError(f"{out / name} is there; --overwrite replaces it")
    for name, record in made.items():
        (out / name).write_bytes(record)
    return list(made)


def _tell(told: list[Conversion], as_json: bool) -> None:
    refused = [done for done in told if done.reason]
    if as_json:
        counts = {"converted": len(told) - len(refused), "refused": len(refused)}
        print_json({**counts, "files": [asdict(done) for done in told]})
        return
    console.print(f"{len(told) - len(refused)} converted, {len(refused)} refused")
    for done in told:
        if done.reason:
            console.print(f"  {done.source}: {done.reason}: {done.message}")
        for warning in done.warnings:
            console.print(f"  {done.source}: {warning}")
