"""``appliance record query``, ``check``, ``subject``, ``officers``: what an auditor asks of it."""

from __future__ import annotations

import csv
import sys
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from rich.table import Table

from appliance.cli import connection
from appliance.cli.exit_codes import ExitCode
from appliance.cli.output import console, print_json, progress_bar, progress_console
from appliance.cli.record_tables import entry_table, findings_table, verdict_text
from appliance.cli.subject_page import subject_page
from appliance.client.supervision import joined
from appliance.client.supervision_values import RecordFilter

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day of UTC.")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``appliance record``."""
    app.command()(query)
    app.command()(check)
    app.command()(subject)
    app.command()(officers)


def query(
    name: connection.As,
    since: Day = None,
    until: Day = None,
    act: Annotated[str, typer.Option(help="Only this act, such as search_received.")] = "",
    party: Annotated[str, typer.Option(help="Only acts of this Party.")] = "",
    request: Annotated[str, typer.Option(help="Only this request of that Party.")] = "",
    collection: Annotated[str, typer.Option(help="Only of an item of this collection.")] = "",
    number: Annotated[str, typer.Option(help="Only of the item of this reference number.")] = "",
    officer: Annotated[str, typer.Option(help="Only searches of, or ordered by, them.")] = "",
    after: Annotated[int, typer.Option(min=0, help="Only entries after this number.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="At most so many entries.")] = 100,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Find entries; needs the auditor's certificate, and the reading is recorded too."""
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
    with connection.connect(home, name, target) as client:
        entries = list(islice(client.supervision.query(terms, after), limit))
    if as_json:
        print_json([as_dict(entry) for entry in entries])
    else:
        console.print(entry_table(entries))


def check(
    name: connection.As,
    entry: Annotated[
        int, typer.Option("--entry", min=0, help="The entry of a search or mass comparison.")
    ] = 0,
    request: Annotated[
        tuple[str, str] | None, typer.Option("--request", help="Party and request or job number.")
    ] = None,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Judge a past search or mass comparison again by what was in force at its time.

    Exit status 3 if one was inadmissible or wrongly refused.
    """
    if bool(entry) == bool(request):
        raise typer.BadParameter("name either --entry or --request")
    more = False
    with connection.connect(home, name, target) as client, progress_bar("judging", None):
        if request:
            answer = client.supervision.check_request(*request)
            judged, more = list(answer.searches), answer.more
        else:
            judged = [client.supervision.check_entry(entry)]
    if as_json:
        print_json([as_dict(each) for each in judged])
    else:
        for each in judged:
            console.print(verdict_text(each))
            console.print(findings_table(each))
    if more:
        progress_console.print("more acts stand under this number: judge them by their entries")
    if any(each.verdict in ("inadmissible", "wrongly_refused") for each in judged):
        raise typer.Exit(ExitCode.REFUSED)


def subject(
    collection: Annotated[str, typer.Argument(help="TP, UL, PP, ULP, DNA_REFERENCE, ...")],
    number: Annotated[str, typer.Argument(help="The reference number.")],
    name: connection.As,
    html: Annotated[Path | None, typer.Option(help="Write the report to this HTML file.")] = None,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Tell what was done with an item, and who received it when and for what (Art. 18(1))."""
    with connection.connect(home, name, target) as client, progress_bar("reading", None) as bar:
        pages = []
        for page in client.supervision.subject_pages(collection, number):
            pages.append(page)
            bar.advance(len(page.entries))
    report = joined(pages)
    if html is not None:
        html.write_text(subject_page(collection, number, report), encoding="utf-8")
    if as_json:
        print_json(as_dict(report))
        return
    console.print(
        f"{collection} {number}: {'held' if report.held else 'not held now'}, data of"
        f" {report.origin}{', flagged' if report.flagged else ''}"
        f"{', restricted' if report.restricted else ''}"
    )
    table = Table("Supplied (UTC)", "To", "Request", "Purpose", "Case")
    for each in report.supplies:
        when = each.supplied_at.ToDatetime().strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(when, each.party, each.request_number, each.purpose, each.case_reference)
    console.print(table)
    console.print(entry_table(report.entries))


def officers(
    name: connection.As,
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z"], help="2026-03-02T12:00:00Z")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """List the officers authorised to search, now or at an instant (Art. 17(2)(a))."""
    with connection.connect(home, name, target) as client:
        listed = client.supervision.officers(at)
    if as_json:
        print_json(as_dict(listed) | {"digest": listed.digest.hex()})
        return
    heads = ("Party", "Officer", "Categories", "Valid from", "Valid until")
    rows = [
        (
            each.party,
            each.id,
            " ".join(each.categories),
            f"{each.valid_from.ToDatetime():%Y-%m-%dT%H:%M:%SZ}",
            f"{each.valid_until.ToDatetime():%Y-%m-%dT%H:%M:%SZ}",
        )
        for each in listed.officers
    ]
    if as_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([heads, *rows])
        return
    table = Table(*heads)
    for row in rows:
        table.add_row(*row)
    console.print(table)
    seen = listed.seen_at.ToDatetime()
    console.print(f"in use since {seen:%Y-%m-%d %H:%M:%S} UTC, SHA-256 {listed.digest.hex()}")


def as_dict(message: Message) -> dict[str, object]:
    """Return a message as JSON has it, unset fields included."""
    return MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
