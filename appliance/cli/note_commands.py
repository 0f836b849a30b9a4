"""``appliance note``: notes on own unidentified data that matched (Art. 1(3)(i), IA Art. 8(2))."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from rich.table import Table

from appliance.cli import connection, expert_words
from appliance.cli.output import console, print_json

app = typer.Typer(help="Notes on own unidentified data that matched.", no_args_is_help=True)


@app.command("list")
def list_notes(
    name: connection.As,
    collection: Annotated[str, typer.Option(help="UL, ULP or DNA_UNIDENTIFIED.")] = "",
    reference_number: Annotated[str, typer.Option(help="Only notes on this item.")] = "",
    removed: Annotated[bool, typer.Option("--removed", help="Removed notes too.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many notes.")] = 100,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """List notes; needs the administrator's certificate."""
    with connection.connect(home, name, target) as client:
        kept = client.notes.list(collection, reference_number, removed)
        notes = list(islice(kept, limit))
    if as_json:
        print_json([MessageToDict(each, preserving_proto_field_name=True) for each in notes])
        return
    heads = ("No.", "On", "Matched by", "At the", "When (UTC)", "Experts say", "Removed because")
    table = Table(*heads)
    for each in notes:
        table.add_row(
            str(each.number),
            f"{expert_words.collection(each.collection)} {each.reference_number}",
            f"{each.party} {each.request_number}",
            expert_words.occasion(each.occasion),
            each.noted_at.ToDatetime().strftime("%Y-%m-%d %H:%M"),
            expert_words.verification(each.verification),
            each.removal_reason,
        )
    console.print(table)


@app.command()
def remove(
    number: Annotated[int, typer.Argument(min=1, help="Number of the note.")],
    reason: Annotated[str, typer.Argument(help="Why it is removed.")],
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Remove a note for a reason; both are kept and recorded."""
    with connection.connect(home, name, target) as client:
        client.notes.remove(number, reason)
    if as_json:
        print_json({"removed": number, "reason": reason})
    else:
        console.print(f"note {number} is removed")
