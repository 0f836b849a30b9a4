"""``appliance outage``: state times without searches for reasons of vis major (IA Art. 11(2))."""

from __future__ import annotations

from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from rich.table import Table

from appliance.cli import connection
from appliance.cli.output import console, print_json
from appliance.v1 import outages_pb2

app = typer.Typer(help="Times without searches for reasons of vis major.", no_args_is_help=True)


@app.command()
def begin(
    name: connection.As,
    reason: Annotated[str, typer.Option("--reason", help="What impedes searches; recorded.")],
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Let searches rest; requests are accepted and wait."""
    with connection.connect(home, name, target) as client:
        outage = client.outages.begin(reason)
    if as_json:
        print_json(MessageToDict(outage, preserving_proto_field_name=True))
    else:
        console.print(f"outage {outage.number} is on record; nothing is searched until its end")


@app.command()
def end(
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Let searches go on, in the order in which requests were received."""
    with connection.connect(home, name, target) as client:
        outage = client.outages.end()
    if as_json:
        print_json(MessageToDict(outage, preserving_proto_field_name=True))
    else:
        console.print(f"outage {outage.number} is over; what waited is searched now")


@app.command("list")
def list_outages(
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """List outages, newest first."""
    with connection.connect(home, name, target) as client:
        found = client.outages.newest()
    if as_json:
        print_json([MessageToDict(each, preserving_proto_field_name=True) for each in found])
        return
    table = Table("Outage", "Reason", "Began (UTC)", "Ended (UTC)")
    for each in found:
        table.add_row(
            str(each.number), each.reason, _shown(each, "began_at"), _shown(each, "ended_at")
        )
    console.print(table)


def _shown(outage: outages_pb2.Outage, field: str) -> str:
    if not outage.HasField(field):
        return "lasts"
    return str(getattr(outage, field).ToDatetime().strftime("%Y-%m-%d %H:%M:%S"))
