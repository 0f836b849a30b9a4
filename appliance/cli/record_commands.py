"""``appliance record``: read the record of supplies, prove entries of it and check it (Art. 17)."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from google.protobuf.json_format import MessageToDict

from appliance.cli import (
    authority_commands,
    connection,
    register_commands,
    sample_commands,
    supervision_commands,
)
from appliance.cli.exit_codes import ExitCode
from appliance.cli.output import console, print_json, progress_bar
from appliance.cli.record_tables import entry_table
from appliance.config.layout import Layout
from appliance.domain.errors import ConfigurationInvalid, StorageCorrupt
from appliance.domain.record import RecordLeaf

if TYPE_CHECKING:
    from appliance.audit.record import RecordReport

app = typer.Typer(help="The record of supplies.", no_args_is_help=True)
supervision_commands.register(app)
register_commands.register(app)
app.add_typer(authority_commands.app, name="authority")
app.add_typer(sample_commands.app, name="sample")

Key = Annotated[
    Path | None, typer.Option("--key", help="Public key of heads; keys/head.pub if not given.")
]


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
    console.print(entry_table(entries))


@app.command()
def verify(
    name: Annotated[str, typer.Option("--as", help="The auditor's certificate.")] = "",
    offline: Annotated[
        bool, typer.Option("--offline", help="Check the files themselves, without the service.")
    ] = False,
    export: Annotated[
        Path | None, typer.Option(help="Check this export, without an installation.")
    ] = None,
    heads: Annotated[Path | None, typer.Option(help="The heads to check the export by.")] = None,
    key: Key = None,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Check every entry and every signed head; exit status 6 if one does not fit."""
    if export is not None:
        said = _verify_export(export, heads, key or Layout(home).head_public_key)
    elif offline:
        said = _verify_offline(Layout(home), key)
    else:
        with connection.connect(home, name, target) as client:
            response = client.verify_record()
        fields = ("entries", "heads", "opened", "signed", "intact", "broken_at", "reason")
        said = {field: getattr(response, field) for field in fields}
    if as_json:
        print_json(said)
    elif said["intact"]:
        console.print(
            f"intact: {said['entries']} entries, {said['opened']} of them with their content,"
            f" {said['heads']} signed heads over {said['signed']} of them"
        )
    else:
        console.print(f"broken at entry {said['broken_at']}: {said['reason']}", style="red")
    if not said["intact"]:
        raise typer.Exit(ExitCode.DAMAGED)


@app.command()
def proof(
    name: connection.As,
    entry: Annotated[int, typer.Option("--entry", min=1, help="The number of the entry.")],
    key: Key = None,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Prove that an entry is in the record; checked here, by the public key alone."""
    from appliance.audit import heads, merkle

    public_bytes = _public_bytes(key or Layout(home).head_public_key)
    with connection.connect(home, name, target) as client:
        proven = client.audit.inclusion(entry)
        leaf = client.audit.leaf(entry)
    head = heads.parse(proven.head.line)
    head.verify(public_bytes)
    hashed = merkle.leaf_hash(leaf.leaf) if leaf.leaf else proven.leaf_hash
    if not leaf.leaf_hash == hashed == proven.leaf_hash:
        raise StorageCorrupt(f"the content of entry {entry} is not that of its leaf")
    merkle.verify_inclusion(hashed, entry - 1, head.size, proven.path, head.root)
    if as_json:
        said = {
            "entry": entry,
            "leaf": leaf.leaf.hex(),
            "leaf_hash": hashed.hex(),
            "path": [each.hex() for each in proven.path],
            "head": head.line(),
        }
        print_json(said)
        return
    content = "" if leaf.leaf else "; its content was deleted after its time"
    console.print(
        f"entry {entry} is under head {head.number}, over {head.size} entries,"
        f" signed {head.signed_at:%Y-%m-%d %H:%M:%S} UTC{content}"
    )


@app.command("export")
def export_record(
    name: connection.As,
    to: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    heads_to: Annotated[Path, typer.Argument(help="The file for the newest signed head.")],
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
) -> None:
    """Write the whole record for a check elsewhere; the reading is recorded."""
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
                    for leaf in client.audit.leaves():
                        content = leaf.leaf or None
                        file.write(export.line(RecordLeaf(leaf.sequence, leaf.leaf_hash, content)))
                        bar.advance()
        except OSError as error:
            raise ConfigurationInvalid(f"{error.filename}: {error.strerror}") from error


def _verify_offline(layout: Layout, key: Path | None) -> dict[str, object]:
    from appliance.audit import record as audit  # only here are the store's libraries needed

    keys = (layout.master_key, layout.record_keys)
    readable = all(path.is_file() for path in keys)
    files = audit.RecordFiles(
        layout.database, layout.heads_log, *(keys if readable else (None, None))
    )
    public_bytes = _public_bytes(key or layout.head_public_key)
    with progress_bar("verifying", None) as bar:
        return _said(audit.verify_files(files, public_bytes, bar.set))


def _verify_export(export: Path, heads: Path | None, key: Path) -> dict[str, object]:
    from appliance.audit.export import verify_export

    if heads is None:
        raise typer.BadParameter("--export needs --heads")
    with progress_bar("verifying", None):
        return _said(verify_export(export, heads, _public_bytes(key)))


def _said(report: RecordReport) -> dict[str, object]:
    return {
        "entries": report.entries,
        "heads": report.heads,
        "opened": report.opened,
        "signed": report.signed,
        "intact": report.intact,
        "broken_at": report.broken_at,
        "reason": report.reason,
    }


def _public_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationInvalid(f"{path}: {error.strerror}") from error
