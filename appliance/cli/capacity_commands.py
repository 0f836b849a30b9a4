"""``appliance capacity``: declare searches a day, and see what is left (IA Art. 10(1))."""

from __future__ import annotations

from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from rich.table import Table

from appliance.cli import connection
from appliance.cli.output import console, print_json
from appliance.client import Capacity
from appliance.v1 import capacity_pb2, codes_pb2

app = typer.Typer(help="Declared capacities.", no_args_is_help=True)


Outgoing = Annotated[
    bool, typer.Option("--outgoing", help="What the own Party may ask of the other.")
]


def bucket_name(number: int) -> str:
    """Return the bucket's name in the words of the Agreement."""
    name = codes_pb2.Bucket.Name(codes_pb2.Bucket.ValueType(number))
    return name.removeprefix("BUCKET_").lower().replace("_", " ")


def scope_name(use: capacity_pb2.CapacityUse) -> str:
    """Return what a capacity bounds in the words of the Agreement."""
    if use.total:
        return "all of a day"
    if use.search_type:
        kind = codes_pb2.SearchType.Name(use.search_type)
        return kind.removeprefix("SEARCH_TYPE_").replace("_", "/")
    return bucket_name(use.bucket)


@app.command()
def declare(
    party: Annotated[str, typer.Argument(help="The Party that may search.")],
    scope: Annotated[
        str,
        typer.Argument(help="identified, not_yet_identified, a search type (LT/TP), or total."),
    ],
    searches_per_day: Annotated[int, typer.Argument(min=0)],
    name: connection.As,
    outgoing: Outgoing = False,
    time_zone: Annotated[
        str, typer.Option(help="IANA zone of the other Party's days, with --outgoing.")
    ] = "",
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Declare how many searches a day a Party may make, from now on."""
    capacity = Capacity(party, scope, searches_per_day, outgoing=outgoing, time_zone=time_zone)
    with connection.connect(home, name, target) as client:
        client.declare([capacity])
    said = {"party": party, "scope": scope, "searches_per_day": searches_per_day}
    if as_json:
        print_json({**said, "outgoing": outgoing})
    elif outgoing:
        console.print(f"{party} may be asked for {searches_per_day} searches a day ({scope}).")
    else:
        console.print(f"{party} may make {searches_per_day} searches a day ({scope}).")


@app.command("use")
def use_today(
    name: connection.As,
    outgoing: Outgoing = False,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Show what is used of today's capacities; another Party's contact point sees its own."""
    with connection.connect(home, name, target) as client:
        uses = client.outgoing.use_today() if outgoing else client.use_today()
    _show(uses, as_json)


@app.command()
def reserve(
    party: Annotated[str, typer.Argument(help="The Party to be searched.")],
    request_number: Annotated[str, typer.Argument(help="Number of the request; counted once.")],
    search_type: Annotated[str, typer.Argument(help="Such as LT/TP.")],
    searches: Annotated[int, typer.Argument(min=1, help="Its probes.")],
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Count a request to another Party before it is sent; refused, it must not be sent today."""
    with connection.connect(home, name, target) as client:
        uses = client.outgoing.reserve(party, request_number, search_type, searches)
    _show(uses, as_json)


@app.command()
def release(
    party: Annotated[str, typer.Argument(help="The Party that refused the request.")],
    request_number: Annotated[str, typer.Argument(help="Number of the request.")],
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Give back what was counted for a request that the other Party refused."""
    with connection.connect(home, name, target) as client:
        client.outgoing.release(party, request_number)
    if as_json:
        print_json({"party": party, "request_number": request_number, "released": True})
    else:
        console.print(f"request {request_number} to {party} is not counted any more")


def _show(uses: list[capacity_pb2.CapacityUse], as_json: bool) -> None:
    if as_json:
        print_json([MessageToDict(use, preserving_proto_field_name=True) for use in uses])
        return
    table = Table("Party", "Searches", "Capacity", "Used", "Accelerated", "Opens again (UTC)")
    for use in uses:
        opens = use.opens_at.ToDatetime().strftime("%Y-%m-%d %H:%M")
        counts = (str(use.capacity), str(use.used), str(use.accelerated))
        table.add_row(use.party, scope_name(use), *counts, opens)
    console.print(table)
