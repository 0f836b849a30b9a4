"""``appliance clock``: vouch for the clock of the machine after it had to be set."""

from __future__ import annotations

from typing import Annotated

import typer

from appliance.cli import connection
from appliance.cli.output import console, print_json

app = typer.Typer(help="The clock of the machine.", no_args_is_help=True)


@app.callback()
def _root() -> None:
    """Keep the command a group, so that its one word is said."""


@app.command()
def accept(
    name: connection.As,
    reason: Annotated[str, typer.Option(help="Why the clock is right now; goes on record.")],
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Take the clock as it stands for right: searches refused with CLOCK_SKEWED are taken again."""
    with connection.connect(home, name, target) as client:
        client.clock.accept(reason)
    if as_json:
        print_json({"accepted": True, "reason": reason})
    else:
        console.print("The clock is taken for right, on record with the reason.")
