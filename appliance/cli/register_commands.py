"""``appliance record supply`` and ``authorise``: the register kept by hand (Art. 13, 14, 17(1))."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from appliance.cli import connection
from appliance.cli.output import console, print_json
from appliance.cli.supervision_commands import as_dict
from appliance.client.supervision_values import Authorisation, ManualSupply

On = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today if not given.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to ``appliance record``."""
    app.command()(supply)
    app.command()(authorise)
    app.command()(authorisations)


def supply(
    name: connection.As,
    reason: Annotated[str, typer.Option(help="Why.")],
    data: Annotated[str, typer.Option(help="What, by reference numbers.")],
    supplying: Annotated[str, typer.Option(help="The body that supplied.")],
    receiving: Annotated[str, typer.Option(help="The body that received.")],
    officer: Annotated[str, typer.Option(help="Who did it.")],
    on: On = None,
    origin: Annotated[
        tuple[str, str] | None,
        typer.Option(help="For data passed on: the Party it came from, and the request."),
    ] = None,
    authorisation: Annotated[
        str, typer.Option(help="For data passed on: the reference of that Party's authorisation.")
    ] = "",
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Log a supply or receipt by hand (Art. 17(1)); passing data on needs an authorisation."""
    origin_party, origin_request = origin or ("", "")
    said = ManualSupply(
        reason=reason,
        data=data,
        supplied_on=(on or datetime.now(UTC)).date(),
        supplying_body=supplying,
        receiving_body=receiving,
        officer=officer,
        origin_party=origin_party,
        origin_request=origin_request,
        authorisation=authorisation,
    )
    with connection.connect(home, name, target) as client:
        sequence = client.supervision.record_supply(said)
    if as_json:
        print_json({"sequence": sequence})
    else:
        console.print(f"recorded as entry {sequence}")


def authorise(
    kind: Annotated[str, typer.Argument(help="onward_supply or other_purpose.")],
    party: Annotated[str, typer.Argument(help="The other Party of the request.")],
    request: Annotated[str, typer.Argument(help="The request whose data it is for.")],
    name: connection.As,
    reference: Annotated[str, typer.Option(help="The reference of the authorisation.")],
    given_by: Annotated[str, typer.Option(help="The body that gave it.")],
    purpose: Annotated[str, typer.Option(help="The purpose, for other_purpose.")] = "",
    on: On = None,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Keep an authorisation of the Party that supplied (Art. 13(1), 14)."""
    given = Authorisation(
        kind=kind,
        party=party,
        request_number=request,
        purpose=purpose,
        reference=reference,
        given_by=given_by,
        given_on=(on or datetime.now(UTC)).date(),
    )
    with connection.connect(home, name, target) as client:
        number = client.supervision.authorise(given)
    if as_json:
        print_json({"number": number})
    else:
        console.print(f"kept as authorisation {number}")


def authorisations(
    name: connection.As,
    after: Annotated[int, typer.Option(min=0, help="Only those after this number.")] = 0,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """List authorisations."""
    with connection.connect(home, name, target) as client:
        kept = client.supervision.authorisations(after)
    if as_json:
        print_json([as_dict(each) for each in kept])
        return
    table = Table("No.", "Kind", "Party", "Request", "Purpose", "Reference", "Given by", "On")
    for each in kept:
        request = (each.party, each.request_number, each.purpose)
        given = (each.reference, each.given_by, each.given_on)
        table.add_row(str(each.number), each.kind, *request, *given)
    console.print(table)
