"""``appliance ask``: one search with several Parties at once, as a table over them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from appliance.cli import connection, print_files
from appliance.cli.output import console, print_json
from appliance.cli.profile_files import (
    ProfileFormat,
    client_reading,
    open_profiles,
    received_values,
)
from appliance.cli.search_commands import (
    INVESTIGATION,
    Case,
    Number,
    OfficerId,
    Ordered,
    Purpose,
    new_request_number,
)
from appliance.cli.supervision_commands import as_dict
from appliance.client import Client, SearchTerms
from appliance.client.circle import Asked, Circle
from appliance.config.layout import Layout
from appliance.domain.dna import USUAL_READING
from appliance.v1 import dactyloscopic_pb2, dna_pb2

app = typer.Typer(help="Search with several Parties at once.", no_args_is_help=True)

Answer = dactyloscopic_pb2.DactyloscopicAnswer | dna_pb2.DnaAnswer
Parties = Annotated[
    list[str], typer.Option("--party", help="MK=host:port, whom to ask; repeat for more.")
]
Done = Annotated[
    bool,
    typer.Option("--national-search-done", help="The national database was searched (IA Art. 8)."),
]
Authority = Annotated[
    Path | None, typer.Option("--ca", help="Authorities of the others; tls/ca.crt if not given.")
]


@app.command()
def finger(
    probes: Annotated[list[Path], typer.Argument(help="Files of prints of one case.")],
    name: connection.As,
    party: Parties,
    case_reference: Case,
    officer: OfficerId,
    ordered_by: Ordered,
    national_search_done: Done = False,
    search_type: Annotated[str, typer.Option("--type", help="Such as LT/TP.")] = "LT/TP",
    purpose: Purpose = INVESTIGATION,
    request_number: Number = None,
    authority: Authority = None,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    timeout_s: connection.Timeout = 30,
    as_json: connection.AsJson = False,
) -> None:
    """Ask with records of minutiae; the own appliance checks and counts them first."""
    number = request_number or new_request_number()
    terms = SearchTerms(number, search_type, case_reference, purpose, officer, ordered_by)
    records = print_files.records(probes)
    with ExitStack() as stack:
        own = stack.enter_context(connection.connect(home, name, target, timeout_s))
        circle = Circle(own, _others(stack, party, home, name, authority, timeout_s))
        asked = circle.search_finger(terms, records, national_search_done=national_search_done)
    _tell(number, asked, as_json)


@app.command()
def dna(
    path: Annotated[Path, typer.Argument(help="CSV or CMF file with the profiles of one case.")],
    name: connection.As,
    party: Parties,
    case_reference: Case,
    officer: OfficerId,
    ordered_by: Ordered,
    national_search_done: Done = False,
    search_type: Annotated[str, typer.Option("--type")] = "DNA/UNIDENTIFIED",
    purpose: Purpose = INVESTIGATION,
    request_number: Number = None,
    authority: Authority = None,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    timeout_s: connection.Timeout = 30,
    as_json: connection.AsJson = False,
) -> None:
    """Ask with DNA profiles of a file; the own appliance counts them first."""
    number = request_number or new_request_number()
    terms = SearchTerms(number, search_type, case_reference, purpose, officer, ordered_by)
    with path.open("rb") as stream:
        rows = open_profiles(stream, ProfileFormat.AUTO, id_column=None, reading=USUAL_READING)
        profiles = {row.reference_number: received_values(row.profile) for row in rows}
    with ExitStack() as stack:
        own = stack.enter_context(connection.connect(home, name, target, timeout_s))
        circle = Circle(own, _others(stack, party, home, name, authority, timeout_s))
        reading = client_reading(USUAL_READING)
        asked = circle.search_dna(
            terms, profiles, reading, national_search_done=national_search_done
        )
    _tell(number, asked, as_json)


def _others(
    stack: ExitStack,
    parties: list[str],
    home: Path,
    name: str,
    authority: Path | None,
    timeout_s: float,
) -> dict[str, Client]:
    layout = Layout(home)
    others: dict[str, Client] = {}
    for each in parties:
        code, separator, target = each.partition("=")
        if not separator or code in others:
            raise typer.BadParameter(f"--party {each}: write each Party once, as MK=host:port")
        others[code] = stack.enter_context(
            Client(
                target,
                ca=authority or layout.ca_cert,
                certificate=layout.clients / f"{name}.crt",
                key=layout.clients / f"{name}.key",
                timeout_s=timeout_s,
            )
        )
    return others


def _tell(number: str, asked: Mapping[str, Asked[Answer]], as_json: bool) -> None:
    if as_json:
        print_json({party: _as_json(each) for party, each in asked.items()})
        return
    table = Table("Party", "Outcome", "Probes with a match", "Candidates")
    table.add_column("Why", overflow="fold")
    for party, each in asked.items():
        if each.answer is None:
            reason = each.refusal.reason if each.refusal else ""
            table.add_row(party, "refused", "", "", f"{reason}: {_message(each)}")
            continue
        matched = sum(result.matched for result in each.answer.results)
        found = sum(_found(result) for result in each.answer.results)
        waits = "" if each.answer.results else "accepted, waits for its turn"
        outcome = "answered" if each.answer.results else "queued"
        table.add_row(party, outcome, str(matched), str(found), waits)
    console.print(f"request {number}")
    console.print(table)


def _found(result: dactyloscopic_pb2.FingerResult | dna_pb2.DnaResult) -> int:
    if isinstance(result, dna_pb2.DnaResult):
        return len(result.matches)
    return len(result.candidates)


def _message(each: Asked[Answer]) -> str:
    return each.refusal.message if each.refusal else ""


def _as_json(each: Asked[Answer]) -> dict[str, object]:
    if each.answer is not None:
        return {"answer": as_dict(each.answer)}
    reason = each.refusal.reason if each.refusal else ""
    return {"refused": {"reason": reason, "message": _message(each)}}
