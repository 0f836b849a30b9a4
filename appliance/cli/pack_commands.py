"""``appliance pack``: check, sign and compare profile packs; activate them, see their history."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from rich.table import Table

from appliance.cli import connection, pack_table
from appliance.cli.exit_codes import ExitCode
from appliance.cli.output import console, print_json
from appliance.config import pack_difference, profile_pack
from appliance.config.layout import Layout
from appliance.config.pack_difference import PackChange
from appliance.domain.clock import SystemClock
from appliance.v1 import admin_pb2

app = typer.Typer(help="The signed profile pack.", no_args_is_help=True)

PackFile = Annotated[Path, typer.Argument(help="The pack (JSON).")]
Version = Annotated[str, typer.Argument(help="Version of a pack that was activated.")]


@app.command()
def show(
    home: connection.Home = connection.DEFAULT_HOME,
    name: Annotated[
        str | None,
        typer.Option("--as", help="Ask the running service, with this certificate."),
    ] = None,
    version: Annotated[
        str, typer.Option(help="With --as: a version; by default the one in force.")
    ] = "",
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Show the pack in the installation's files, or one of the running service (--as)."""
    layout = Layout(home)
    if name is None:
        profile_pack.load(layout.pack, layout.pack_signature, layout.pack_key)
        content = layout.pack.read_bytes()
    else:
        with connection.connect(home, name, target) as client:
            content = client.packs.get(version).content
    if as_json:
        print_json(json.loads(content))
        return
    pack, now = profile_pack.parse(content), SystemClock().now()
    console.print(pack_table.of(pack, now))
    if now < pack.effective_from:
        console.print("Not in force yet.", style="red")


@app.command()
def lint(pack: PackFile, as_json: connection.AsJson = False) -> None:
    """Tell all that is wrong with a pack; exit status 4 if anything is."""
    faults = profile_pack.faults(pack.read_bytes())
    if as_json:
        print_json({"pack": str(pack), "faults": faults})
    else:
        for fault in faults:
            console.print(fault)
        console.print(f"{pack}: {len(faults)} faults" if faults else f"{pack}: without a fault")
    if faults:
        raise typer.Exit(ExitCode.UNUSABLE_INPUT)


@app.command()
def sign(
    pack: PackFile,
    key: Annotated[Path, typer.Option(help="Private key: raw Ed25519, 32 bytes.")],
    signature: Annotated[
        Path | None, typer.Option(help="Where to; by default beside the pack, ending in .sig.")
    ] = None,
    as_json: connection.AsJson = False,
) -> None:
    """Check a pack and sign it; one that cannot be used is not signed."""
    content = pack.read_bytes()
    target = signature or pack.with_suffix(".sig")
    target.write_bytes(profile_pack.sign(content, key.read_bytes()))
    version = profile_pack.parse(content).version
    if as_json:
        print_json({"version": version, "signature": str(target)})
    else:
        console.print(f"{target}: signature of profile pack {version}")


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The former pack (JSON).")],
    new: Annotated[Path, typer.Argument(help="The new pack (JSON).")],
    as_json: connection.AsJson = False,
) -> None:
    """Tell every term in which two packs differ."""
    packs = [profile_pack.parse(path.read_bytes()) for path in (old, new)]
    changes = pack_difference.difference(*packs)
    if as_json:
        print_json([_change(each) for each in changes])
    elif changes:
        console.print(_changes_table(changes))
    else:
        console.print("The packs say the same.")


@app.command()
def activate(
    pack: PackFile,
    name: connection.As,
    signature: Annotated[
        Path | None, typer.Option(help="By default beside the pack, ending in .sig.")
    ] = None,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Let a new pack come into force on its effective date, at once if that has come."""
    signed = (signature or pack.with_suffix(".sig")).read_bytes()
    with connection.connect(home, name, target) as client:
        made = client.packs.activate(pack.read_bytes(), signed)
    _tell(made.activation, made.changes, as_json)


@app.command()
def reactivate(
    version: Version,
    name: connection.As,
    at: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            formats=["%Y-%m-%dT%H:%M:%S%z"],
            help="Instant with its offset, such as 2026-07-01T00:00:00+02:00; by default at once.",
        ),
    ] = None,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Roll back: let a former pack come into force again; what was to come then is cancelled."""
    with connection.connect(home, name, target) as client:
        made = client.packs.reactivate(version, at)
    _tell(made.activation, made.changes, as_json)


@app.command("list")
def list_(
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Show every activation: what was, is and will be in force, and who said so."""
    with connection.connect(home, name, target) as client:
        made = client.packs.list()
    if as_json:
        print_json([_activation(each) for each in made])
        return
    table = Table(
        "No.", "Version", "Serial", "In force from (UTC)", "State", "Activated (UTC)", "By"
    )
    for each in made:
        table.add_row(
            str(each.number),
            each.version,
            str(each.serial),
            _moment(each.effective_from.ToDatetime()),
            _state(each.state),
            _moment(each.activated_at.ToDatetime()),
            each.activated_by[:16],
        )
    console.print(table)


def _tell(
    made: admin_pb2.PackActivation, changes: Iterable[admin_pb2.PackChange], as_json: bool
) -> None:
    found = [PackChange(each.path, each.before, each.after) for each in changes]
    if as_json:
        print_json({"activation": _activation(made), "changes": [_change(each) for each in found]})
        return
    start = _moment(made.effective_from.ToDatetime())
    console.print(f"Profile pack {made.version} is in force from {start} UTC on.")
    if found:
        console.print(_changes_table(found))


def _changes_table(changes: Iterable[PackChange]) -> Table:
    table = Table("Term", "Before", "After")
    for each in changes:
        table.add_row(each.path, each.before or "absent", each.after or "absent")
    return table


def _change(change: PackChange) -> dict[str, str]:
    return {"path": change.path, "before": change.before, "after": change.after}


def _activation(made: admin_pb2.PackActivation) -> dict[str, object]:
    told = MessageToDict(made, preserving_proto_field_name=True)
    return {**told, "state": _state(made.state)}


def _state(state: admin_pb2.PackActivationState) -> str:
    name = admin_pb2.PackActivationState.Name(state)
    return name.removeprefix("PACK_ACTIVATION_STATE_").lower().replace("_", " ")


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")
