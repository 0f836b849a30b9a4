"""``appliance search``: what another Party's case-management software does, by hand."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from appliance.cli import (
    answer_report,
    answer_tables,
    connection,
    dna_tables,
    dna_words,
    print_files,
)
from appliance.cli.output import console, print_json
from appliance.cli.profile_files import (
    DoubleWildcardOption,
    FormatOption,
    ProfileFormat,
    SingleAlleleOption,
    client_reading,
    open_profiles,
    received_values,
)
from appliance.client import SearchTerms
from appliance.codecs.codis_cmf import CmfSpecimen
from appliance.domain.codes import Collection
from appliance.domain.dna import DoubleWildcard, Reading, SingleAllele
from appliance.v1 import codes_pb2, dactyloscopic_pb2, dna_pb2

app = typer.Typer(help="Search an appliance as a contact point.", no_args_is_help=True)

Case = Annotated[str, typer.Option("--case", help="Reference of the individual case.")]
Purpose = Annotated[str, typer.Option(help="Purpose code of the profile pack.")]
OfficerId = Annotated[str, typer.Option("--officer", help="The officer who searches.")]
Ordered = Annotated[str, typer.Option("--ordered-by", help="The official who ordered it.")]
Number = Annotated[
    str | None, typer.Option("--request-number", help="Own number; a new one by default.")
]
Report = Annotated[
    Path | None, typer.Option("--report", help="HTML file for the expert who verifies the answer.")
]
CandidatesMax = Annotated[int, typer.Option(min=0, help="0: as many as the table allows.")]

KINDS = {
    "DNA/REFERENCE": Collection.DNA_REFERENCE,
    "DNA/UNIDENTIFIED": Collection.DNA_UNIDENTIFIED,
}
INVESTIGATION = "CRIMINAL_OFFENCE_INVESTIGATION"


def new_request_number() -> str:
    """Return a request number that was never used."""
    return uuid.uuid4().hex


def _print(answer: Message, as_json: bool) -> bool:
    """Print JSON if asked, or say that the request still waits; return whether it is done."""
    if as_json:
        print_json(
            MessageToDict(
                answer,
                preserving_proto_field_name=True,
                # A rank or an expectation of nought is told as such, not left out.
                always_print_fields_with_no_presence=True,
            )
        )
        return True
    header = answer.header  # type: ignore[attr-defined]
    if header.state == codes_pb2.ANSWER_STATE_QUEUED:
        console.print(f"request {header.request_number} is accepted and waits for its turn")
        return True
    return False


def _tell_how(answer: dactyloscopic_pb2.DactyloscopicAnswer | dna_pb2.DnaAnswer) -> None:
    """Tell the expert how to record what the matches are."""
    if any(result.matched for result in answer.results):
        console.print(
            "A match is no hit yet. Once compared, record each with: appliance verify hit (or "
            f"no-hit) {answer.header.request_number} PROBE COLLECTION REFERENCE_NUMBER"
        )


@app.command()
def finger(
    probes: Annotated[list[Path], typer.Argument(help="Files of prints of one case.")],
    name: connection.As,
    case_reference: Case,
    officer: OfficerId,
    ordered_by: Ordered,
    search_type: Annotated[str, typer.Option("--type", help="Such as LT/TP.")] = "LT/TP",
    purpose: Purpose = INVESTIGATION,
    candidates_max: CandidatesMax = 0,
    request_number: Number = None,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    timeout_s: connection.Timeout = 30,
    report: Report = None,
    as_json: connection.AsJson = False,
) -> None:
    """Search with records of minutiae and show the candidates (formats: ops/PRINT_FILES.md)."""
    terms = SearchTerms(
        request_number or new_request_number(),
        search_type,
        case_reference,
        purpose,
        officer,
        ordered_by,
        candidates_max,
    )
    records = print_files.records(probes)
    with connection.connect(home, name, target, timeout_s) as client:
        answer = client.search_finger(terms, records)
    if report is not None and answer.header.state == codes_pb2.ANSWER_STATE_ANSWERED:
        report.write_text(answer_report.finger_page(answer, records), encoding="utf-8")
    if not _print(answer, as_json):
        for result in answer.results:
            console.print(answer_tables.finger_result(result, answer.provenance.gallery_size))
        _tell_how(answer)


@app.command()
def dna(
    path: Annotated[Path, typer.Argument(help="CSV or CMF file with the profiles of one case.")],
    name: connection.As,
    case_reference: Case,
    officer: OfficerId,
    ordered_by: Ordered,
    search_type: Annotated[str, typer.Option("--type")] = "DNA/UNIDENTIFIED",
    purpose: Purpose = INVESTIGATION,
    candidates_max: CandidatesMax = 0,
    id_column: Annotated[str | None, typer.Option(help="The first column by default.")] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Search with this profile alone; repeat for more.")
    ] = None,
    file_format: FormatOption = ProfileFormat.AUTO,
    single_allele: SingleAlleleOption = SingleAllele.HOMOZYGOTE,
    double_wildcard: DoubleWildcardOption = DoubleWildcard.ABSENT,
    request_number: Number = None,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    timeout_s: connection.Timeout = 30,
    report: Report = None,
    as_json: connection.AsJson = False,
) -> None:
    """Search with DNA profiles of a file and show the matches with their loci.

    Of a CMF file, the specimens of the kind of --type are taken.
    """
    reading = Reading(single_allele, double_wildcard)
    with path.open("rb") as stream:
        profiles = {
            row.reference_number: received_values(row.profile)
            for row in open_profiles(stream, file_format, id_column=id_column, reading=reading)
            if (not only or row.reference_number in only)
            and (not isinstance(row, CmfSpecimen) or row.collection is KINDS.get(search_type))
        }
    terms = SearchTerms(
        request_number or new_request_number(),
        search_type,
        case_reference,
        purpose,
        officer,
        ordered_by,
        candidates_max,
    )
    with connection.connect(home, name, target, timeout_s) as client:
        answer = client.search_dna(terms, profiles, client_reading(reading))
    if report is not None and answer.header.state == codes_pb2.ANSWER_STATE_ANSWERED:
        report.write_text(answer_report.dna_page(answer), encoding="utf-8")
    if not _print(answer, as_json):
        for result in answer.results:
            for part in dna_tables.dna_result(result):
                console.print(part)
        console.print(dna_words.rule(answer.provenance.rule_profile))
        _tell_how(answer)
