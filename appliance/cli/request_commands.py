"""``appliance request``: how a contact point's requests stand, and their end (IA Art. 10, 11)."""

from __future__ import annotations

from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from rich.table import Table

from appliance.cli import connection
from appliance.cli.output import console, print_json
from appliance.v1 import codes_pb2

app = typer.Typer(help="A contact point's own requests.", no_args_is_help=True)

REQUESTS_SHOWN_MAX = 1_000


@app.command()
def cancel(
    request_number: Annotated[str, typer.Argument(help="Number of the request.")],
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Cancel a request before it is searched: its capacity is free again."""
    with connection.connect(home, name, target) as client:
        client.requests.cancel(request_number)
    if as_json:
        print_json({"request_number": request_number, "cancelled": True})
    else:
        console.print(f"request {request_number} will not be searched")


@app.command("list")
def list_requests(
    name: connection.As,
    before: Annotated[int, typer.Option(min=0, help="Only below this place of receipt.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=REQUESTS_SHOWN_MAX)] = 100,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """List requests, newest first, and how far each has come."""
    with connection.connect(home, name, target) as client:
        found = client.requests.page(before, limit)
    if as_json:
        print_json([MessageToDict(each, preserving_proto_field_name=True) for each in found])
        return
    table = Table("Place", "Request", "Type", "Probes", "State", "Received (UTC)", "Failure")
    for each in found:
        table.add_row(
            str(each.sequence),
            each.request_number,
            codes_pb2.SearchType.Name(each.search_type).removeprefix("SEARCH_TYPE_"),
            str(each.probes),
            codes_pb2.RequestState.Name(each.state).removeprefix("REQUEST_STATE_").lower(),
            each.received_at.ToDatetime().strftime("%Y-%m-%d %H:%M:%S"),
            each.failure_reason,
        )
    console.print(table)
