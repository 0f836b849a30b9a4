"""``appliance dna``: work with DNA profile files, without a service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from appliance.cli.output import console

app = typer.Typer(help="DNA profile files.", no_args_is_help=True)


@app.callback()
def _dna() -> None:
    """Hold the group open for its commands."""


@app.command()
def compare(
    a: Annotated[Path, typer.Argument(help="CSV file, columns LOCUS_1, LOCUS_2.")],
    b: Annotated[Path, typer.Argument(help="CSV file to compare with.")],
    json_path: Annotated[
        Path | None, typer.Option("--json", help="Write summary and pairs to this file.")
    ] = None,
    every_pair: Annotated[
        bool, typer.Option("--all", help="Write pairs that do not match, too.")
    ] = False,
    id_column: Annotated[
        str | None, typer.Option(help="Column with the reference number; the first by default.")
    ] = None,
) -> None:
    """Compare every profile of A with every profile of B by the exact rule."""
    from appliance.cli import dna_compare  # the kernels would slow every other command's start

    summary = dna_compare.run(a, b, id_column=id_column, every_pair=every_pair, json_path=json_path)
    console.print(
        f"{summary['compared']} comparisons, {summary['matches']} matches; "
        f"by quality class: {summary['classes']}"
    )
