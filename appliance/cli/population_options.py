"""The options by which a command is given a population: a table, and what to take from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_TABLE_HELP = "CSV file: source, population, n_individuals, locus, allele, frequency."

Frequencies = Annotated[Path | None, typer.Option(help=_TABLE_HELP)]
RequiredFrequencies = Annotated[Path, typer.Option("--frequencies", help=_TABLE_HELP)]
Population = Annotated[str, typer.Option(help="The population of the table.")]
RequiredPopulation = Annotated[str, typer.Option("--population", help="One of the table.")]
Source = Annotated[str, typer.Option(help="Its source, where two have a population of this name.")]
Theta = Annotated[float, typer.Option(min=0, max=0.2, help="Common ancestry.")]
MinimumFrequency = Annotated[
    float, typer.Option(min=0, max=0.5, help="Least frequency of an allele; 0: 5/2N.")
]
