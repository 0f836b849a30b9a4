"""The ``appliance`` command: one room for each kind of work, errors in one sentence."""

from __future__ import annotations

import sys

import typer

from appliance.cli import (
    ask_commands,
    bench_commands,
    capacity_commands,
    clock_commands,
    compare_commands,
    convert_commands,
    data_commands,
    dna_commands,
    dna_exchange_commands,
    load_commands,
    note_commands,
    outage_commands,
    pack_commands,
    record_commands,
    report_commands,
    request_commands,
    search_commands,
    sentinel_commands,
    service_commands,
    verify_commands,
)
from appliance.cli.exit_codes import ExitCode, of_reason
from appliance.client import ApplianceRefused
from appliance.domain.errors import ApplianceError
from appliance.version import __version__

app = typer.Typer(
    help="Matching appliance for Prüm searches. Exit status: 0 done, 1 defect, 2 usage, 3 refused, "
    "4 unusable input, 5 not available now, 6 stored data damaged.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
service_commands.register(app)
sentinel_commands.register(app)
convert_commands.register(app)
app.add_typer(load_commands.app, name="load")
app.add_typer(search_commands.app, name="search")
app.add_typer(ask_commands.app, name="ask")
app.add_typer(compare_commands.app, name="compare")
app.add_typer(capacity_commands.app, name="capacity")
app.add_typer(request_commands.app, name="request")
app.add_typer(outage_commands.app, name="outage")
app.add_typer(record_commands.app, name="record")
app.add_typer(verify_commands.app, name="verify")
app.add_typer(note_commands.app, name="note")
app.add_typer(report_commands.app, name="report")
app.add_typer(pack_commands.app, name="pack")
app.add_typer(clock_commands.app, name="clock")
dna_exchange_commands.register(dna_commands.app)
app.add_typer(data_commands.app, name="data")
app.add_typer(dna_commands.app, name="dna")
app.add_typer(bench_commands.app, name="bench")


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Take the options that stand before every command."""


def _explain(error: ApplianceRefused) -> str:
    retry = f" (try again in {error.retry_after_s:.0f} s)" if error.retry_after_s else ""
    return f"{error.reason}: {error.message}{retry}"


def run() -> None:
    """Run the command line; every expected error becomes one sentence and an exit status."""
    try:
        app()
    except ApplianceRefused as error:
        sentence, code = _explain(error), of_reason(error.reason)
    except ApplianceError as error:
        sentence, code = f"{error.reason}: {error.message}", of_reason(error.reason)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        sentence, code = f"{where}{error.strerror or error}", ExitCode.UNUSABLE_INPUT
    except ValueError as error:
        sentence, code = str(error), ExitCode.USAGE
    print(f"appliance: {sentence}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    run()
