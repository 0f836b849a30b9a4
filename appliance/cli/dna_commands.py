"""``appliance dna``: work with DNA profile files, without a service."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from appliance.cli import population_options, rule_options
from appliance.cli.output import console, print_json

app = typer.Typer(help="DNA profile files.", no_args_is_help=True)

PROFILES_MAX = 10**10
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
IdColumn = Annotated[
    str | None, typer.Option(help="Column with the reference number; the first by default.")
]


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
    id_column: IdColumn = None,
    rule: rule_options.RuleName = None,
    pack: rule_options.PackPath = None,
) -> None:
    """Compare every profile of A with every profile of B by the exact rule."""
    from appliance.cli import dna_compare  # the kernels would slow every other command's start

    chosen = rule_options.chosen(rule, pack)
    summary = dna_compare.run(
        a, b, id_column=id_column, every_pair=every_pair, json_path=json_path, profile=chosen
    )
    console.print(
        f"{summary['compared']} comparisons by {chosen.label}, {summary['matches']} matches; "
        f"by quality class: {summary['classes']}"
    )


@app.command()
def worth(
    profiles: Annotated[Path, typer.Argument(help="CSV file, columns LOCUS_1, LOCUS_2.")],
    frequencies: population_options.RequiredFrequencies,
    population: population_options.RequiredPopulation,
    source: population_options.Source = "",
    file_size: Annotated[
        int, typer.Option(min=1, max=PROFILES_MAX, help="Profiles in the searched file.")
    ] = 1_000_000,
    theta: population_options.Theta = 0.01,
    minimum_frequency: population_options.MinimumFrequency = 0.0,
    id_column: IdColumn = None,
    as_json: AsJson = False,
) -> None:
    """Say how rare each profile is, and how many false matches a file of a size gives it."""
    from appliance.cli import dna_worth

    chosen = dna_worth.weigher(frequencies, population, source, theta, minimum_frequency)
    rows = dna_worth.profile_worths(profiles, id_column, chosen, file_size)
    if as_json:
        print_json(rows)
    else:
        console.print(dna_worth.worths_table(rows, chosen, file_size))


@app.command()
def expected(
    frequencies: population_options.RequiredFrequencies,
    population: population_options.RequiredPopulation,
    stains: Annotated[int, typer.Option(min=1, max=PROFILES_MAX, help="Profiles compared.")],
    persons: Annotated[int, typer.Option(min=1, max=PROFILES_MAX, help="Compared with so many.")],
    source: population_options.Source = "",
    theta: population_options.Theta = 0.0,
    as_json: AsJson = False,
) -> None:
    """Say how many false matches chance gives when whole files are compared (Art. 4)."""
    from appliance.cli import dna_worth

    name, rows = dna_worth.expected_rows(frequencies, population, source, stains, persons, theta)
    if as_json:
        print_json([asdict(row) for row in rows])
    else:
        title = f"{stains:,} profiles with {persons:,}; {name}, common ancestry {theta:g}"
        console.print(dna_worth.expected_table(title, rows))
