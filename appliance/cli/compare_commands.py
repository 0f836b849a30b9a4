"""``appliance compare``: mass comparison of unidentified profiles with another Party (Art. 4)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from google.protobuf.json_format import MessageToDict

from appliance.cli import connection, mass_run
from appliance.cli.exit_codes import ExitCode, of_reason
from appliance.cli.mass_run import SendReport
from appliance.cli.match_file import MatchCsv, MatchFile, MatchLines, MatchWriter
from appliance.cli.output import console, print_json
from appliance.cli.profile_files import (
    DoubleWildcardOption,
    FormatOption,
    ProfileFormat,
    SingleAlleleOption,
    open_compared,
)
from appliance.cli.search_commands import (
    INVESTIGATION,
    OfficerId,
    Ordered,
    Purpose,
    new_request_number,
)
from appliance.client import Client, MassTerms
from appliance.domain.dna import DoubleWildcard, Reading, SingleAllele
from appliance.v1 import mass_comparison_pb2 as pb

app = typer.Typer(
    help="Compare unidentified profiles in mass, by mutual consent.", no_args_is_help=True
)

CALL_TIMEOUT_S = 60.0
LEFT_OUT_SHOWN_MAX = 20

Profiles = Annotated[
    Path, typer.Argument(help="CSV (columns LOCUS_1, LOCUS_2), CMF or Prüm XML file.")
]
Job = Annotated[str, typer.Argument(help="Number of the comparison.")]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="Write matches to this file: .csv a table, else JSON lines. What is in the file is"
        " erased at the appliance. Without it they are printed and kept there.",
    ),
]
IdColumn = Annotated[str | None, typer.Option(help="The first column by default.")]
AsLines = Annotated[bool, typer.Option("--json", help="Print JSON, one document a line.")]


@app.command()
def start(
    path: Profiles,
    name: connection.As,
    officer: OfficerId,
    ordered_by: Ordered,
    legal_basis: Annotated[
        str, typer.Option(help="Provision of national law, and reference of the consent.")
    ],
    purpose: Purpose = INVESTIGATION,
    job_number: Annotated[
        str | None, typer.Option(help="Own number; a new one by default.")
    ] = None,
    out: Out = None,
    id_column: IdColumn = None,
    file_format: FormatOption = ProfileFormat.AUTO,
    single_allele: SingleAlleleOption = SingleAllele.HOMOZYGOTE,
    double_wildcard: DoubleWildcardOption = DoubleWildcard.ABSENT,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: AsLines = False,
) -> None:
    """Send the profiles of a file, start the comparison and write its matches as they come.

    Given the same file and job number again, it goes on where it was broken off.
    """
    number = job_number or new_request_number()
    terms = MassTerms(number, purpose, officer, ordered_by, legal_basis)
    reading = Reading(single_allele, double_wildcard)
    with connection.connect(home, name, target, CALL_TIMEOUT_S) as client, _matches(out) as into:
        job = client.mass_comparison.open(terms)
        console_error(f"comparison {number}")
        report = SendReport(job.profiles_received, job.batches)
        if job.state == pb.MASS_JOB_STATE_OPEN:
            with path.open("rb") as stream:
                file = open_compared(stream, file_format, id_column=id_column, reading=reading)
                report = mass_run.send(client, job, file)
            client.mass_comparison.start(number, report.batches)
        _follow(client, number, into, report, as_json)


@app.command()
def resume(
    job_number: Job,
    name: connection.As,
    out: Out = None,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: AsLines = False,
) -> None:
    """Go on fetching the matches of a comparison that was started."""
    with connection.connect(home, name, target, CALL_TIMEOUT_S) as client, _matches(out) as into:
        job = client.mass_comparison.job(job_number)
        if job.state == pb.MASS_JOB_STATE_OPEN:
            raise ValueError(
                f"comparison {job_number} still takes profiles: give the file again to"
                f" compare start --job-number {job_number}"
            )
        report = SendReport(job.profiles_received, job.batches)
        _follow(client, job_number, into, report, as_json)


@app.command()
def status(
    job_number: Job,
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """Tell how far a comparison is."""
    with connection.connect(home, name, target) as client:
        _tell_job(client.mass_comparison.job(job_number), as_json)


@app.command()
def cancel(
    job_number: Job,
    name: connection.As,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    as_json: connection.AsJson = False,
) -> None:
    """End a comparison; its profiles are erased, its matches can still be fetched."""
    with connection.connect(home, name, target) as client:
        _tell_job(client.mass_comparison.cancel(job_number), as_json)


def console_error(sentence: str) -> None:
    """Say something to the person at the terminal, beside the matches."""
    print(sentence, file=sys.stderr)


@contextmanager
def _matches(out: Path | None) -> Iterator[MatchFile | None]:
    """Open the file of matches, if there is one, before anything is sent."""
    if out is None:
        yield None
        return
    file = MatchFile(out)
    try:
        yield file
    finally:
        file.close()


def _follow(
    client: Client, number: str, into: MatchFile | None, report: SendReport, as_json: bool
) -> None:
    if into is None:
        lines: MatchWriter = (
            MatchLines(sys.stdout) if as_json else MatchCsv(sys.stdout, header=True)
        )
        job = mass_run.follow(client, number, 0, lines)
    else:
        job = mass_run.follow(client, number, into.cursor, into)
        cursor = into.sync()
        if cursor:
            # What is on our disk need not lie on theirs any longer.
            job = client.mass_comparison.acknowledge(number, cursor)
    _tell(job, report, into, as_json)
    if job.failure_reason:
        raise typer.Exit(of_reason(job.failure_reason))
    if report.left_out:
        raise typer.Exit(ExitCode.UNUSABLE_INPUT)


def _tell(job: pb.MassJob, report: SendReport, into: MatchFile | None, as_json: bool) -> None:
    if as_json and into is not None:
        left_out = [
            {
                "line": each.line,
                "reference_number": each.reference_number,
                "reason": each.reason,
                "message": each.message,
            }
            for each in report.left_out
        ]
        print_json({**_told(job), "left_out": left_out})
        return
    for each in report.left_out[:LEFT_OUT_SHOWN_MAX]:
        where = f"line {each.line} {each.reference_number}".strip()
        console_error(f"  {where}: {each.reason}: {each.message}")
    for (category, reason), count in sorted(report.skipped.items()):
        console_error(f"  {count} {category} skipped: {reason}")
    console_error(
        f"{_state(job)}: {job.profiles_compared} profiles compared, {job.matches} matches,"
        f" {len(report.left_out)} left out"
    )


def _tell_job(job: pb.MassJob, as_json: bool) -> None:
    if as_json:
        print_json(_told(job))
        return
    left = f", about {job.time_left.seconds} s left" if job.HasField("time_left") else ""
    why = f" ({job.failure_message})" if job.failure_message else ""
    console.print(
        f"{job.job_number}: {_state(job)}{why}; {job.profiles_compared} of"
        f" {job.profiles_received} profiles compared, {job.matches} matches{left}"
    )


def _told(job: pb.MassJob) -> dict[str, Any]:
    return MessageToDict(
        job, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )


def _state(job: pb.MassJob) -> str:
    return pb.MassJobState.Name(job.state).removeprefix("MASS_JOB_STATE_").lower()
