"""``appliance dna request`` and ``appliance dna answer``: the exchange by Prüm XML messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from appliance.cli import connection, dna_answering, rule_options
from appliance.cli.answer_parts import Terms
from appliance.cli.output import console, print_json, progress_bar
from appliance.cli.profile_files import (
    DoubleWildcardOption,
    FormatOption,
    ProfileFile,
    ProfileFormat,
    SingleAlleleOption,
    open_profiles,
)
from appliance.cli.search_commands import (
    INVESTIGATION,
    Number,
    OfficerId,
    Ordered,
    Purpose,
    new_request_number,
)
from appliance.codecs import pruem_mapping
from appliance.codecs.codis_cmf import CmfSpecimen
from appliance.codecs.pruem_message import BLOCKS_MAX, Mode, ProfileKind, RequestType, Side
from appliance.codecs.pruem_xml_reader import read_message
from appliance.codecs.pruem_xml_writer import write_message
from appliance.domain.clock import SystemClock
from appliance.domain.dna import DoubleWildcard, Reading, SingleAllele
from appliance.domain.dna_inclusion import require_included
from appliance.domain.dna_rule import DnaRuleProfile
from appliance.domain.search import DnaProbe

PROFILES_MAX = 100_000

Out = Annotated[Path, typer.Option("--out", help="Where the message goes.")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``appliance dna``."""
    app.command()(request)
    app.command()(answer)


def request(
    path: Annotated[Path, typer.Argument(help="CSV or CMF file with the profiles.")],
    out: Out,
    source: Annotated[str, typer.Option("--from", help="Party that asks, such as MK.")],
    destination: Annotated[str, typer.Option("--to", help="Party that is asked.")],
    case_reference: Annotated[str, typer.Option("--case", help="Reference of the case.")] = "",
    article: Annotated[
        RequestType, typer.Option(help="3: a case, one profile a message; 4: mass comparison.")
    ] = RequestType.CASE,
    kind: Annotated[
        ProfileKind, typer.Option(help="S: traces, P: persons; a CMF file says it itself.")
    ] = ProfileKind.STAIN,
    agency: Annotated[str, typer.Option(help="Who supplies the profiles.")] = "",
    marker: Annotated[str, typer.Option(help="Method or kit.")] = "",
    mode: Annotated[Mode, typer.Option(help="test or operational.")] = Mode.OPERATIONAL,
    file_format: FormatOption = ProfileFormat.AUTO,
    id_column: Annotated[str | None, typer.Option(help="The first column by default.")] = None,
    single_allele: SingleAlleleOption = SingleAllele.HOMOZYGOTE,
    double_wildcard: DoubleWildcardOption = DoubleWildcard.ABSENT,
    request_number: Number = None,
    rule: rule_options.RuleName = None,
    pack: rule_options.PackPath = None,
    home: connection.Home = connection.DEFAULT_HOME,
    as_json: connection.AsJson = False,
) -> None:
    """Write Prüm XML requests for the profiles of a file; all profiles are usable, or none goes.

    Several messages are numbered: request-1.xml, request-2.xml. What is usable the rule says that
    the pack agrees with the Party that is asked; without a pack it is PCC-SEE.
    """
    agreed = rule_options.agreed(rule, pack, home, destination)
    reading = Reading(single_allele, double_wildcard)
    with path.open("rb") as stream:
        file = open_profiles(stream, file_format, id_column=id_column, reading=reading)
        groups = _probes(file, kind, agreed)
    number = request_number or new_request_number()
    side = Side(source, destination, number, SystemClock().now().replace(microsecond=0))
    parts = list(_parts(groups, 1 if article is RequestType.CASE else BLOCKS_MAX))
    if not parts:
        raise ValueError(f"{path.name}: no profile takes part in the exchange")
    documents = {}
    for index, (own, probes) in enumerate(parts, 1):
        several = len(parts) > 1
        own_side = replace(side, request_id=f"{number}-{index}") if several else side
        texts = {"ref": case_reference, "agency": agency, "marker": marker}
        message = pruem_mapping.request(probes, own, article, own_side, mode=mode, **texts)
        documents[_numbered(out, index, len(parts))] = own_side.request_id, write_message(message)
    for place, (_, document) in documents.items():
        place.write_bytes(document)
    numbers = {str(place): own_number for place, (own_number, _) in documents.items()}
    _tell_request(numbers, groups, file.skipped, agreed, as_json)


