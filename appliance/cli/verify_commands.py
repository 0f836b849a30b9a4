"""``appliance verify``: an expert says what a match is, and both sides see it (Art. 6(2), 19)."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from rich.table import Table

from appliance.cli import connection, expert_words
from appliance.cli.output import console, print_json
from appliance.client import Finding

app = typer.Typer(help="What experts say of matches: hit or no-hit.", no_args_is_help=True)

Request = Annotated[str, typer.Argument(help="Number of the request.")]
Probe = Annotated[str, typer.Argument(help="Reference number of the own probe.")]
Collection = Annotated[str, typer.Argument(help="Collection of the match, such as TP.")]
Reference = Annotated[str, typer.Argument(help="Reference number of the match.")]
Officer = Annotated[str, typer.Option(help="The expert who compared: an officer on the list.")]
Reason = Annotated[str, typer.Option(help="Why an earlier statement is corrected.")]
At = Annotated[
    datetime | None, typer.Option("--at", help="When the expert finished, UTC; now by default.")
]
Whose = Annotated[
    str, typer.Option("--party", help="The Party that searched; for the owner's own roles.")
]


def _record(
    finding: Finding, home: connection.Home, name: str, target: str | None, as_json: bool
) -> None:
    with connection.connect(home, name, target) as client:
        recorded = client.verification.record(finding)
    stands = expert_words.verification(recorded.verification)
    if as_json:
        print_json({"verification": stands, "replayed": recorded.replayed})
        return
    again = ", as was on record before" if recorded.replayed else ""
    console.print(
        f"{finding.collection} {finding.reference_number} for {finding.probe}: {stands}{again}"
    )


def _finding(
    outcome: str, named: tuple[str, str, str, str], officer: str, reason: str, at: datetime | None
) -> Finding:
    request_number, probe, collection, reference_number = named
    moment = at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
    return Finding(
        request_number, probe, collection, reference_number, outcome, officer, reason, moment
    )


@app.command()
def hit(
    request_number: Request,
    probe: Probe,
    collection: Collection,
    reference_number: Reference,
    name: connection.As,
    officer: Officer,
    reason: Reason = "",
    at: At = None,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Record that a match is a hit: confirmed by an expert after verification."""
    named = (request_number, probe, collection, reference_number)
    _record(_finding("hit", named, officer, reason, at), home, name, target, as_json)


@app.command("no-hit")
def no_hit(
    request_number: Request,
    probe: Probe,
    collection: Collection,
    reference_number: Reference,
    name: connection.As,
    officer: Officer,
    reason: Reason = "",
    at: At = None,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Record that a match is no hit: found to be none by an expert after verification."""
    named = (request_number, probe, collection, reference_number)
    _record(_finding("no_hit", named, officer, reason, at), home, name, target, as_json)


@app.command()
def show(
    request_number: Request,
    name: connection.As,
    party: Whose = "",
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Show an answered request with every match and where its verification stands."""
    with connection.connect(home, name, target) as client:
        shown = client.verification.get(request_number, party)
    if as_json:
        print_json(MessageToDict(shown, preserving_proto_field_name=True))
        return
    table = Table("Probe", "Rank", "Collection", "Reference number", "Verification")
    for probe in shown.probes:
        if not probe.matches:
            table.add_row(probe.reference_number, "", "", "no match", "no-hit")
        for match in probe.matches:
            table.add_row(
                probe.reference_number,
                str(match.rank),
                expert_words.collection(match.collection),
                match.reference_number,
                expert_words.verification(match.verification),
            )
    console.print(table)
    done = "is verified" if shown.verified else "is not verified yet"
    console.print(f"request {shown.request_number} of {shown.party} {done}")


@app.command("list")
def list_outcomes(
    name: connection.As,
    after: Annotated[int, typer.Option(min=0, help="Only statements after this number.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="At most so many statements.")] = 100,
    party: Whose = "",
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """List what experts said, corrections after what they correct."""
    with connection.connect(home, name, target) as client:
        stated = list(islice(client.verification.outcomes(after, party), limit))
    if as_json:
        print_json([MessageToDict(each, preserving_proto_field_name=True) for each in stated])
        return
    heads = ("No.", "Request", "Probe", "Match", "Said", "Officer", "When (UTC)", "Now", "Reason")
    table = Table(*heads)
    for each in stated:
        table.add_row(
            str(each.number),
            f"{each.party} {each.request_number}",
            each.probe_reference_number,
            f"{expert_words.collection(each.collection)} {each.reference_number}",
            expert_words.outcome(each.outcome),
            each.officer,
            each.verified_at.ToDatetime().strftime("%Y-%m-%d %H:%M"),
            expert_words.verification(each.verification),
            each.reason,
        )
    console.print(table)
