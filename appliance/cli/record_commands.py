"""``appliance record``: read the record of supplies and check its chain (Art. 17)."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from rich.table import Table

from appliance.cli import connection
from appliance.cli.exit_codes import ExitCode
from appliance.cli.output import console, print_json
from appliance.config.layout import Layout

app = typer.Typer(help="The record of supplies.", no_args_is_help=True)


@app.command("list")
def list_entries(
    name: connection.As,
    after: Annotated[int, typer.Option(min=0, help="Only entries after this number.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="At most so many entries.")] = 100,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """List entries; needs the auditor's certificate, and the reading is recorded too."""
    with connection.connect(home, name, target) as client:
        entries = list(islice(client.record_entries(after), limit))
    if as_json:
        print_json([MessageToDict(entry, preserving_proto_field_name=True) for entry in entries])
        return
    table = Table("No.", "When (UTC)", "Act", "Party")
    table.add_column("Details", overflow="fold")
    for entry in entries:
        when = entry.recorded_at.ToDatetime().strftime("%Y-%m-%d %H:%M:%S")
        details = ", ".join(f"{each.name}={each.value}" for each in entry.details)
        table.add_row(str(entry.sequence), when, entry.act, entry.party, details)
    console.print(table)


@app.command()
def verify(
    name: Annotated[str, typer.Option("--as", help="The auditor's certificate.")] = "",
    offline: Annotated[
        bool, typer.Option("--offline", help="Check the files themselves, without the service.")
    ] = False,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Check every entry and every signed head; exit status 6 if one does not fit."""
    if offline:
        from appliance.audit import record as audit  # only here are the store's libraries needed

        layout = Layout(home)
        keys = (layout.master_key, layout.record_keys)
        readable = all(path.is_file() for path in keys)
        files = audit.RecordFiles(
            layout.database, layout.heads_log, *(keys if readable else (None, None))
        )
        report = audit.verify_files(files, layout.head_public_key.read_bytes())
        said = {
            "entries": report.entries,
            "heads": report.heads,
            "intact": report.intact,
            "broken_at": report.broken_at,
            "reason": report.reason,
        }
    else:
        with connection.connect(home, name, target) as client:
            response = client.verify_record()
        said = {
            "entries": response.entries,
            "heads": response.heads,
            "intact": response.intact,
            "broken_at": response.broken_at,
            "reason": response.reason,
        }
    if as_json:
        print_json(said)
    elif said["intact"]:
        console.print(f"intact: {said['entries']} entries, {said['heads']} signed heads")
    else:
        console.print(f"broken at entry {said['broken_at']}: {said['reason']}", style="red")
    if not said["intact"]:
        raise typer.Exit(ExitCode.DAMAGED)