def _tell_request(
    numbers: dict[str, str],
    groups: dict[ProfileKind, list[DnaProbe]],
    skipped: Counter[tuple[str, str]],
    rule: DnaRuleProfile,
    as_json: bool,
) -> None:
    """Say what went into the messages, whose request numbers stand by their files, and what not."""
    left_out = _left_out(groups)
    if as_json:
        print_json(
            {
                "messages": [{"file": file, "request_number": n} for file, n in numbers.items()],
                "rule_profile": rule.label,
                "left_out": left_out,
                "skipped": [
                    {"category": category, "reason": reason, "count": count}
                    for (category, reason), count in skipped.most_common()
                ],
            }
        )
        return
    profiles = sum(map(len, groups.values()))
    console.print(f"{profiles} profiles in {len(numbers)} messages, judged by {rule.label}")
    _warn(left_out)
    for (category, reason), count in skipped.most_common():
        console.print(f"  skipped {count} of {category}: {reason}")


def _probes(
    file: ProfileFile, kind: ProfileKind, rule: DnaRuleProfile
) -> dict[ProfileKind, list[DnaProbe]]:
    """Return the profiles of a file by their kind; ``kind`` where the file does not say it.

    Raises ProfileMalformed with the line for the first profile that may not be exchanged.
    """
    groups: dict[ProfileKind, list[DnaProbe]] = {}
    with progress_bar("reading", None) as bar:
        for number, row in enumerate(file, 1):
            if number > PROFILES_MAX:
                raise ValueError(f"more than {PROFILES_MAX} profiles at once")
            own = pruem_mapping.KINDS[row.collection] if isinstance(row, CmfSpecimen) else kind
            person = own is ProfileKind.PERSON
            require_included(row.profile, rule, person=person, line=row.line)
            groups.setdefault(own, []).append(DnaProbe(row.reference_number, row.profile))
            bar.advance()
    return groups


def _left_out(groups: dict[ProfileKind, list[DnaProbe]]) -> Counter[str]:
    """Count, by name, the loci of profiles that no message has a place for."""
    return Counter(
        name
        for probes in groups.values()
        for probe in probes
        for name in pruem_mapping.left_out(pruem_mapping.loci_of(probe.profile))
    )


def _warn(left_out: Counter[str]) -> None:
    for name, profiles in sorted(left_out.items()):
        place = "the message has no place for it"
        console.print(f"  {name} is left out of {profiles} profiles: {place}", style="red")


def _parts(
    groups: dict[ProfileKind, list[DnaProbe]], blocks_max: int
) -> Iterator[tuple[ProfileKind, list[DnaProbe]]]:
    """Yield the profiles of each message with their kind."""
    for kind, probes in groups.items():
        for start in range(0, len(probes), blocks_max):
            yield kind, probes[start : start + blocks_max]


def answer(
    request_path: Annotated[Path, typer.Option("--request", help="Prüm XML request.")],
    out: Out,
    name: connection.As,
    officer: OfficerId,
    ordered_by: Ordered,
    case_reference: Annotated[
        str, typer.Option("--case", help="The case; by default the reference in the request.")
    ] = "",
    legal_basis: Annotated[
        str, typer.Option(help="Of a mass comparison: provision of law and the consent.")
    ] = "",
    purpose: Purpose = INVESTIGATION,
    home: connection.Home = connection.DEFAULT_HOME,
    target: connection.Target = None,
    timeout_s: connection.Timeout = 30,
    as_json: connection.AsJson = False,
) -> None:
    """Run a Prüm XML request as a search or a mass comparison and write the answer as Prüm XML.

    A profile without a match is answered with N, one that cannot be searched with E and the reason.
    Nothing is written where the appliance cannot answer now: the same command may succeed later.
    """
    with request_path.open("rb") as stream:
        asked = read_message(stream)
    terms = Terms(case_reference or asked.header.ref, purpose, officer, ordered_by, legal_basis)
    with connection.connect(home, name, target, timeout_s) as client:
        dna_answering.require_request(client, asked)
        with progress_bar("searching", len(asked.blocks)) as bar:
            left_out = Counter[str]()
            messages = dna_answering.answered(client, asked, terms, bar.advance, left_out)
    documents = {
        _numbered(out, index, len(messages)): write_message(message)
        for index, message in enumerate(messages, 1)
    }
    for place, document in documents.items():
        place.write_bytes(document)
    results = Counter(block.result.value for message in messages for block in message.blocks)
    if as_json:
        requested = messages[0].header.requested
        number = "" if requested is None else requested.request_id
        files = [str(place) for place in documents]
        told = {"results": dict(results), "left_out": dict(left_out)}
        print_json({"files": files, "answer_number": number, **told})
        return
    counted = ", ".join(f"{count} of result {result}" for result, count in results.items())
    console.print(f"{', '.join(map(str, documents))}: {counted}")
    _warn(left_out)


def _numbered(out: Path, index: int, count: int) -> Path:
    """Return the place of one of ``count`` messages."""
    return out if count == 1 else out.with_stem(f"{out.stem}-{index}")
