"""``appliance record sample``: random checks of the lawfulness of supplies (Art. 17(5), (6))."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from appliance.cli import connection
from appliance.cli.output import console, print_json
from appliance.cli.supervision_commands import Day, as_dict
from appliance.v1.random_check_pb2 import Sample

app = typer.Typer(help="Random checks of the record.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(min=1, help="The number of the sample.")]


@app.command()
def draw(
    name: connection.As,
    seed: Annotated[str, typer.Option(help="A text; the same one draws the same entries.")],
    size: Annotated[int, typer.Option(min=1, help="How many entries.")] = 20,
    since: Day = None,
    until: Day = None,
    tree_size: Annotated[
        int, typer.Option(min=0, help="The record as it was with so many entries.")
    ] = 0,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Draw entries at random; whoever knows the seed can draw them again."""
    days = (since.date() if since else None, until.date() if until else None)
    with connection.connect(home, name, target) as client:
        drawn = client.supervision.draw_sample(seed, size, *days, tree_size)
    _tell(drawn, as_json)


@app.command()
def show(
    number: Number,
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Show a sample and what checking its entries has shown."""
    with connection.connect(home, name, target) as client:
        _tell(client.supervision.sample(number), as_json)


@app.command("list")
def list_samples(
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """List the samples that are kept still."""
    with connection.connect(home, name, target) as client:
        kept = client.supervision.samples()
    if as_json:
        print_json([as_dict(each) for each in kept])
        return
    table = Table("No.", "Seed", "Entries", "From", "To", "Drawn (UTC)", "Checked")
    for each in kept:
        counts = (str(len(each.sequences)), str(each.first), str(each.last))
        drawn_at = f"{each.drawn_at.ToDatetime():%Y-%m-%d %H:%M}"
        table.add_row(str(each.number), each.seed, *counts, drawn_at, str(len(each.results)))
    console.print(table)


@app.command()
def result(
    number: Number,
    entry: Annotated[int, typer.Argument(min=1, help="The entry, one of the sample.")],
    admissible: Annotated[bool, typer.Option("--admissible/--inadmissible", help="The finding.")],
    name: connection.As,
    remark: Annotated[str, typer.Option(help="Why; required for an inadmissible one.")] = "",
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Keep what checking an entry has shown; it is deleted after 18 months."""
    with connection.connect(home, name, target) as client:
        kept = client.supervision.record_result(number, entry, admissible, remark)
    if as_json:
        print_json(as_dict(kept))
    else:
        console.print(f"entry {entry} of sample {number}: {_finding(kept.admissible)}")


def _tell(sample: Sample, as_json: bool) -> None:
    if as_json:
        print_json(as_dict(sample))
        return
    console.print(
        f"sample {sample.number}: {len(sample.sequences)} of entries {sample.first} to"
        f" {sample.last}, seed {sample.seed!r}"
    )
    results = {each.sequence: each for each in sample.results}
    table = Table("Entry", "Finding", "Remark")
    for sequence in sample.sequences:
        found = results.get(sequence)
        finding = _finding(found.admissible) if found else "not checked"
        table.add_row(str(sequence), finding, found.remark if found else "")
    console.print(table)


def _finding(admissible: bool) -> str:
    return "admissible" if admissible else "inadmissible"
