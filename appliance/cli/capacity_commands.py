"""``appliance capacity``: declare searches a day, and see what is left (IA Art. 10(1))."""

from __future__ import annotations

from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from rich.table import Table

from appliance.cli import connection
from appliance.cli.output import console, print_json
from appliance.client import Capacity
from appliance.v1 import codes_pb2

app = typer.Typer(help="Declared capacities.", no_args_is_help=True)


def bucket_name(number: int) -> str:
    """Return the bucket's name in the words of the Agreement."""
    name = codes_pb2.Bucket.Name(codes_pb2.Bucket.ValueType(number))
    return name.removeprefix("BUCKET_").lower().replace("_", " ")


@app.command()
def declare(
    party: Annotated[str, typer.Argument(help="The Party that may search.")],
    bucket: Annotated[str, typer.Argument(help="identified or not_yet_identified.")],
    searches_per_day: Annotated[int, typer.Argument(min=0)],
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Declare how many searches a day a Party may make, from now on."""
    with connection.connect(home, name, target) as client:
        client.declare([Capacity(party, bucket, searches_per_day)])
    said = {"party": party, "bucket": bucket, "searches_per_day": searches_per_day}
    if as_json:
        print_json(said)
    else:
        console.print(f"{party} may make {searches_per_day} searches a day ({bucket}).")


@app.command()
def today(
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Show what is used of today's capacities; a contact point sees its own Party's."""
    with connection.connect(home, name, target) as client:
        uses = client.use_today()
    if as_json:
        print_json([MessageToDict(use, preserving_proto_field_name=True) for use in uses])
        return
    table = Table("Party", "Probes of persons", "Capacity", "Used", "Opens again (UTC)")
    for use in uses:
        opens = use.opens_at.ToDatetime().strftime("%Y-%m-%d %H:%M")
        row = (use.party, bucket_name(use.bucket), str(use.capacity), str(use.used), opens)
        table.add_row(*row)
    console.print(table)
