"""``appliance pack``: look at a profile pack and sign a changed one, without a service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from appliance.cli import connection
from appliance.cli.output import console, print_json
from appliance.config import profile_pack
from appliance.config.layout import Layout
from appliance.config.profile_pack import ProfilePack
from appliance.domain.clock import SystemClock
from appliance.domain.codes import Category

app = typer.Typer(help="The signed profile pack.", no_args_is_help=True)


@app.command()
def show(
    home: connection.Home = connection.DEFAULT_HOME,
    as_json: connection.AsJson = False,
) -> None:
    """Check the signature of the installed pack and show what it says."""
    layout = Layout(home)
    pack = profile_pack.load(layout.pack, layout.pack_signature, layout.pack_key)
    if as_json:
        print_json(json.loads(layout.pack.read_bytes()))
        return
    console.print(_table(pack))
    if SystemClock().now() < pack.effective_from:
        console.print("Not in force yet: the service refuses to start with it.", style="red")


@app.command()
def sign(
    pack: Annotated[Path, typer.Argument(help="The pack (JSON).")],
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


def _table(pack: ProfilePack) -> Table:
    now = SystemClock().now()
    table = Table("", "", show_header=False)
    table.add_row("version", pack.version)
    table.add_row("effective from", pack.effective_from.isoformat())
    for party, profile in sorted(pack.parties.items()):
        standings = (f"{each}: {profile.standing(each, now)}" for each in Category)
        table.add_row(party, ", ".join(standings))
    for code in sorted(pack.purposes):
        only = " (fingerprints and palm prints)" if code in pack.dactyloscopic_purposes else ""
        table.add_row("purpose", code + only)
    table.add_row("files", ", ".join(sorted(pack.files)))
    limits = (f"{kind} {limit}" for kind, limit in sorted(pack.candidate_limits.items()))
    table.add_row("candidates", ", ".join(limits))
    return table
