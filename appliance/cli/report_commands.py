"""``appliance report``: reports for those who evaluate the exchange (Art. 21)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict

from appliance.cli import connection, evaluation_csv, evaluation_report
from appliance.cli.evaluation_report import Evaluation
from appliance.cli.output import console, print_json

app = typer.Typer(help="Reports.", no_args_is_help=True)

Day = Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")]
LastDay = Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.")]
Out = Annotated[Path | None, typer.Option("--out", help="HTML file to write.")]
Csv = Annotated[Path | None, typer.Option("--csv", help="CSV file to write.")]
Party = Annotated[str, typer.Option(help="Only this requesting Party.")]


@app.callback()
def _reports() -> None:
    """Keep the name of the one report: further ones may stand beside it."""


@app.command()
def evaluation(
    first_day: Day,
    last_day: LastDay,
    name: connection.As,
    out: Out = None,
    csv_file: Csv = None,
    party: Party = "",
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    timeout_s: connection.Timeout = 120,
    as_json: connection.AsJson = False,
) -> None:
    """Report the use of each Party in a period, matches, hits and times to answer.

    Needs the administrator's or the auditor's certificate; the reading is recorded.
    """
    if out is None and csv_file is None and not as_json:
        raise ValueError("name what to make of it: --out, --csv or --json")
    first, last = date.fromisoformat(first_day), date.fromisoformat(last_day)
    with connection.connect(home, name, target, timeout_s) as client:
        figures = client.statistics.get(first, last, party)
    made = Evaluation(first, last, figures)
    if out is not None:
        out.write_text(evaluation_report.page(made), encoding="utf-8")
    if csv_file is not None:
        csv_file.write_text(evaluation_csv.table(made), encoding="utf-8", newline="")
    if as_json:
        print_json(
            MessageToDict(
                figures, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
            )
        )
        return
    for path in (out, csv_file):
        if path is not None:
            console.print(f"written: {path}")
