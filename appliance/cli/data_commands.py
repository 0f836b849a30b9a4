"""``appliance data``: the duties of data quality over one's own reference data (Art. 15)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from rich.table import Table

from appliance.cli import connection, print_files
from appliance.cli.output import console, print_json
from appliance.client import LoadItem

app = typer.Typer(help="Correct, delete, flag and restrict reference data.", no_args_is_help=True)

Collection = Annotated[str, typer.Argument(help="TP, UL, PP, ULP, DNA_REFERENCE, ...")]
Number = Annotated[str, typer.Argument(help="The reference number.")]
Reason = Annotated[str, typer.Option(help="Why, in a few words; it is recorded.")]


@app.command()
def correct(
    collection: Collection,
    reference_number: Number,
    record: Annotated[
        Path,
        typer.Argument(help="The right file of prints, or a text LOCUS=a,b;LOCUS=a,b for DNA."),
    ],
    name: connection.As,
    reason: Reason,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Put right data in the place of wrong data; whoever had received it is notified."""
    item = LoadItem(collection, reference_number, _content(collection, record))
    with connection.connect(home, name, target) as client:
        done = client.duties.correct(item, reason)
    _tell(as_json, done, f"corrected; {done.parties_told} Parties are notified")


@app.command()
def delete(
    collection: Collection,
    reference_number: Number,
    name: connection.As,
    cause: Annotated[str, typer.Option(help="incorrect or no_longer_necessary.")],
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Delete an item; no search begun afterwards sees it, and a certificate follows."""
    with connection.connect(home, name, target) as client:
        done = client.duties.delete(collection, reference_number, cause)
    said = f"deleted as erasure {done.erasure_number}; {done.parties_told} Parties are notified"
    _tell(as_json, done, said)


@app.command()
def flag(
    collection: Collection,
    reference_number: Number,
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
) -> None:
    """Mark an item as contested by the data subject."""
    with connection.connect(home, name, target) as client:
        client.duties.flag(collection, reference_number)
    console.print(f"{collection} {reference_number} is flagged as contested")


@app.command()
def unflag(
    collection: Collection,
    reference_number: Number,
    name: connection.As,
    basis: Annotated[str, typer.Option(help="consent, court or authority.")],
    decision: Annotated[str, typer.Option(help="Reference of the consent or decision.")],
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
) -> None:
    """Remove the mark, on a legal basis only."""
    with connection.connect(home, name, target) as client:
        client.duties.unflag(collection, reference_number, basis, decision)
    console.print(f"{collection} {reference_number} is no longer flagged")


@app.command()
def restrict(
    collection: Collection,
    reference_number: Number,
    name: connection.As,
    reason: Reason,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
) -> None:
    """Keep an item and let no search find it."""
    with connection.connect(home, name, target) as client:
        client.duties.restrict(collection, reference_number, reason)
    console.print(f"{collection} {reference_number} is searched no more")


@app.command()
def release(
    collection: Collection,
    reference_number: Number,
    name: connection.As,
    reason: Reason,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
) -> None:
    """Let a restricted item be searched again."""
    with connection.connect(home, name, target) as client:
        client.duties.release(collection, reference_number, reason)
    console.print(f"{collection} {reference_number} is searched again")


@app.command()
def end(
    collection: Collection,
    reference_number: Number,
    name: connection.As,
    at: Annotated[
        datetime | None, typer.Option(help="When its period is over (UTC); none takes it back.")
    ] = None,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
) -> None:
    """Set when the maximum period of an item is over: it is then deleted."""
    ends = at.replace(tzinfo=UTC) if at else None
    with connection.connect(home, name, target) as client:
        client.duties.set_end(collection, reference_number, ends)
    said = f"ends at {ends:%Y-%m-%d %H:%M} UTC" if ends else "has no end set"
    console.print(f"{collection} {reference_number} {said}")


@app.command()
def erasures(
    name: connection.As,
    after: Annotated[int, typer.Option(min=0, help="Only erasures after this number.")] = 0,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """List deletions; --json holds the signed certificates."""
    with connection.connect(home, name, target) as client:
        found = list(client.duties.erasures(after))
    if as_json:
        print_json([_dict(each) for each in found])
        return
    table = Table("No.", "Collection", "Reference number", "Deleted (UTC)", "Certificate")
    for each in found:
        collection = _dict(each)["collection"].removeprefix("COLLECTION_")
        deleted = each.deleted_at.ToDatetime().strftime("%Y-%m-%d %H:%M")
        certified = "signed" if each.certificate else "waits for the erasure"
        table.add_row(str(each.number), collection, each.reference_number, deleted, certified)
    console.print(table)


@app.command()
def notices(
    name: connection.As,
    after: Annotated[int, typer.Option(min=0, help="Only notices after this number.")] = 0,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """List what contact points were told, and whether it reached them."""
    with connection.connect(home, name, target) as client:
        found = list(client.duties.notices(after))
    if as_json:
        print_json([_dict(each) for each in found])
        return
    table = Table("No.", "What", "To", "Address", "State")
    for each in found:
        state = "delivered" if each.HasField("delivered_at") else each.last_error or "waits"
        table.add_row(str(each.number), each.kind, each.party, each.address, state)
    console.print(table)


def _content(collection: str, path: Path) -> bytes | list[tuple[str, list[str]]]:
    """Return a file of prints as it may be sent, a text of loci as a profile."""
    if not collection.startswith("DNA"):
        return print_files.records([path])[path.stem]
    pairs = (part.partition("=") for part in path.read_text("utf-8").strip().split(";"))
    return [(locus, values.split(",")) for locus, _, values in pairs]


def _tell(as_json: bool, message: Message, said: str) -> None:
    if as_json:
        print_json(_dict(message))
    else:
        console.print(said)


def _dict(message: Message) -> dict[str, str]:
    return MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
