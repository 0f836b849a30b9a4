"""``appliance init``, ``serve``, ``status`` and ``health``: the life of one installation.

The service and what makes an installation are imported where they are used: a health check every
few seconds must not load the kernels.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from rich.table import Table

from appliance.cli import connection, erasing_memory
from appliance.cli.exit_codes import ExitCode
from appliance.cli.output import console, print_json, progress_bar
from appliance.client.messages import counts
from appliance.config.layout import Layout
from appliance.domain.clock import SystemClock
from appliance.domain.codes import party_code
from appliance.v1.admin_pb2 import PartyStanding

HEALTH_TIMEOUT_S = 5


def register(app: typer.Typer) -> None:
    """Add the commands to the root command."""
    for command in (init, serve, status, health):
        app.command()(command)


def init(
    directory: Annotated[Path, typer.Argument(help="Directory to make; new or empty.")],
    party: Annotated[str, typer.Option(help="The Party that owns the appliance, such as RS.")],
    peer: Annotated[
        list[str] | None, typer.Option(help="A Party that may search; repeat for more.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = 50_051,
    telemetry_port: Annotated[int, typer.Option(min=0, max=65_535)] = 9464,
    host: Annotated[
        list[str] | None, typer.Option(help="Further name of the server certificate.")
    ] = None,
    pilot: Annotated[
        bool, typer.Option(help="For the evaluation: test data only, Parties in their pilot.")
    ] = False,
    as_json: connection.AsJson = False,
) -> None:
    """Make settings, keys and development certificates for a first start."""
    from appliance.cli import installation

    owner = party_code(party, "--party")
    peers = installation.parties_of(peer or []) or installation.default_peers(owner)
    plan = installation.Plan(owner, peers, port, telemetry_port, tuple(host or ()), pilot)
    layout = installation.make(directory, plan, SystemClock().now())
    names = sorted(path.stem for path in layout.clients.glob("*.crt"))
    if as_json:
        print_json({"directory": str(directory), "party": owner, "certificates": names})
        return
    console.print(f"{directory} is ready to serve {owner}. Certificates under tls/clients:")
    for name in names:
        console.print(f"  {name}")
    console.print("They are for development: bring those of your own authority for operation.")


def serve(
    home: connection.Home = connection.DEFAULT_HOME,
    as_json: Annotated[bool, typer.Option("--json", help="Tell events as JSON lines.")] = False,
) -> None:
    """Run the appliance until SIGTERM or SIGINT; running searches are finished first."""
    erasing_memory.require()
    # The service has threads of its own for each core; those of the library for matrix products
    # would wait for one another there, at half as much again for every template encoded. It reads
    # this when it is first imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from appliance.app import Appliance, Listening

    layout = Layout(home)

    def listening(where: Listening) -> None:
        address = connection.Address(where.grpc, where.telemetry)
        connection.write_address(layout, address)
        _tell(as_json, "listening", grpc=where.grpc, telemetry=where.telemetry)

    with ExitStack() as loading:
        bar = loading.enter_context(progress_bar("loading the gallery", None))

        def ready() -> None:
            loading.close()
            # What exists by now lives as long as the process: collections that looked at it again
            # and again would take a third of the time of a load.
            gc.collect()
            gc.freeze()
            _tell(as_json, "ready")

        status_code = Appliance(home, on_listening=listening, on_load=bar.set, on_ready=ready).run()
    _tell(as_json, "stopped")
    raise typer.Exit(status_code)


def _tell(as_json: bool, event: str, **values: str) -> None:
    if as_json:
        sys.stdout.write(json.dumps({"event": event, **values}) + "\n")
        sys.stdout.flush()
    else:
        console.print(" ".join((event, *(f"{key}={value}" for key, value in values.items()))))


def status(
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Show what the appliance holds and whether it takes searches; exit status 5 if not."""
    with connection.connect(home, name, target) as client:
        state = client.status()
    if as_json:
        print_json(
            MessageToDict(
                state, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
            )
        )
    else:
        table = Table("", "", show_header=False)
        table.add_row("ready", "yes" if state.ready else "no: " + "; ".join(state.reasons))
        table.add_row("version", f"{state.version}, backend {state.backend}")
        if state.backend_reason:
            table.add_row("no device", state.backend_reason)
        for device in state.devices:
            table.add_row("device", device)
        table.add_row("kernels", state.kernel_digest[:16])
        table.add_row("profile pack", state.pack_version)
        table.add_row("waiting requests", str(state.queue_depth))
        if state.pilot:
            table.add_row("pilot", "made for the evaluation: it holds test data alone (Art. 21)")
        for each in state.parties:
            table.add_row(f"{each.party} {each.category}", standing_text(each))
        for collection, items in counts(state.gallery).items():
            table.add_row(collection, f"{items:,}")
        console.print(table)
    if not state.ready:
        raise typer.Exit(ExitCode.UNAVAILABLE)


def standing_text(each: PartyStanding) -> str:
    """Return how a Party stands in a category, in a few words."""
    until = ""
    if each.HasField("pilot_until"):
        until = f" until {each.pilot_until.ToDatetime():%Y-%m-%d %H:%M} UTC"
    return each.standing.replace("_", " ") + until + ("" if each.served else ", not served here")


def health(
    home: connection.Home = connection.DEFAULT_HOME,
    as_json: connection.AsJson = False,
) -> None:
    """Ask the running service on this machine for its checks; exit status 5 if one fails."""
    url = f"http://{connection.read_address(Layout(home)).telemetry}/readyz"
    try:
        with urllib.request.urlopen(url, timeout=HEALTH_TIMEOUT_S) as response:
            text, ready = response.read().decode(), True
    except urllib.error.HTTPError as error:
        text, ready = error.read().decode(), False
    except OSError as error:
        text, ready = f"not reachable: {error}", False
    if as_json:
        print_json({"ready": ready, "checks": text.splitlines()})
    else:
        console.print(text.rstrip())
    if not ready:
        raise typer.Exit(ExitCode.UNAVAILABLE)
