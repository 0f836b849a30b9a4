"""``appliance record authority``: what data protection authorities asked for (Art. 17(3))."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from appliance.cli import connection
from appliance.cli.output import console, print_json, progress_bar
from appliance.cli.supervision_commands import Day, as_dict
from appliance.client.supervision_values import RecordFilter
from appliance.domain.errors import ConfigurationInvalid
from appliance.domain.record import RecordLeaf
from appliance.v1.authority_pb2 import AuthorityRequest

app = typer.Typer(help="Requests of data protection authorities.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(min=1, help="The number of the request.")]


@app.command("open")
def open_request(
    name: connection.As,
    authority: Annotated[str, typer.Option(help="Who asks.")],
    reference: Annotated[str, typer.Option(help="The reference of the request.")],
    received: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day of its receipt; today if not given."),
    ] = None,
    since: Day = None,
    until: Day = None,
    act: Annotated[str, typer.Option(help="Only this act.")] = "",
    party: Annotated[str, typer.Option(help="Only acts of this Party.")] = "",
    request: Annotated[str, typer.Option(help="Only this request of that Party.")] = "",
    collection: Annotated[str, typer.Option(help="Only of an item of this collection.")] = "",
    number: Annotated[str, typer.Option(help="Only of the item of this reference number.")] = "",
    officer: Annotated[str, typer.Option(help="Only searches of, or ordered by, them.")] = "",
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Keep a request: it is due in four weeks. The same request again is kept once."""
    terms = RecordFilter(
        since=since.date() if since else None,
        until=until.date() if until else None,
        act=act,
        party=party,
        request_number=request,
        collection=collection,
        reference_number=number,
        officer=officer,
    )
    day = (received or datetime.now(UTC)).date()
    with connection.connect(home, name, target) as client:
        kept = client.supervision.open_request(authority, reference, day, terms)
    _tell(kept, as_json)


@app.command("list")
def list_requests(
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """List requests and how they stand: open, due_soon, overdue or delivered."""
    with connection.connect(home, name, target) as client:
        kept = client.supervision.authority_requests()
    if as_json:
        print_json([as_dict(each) for each in kept])
        return
    table = Table("No.", "Authority", "Reference", "Received", "Due (UTC)", "State")
    for each in kept:
        due = f"{each.due_at.ToDatetime():%Y-%m-%d %H:%M}"
        row = (each.authority, each.reference, each.requested_on, due, each.state)
        table.add_row(str(each.number), *row)
    console.print(table)


@app.command("export")
def export_for(
    number: Number,
    to: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    heads_to: Annotated[Path, typer.Argument(help="The file for the newest signed head.")],
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
) -> None:
    """Write what a request asks for: every hash of the record, the contents that were asked for.

    `appliance record verify --export` checks it with the public key alone.
    """
    from appliance.audit import export, heads

    with connection.connect(home, name, target) as client:
        newest = client.audit.head()
        if newest is None:
            raise ConfigurationInvalid("no head of the record is signed yet")
        try:
            with to.open("xb") as file, heads_to.open("x", encoding="utf-8") as heads_file:
                heads_file.write(newest.line + "\n")
                file.write(export.header(heads.parse(newest.line).store))
                with progress_bar("exporting", newest.size) as bar:
                    for each in client.supervision.export(number, newest.size):
                        content = each.leaf.leaf or (b"withheld" if each.withheld else None)
                        leaf = RecordLeaf(each.leaf.sequence, each.leaf.leaf_hash, content)
                        file.write(export.line(leaf, withheld=each.withheld))
                        bar.advance()
        except OSError as error:
            raise ConfigurationInvalid(f"{error.filename}: {error.strerror}") from error


@app.command()
def delivered(
    number: Number,
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """State that the authority has the export; it is recorded."""
    with connection.connect(home, name, target) as client:
        _tell(client.supervision.mark_delivered(number), as_json)


def _tell(kept: AuthorityRequest, as_json: bool) -> None:
    if as_json:
        print_json(as_dict(kept))
        return
    due = f"{kept.due_at.ToDatetime():%Y-%m-%d %H:%M} UTC"
    console.print(f"request {kept.number} of {kept.authority} is {kept.state}, due {due}")
