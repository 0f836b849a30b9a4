"""``make demo``: a real appliance, two Parties, real searches, refusals and the record of it all.

Everything goes through the public interface: ``appliance serve`` runs as a process of its own, and
each Party holds its own client certificate.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

from rich.rule import Rule as Line
from rich.text import Text

from appliance.cli import answer_tables, demo_data, demo_report, dna_tables, installation
from appliance.cli.demo_data import DemoData, FingerProbe
from appliance.cli.demo_report import DemoReport
from appliance.cli.exit_codes import ExitCode
from appliance.cli.load_report import load_items
from appliance.cli.local_appliance import LocalAppliance
from appliance.cli.output import console, progress_bar
from appliance.cli.search_commands import INVESTIGATION, new_request_number
from appliance.client import ApplianceRefused, Capacity, Client, SearchTerms
from appliance.config.layout import Layout
from appliance.domain.clock import SystemClock
from appliance.domain.errors import ApplianceError
from appliance.v1 import dactyloscopic_pb2

OWNER, FIRST, SECOND = "RS", "MK", "BA"
HOME = Path("demo-run")
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data"
FIRST_CAPACITY = 500
SECOND_CAPACITY = 2
PROBES_SHOWN = 5
FREQUENCIES = "allele_frequencies.csv"
PRINT_CALL_S = 120.0


def _terms(party: str, search_type: str, officer: str = "") -> SearchTerms:
    return SearchTerms(
        new_request_number(),
        search_type,
        f"{party}-CASE-7/26",
        INVESTIGATION,
        officer or installation.officer_id(party),
        f"{party}-PROSECUTOR-3",
    )


def _heading(text: str) -> None:
    console.print()
    console.print(Line(Text(text, style="bold"), align="left"))


def _load(appliance: LocalAppliance, data: DemoData) -> None:
    _heading(f"{OWNER} loads its reference data")
    console.print(data.told)
    with appliance.client(f"{OWNER}-administrator", 3600) as admin:
        for items, total in ((data.finger_items, data.fingers), (data.dna_items, data.profiles)):
            begun = time.perf_counter()
            report = load_items(admin, items(), total)
            seconds = time.perf_counter() - begun
            console.print(
                f"{report.accepted:,} items acknowledged as durable in {seconds:.1f} s, "
                f"{report.refused} refused"
            )
        admin.declare(
            [
                Capacity(FIRST, "not_yet_identified", FIRST_CAPACITY),
                Capacity(SECOND, "not_yet_identified", SECOND_CAPACITY),
            ]
        )
        console.print(
            f"{OWNER} declares capacities: with data of persons not yet identified, {FIRST} may "
            f"make {FIRST_CAPACITY} searches a day, {SECOND} {SECOND_CAPACITY}"
        )


def _fingers(client: Client, data: DemoData, report: DemoReport) -> None:
    _heading(f"{FIRST} searches with finger latents (LT/TP)")
    found = 0
    for probe in data.finger_probes[:PROBES_SHOWN]:
        begun = time.perf_counter()
        answer = client.search_finger(_terms(FIRST, "LT/TP"), {probe.name: probe.record})
        took_ms = 1000 * (time.perf_counter() - begun)
        (result,) = answer.results
        console.print(answer_tables.finger_result(result, answer.provenance.gallery_size))
        right = _is_right(probe, result)
        found += right
        console.print(
            f"{took_ms:.0f} ms with the record of the supply; first candidate is "
            + ("the right finger" if right else "another finger"),
            style="green" if right else "yellow",
        )
        report.finger(probe, answer, result)
    others = data.finger_probes[PROBES_SHOWN:]
    with progress_bar("searching with further latents", len(others)) as bar:
        for probe in others:
            answer = client.search_finger(_terms(FIRST, "LT/TP"), {probe.name: probe.record})
            found += _is_right(probe, answer.results[0])
            bar.advance()
    console.print(
        f"{found} of {len(data.finger_probes)} latents found their finger at rank 1", style="bold"
    )


def _is_right(probe: FingerProbe, result: dactyloscopic_pb2.FingerResult) -> bool:
    return bool(result.candidates) and result.candidates[0].reference_number == probe.mate


def _dna(client: Client, data: DemoData, report: DemoReport) -> None:
    _heading(f"{SECOND} searches with DNA profiles of stains")
    for probe in data.dna_probes[:SECOND_CAPACITY]:
        answer = client.search_dna(_terms(SECOND, "DNA/UNIDENTIFIED"), {probe.name: probe.profile})
        (result,) = answer.results
        console.print(f"{probe.name}: {probe.told}")
        for part in dna_tables.dna_result(result):
            console.print(part)
        report.dna(probe, result)


def _refusals(appliance: LocalAppliance, data: DemoData, report: DemoReport) -> None:
    _heading("What is refused, and why")
    probe = data.dna_probes[0]
    with appliance.client(f"{SECOND}-contact-point-dna") as client:
        for _ in range(SECOND_CAPACITY + 1):
            try:
                client.search_dna(_terms(SECOND, "DNA/UNIDENTIFIED"), {probe.name: probe.profile})
            except ApplianceRefused as refused:
                report.refusal(f"{SECOND}, one search more than its capacity", refused)
                break
    latent = data.finger_probes[0]
    with appliance.client(f"{FIRST}-contact-point-dactyloscopic") as client:
        unknown = _terms(FIRST, "LT/TP", officer=f"{FIRST}-OFFICER-99")
        try:
            client.search_finger(unknown, {latent.name: latent.record})
        except ApplianceRefused as refused:
            report.refusal(f"{FIRST}, an officer who is not on the list", refused)
    for told, refusal in report.refusals:
        console.print(Text.assemble(f"{told}: ", (refusal.reason, "red"), f": {refusal.message}"))


def _record(appliance: LocalAppliance, report: DemoReport) -> bool:
    _heading("The record, read by the auditor")
    with appliance.client(f"{OWNER}-auditor") as auditor:
        entries = list(auditor.record_entries())
        verdict = auditor.verify_record()
    table = demo_report.record_table(entries)
    console.print(table)
    console.print(
        Text.assemble(
            f"chain of {verdict.entries} entries under {verdict.heads} signed heads: ",
            ("intact", "green") if verdict.intact else (f"broken at {verdict.broken_at}", "red"),
        )
    )
    report.record(entries, verdict)
    return bool(verdict.intact)


def _set(layout: Layout, data: DemoData) -> None:
    """Set what a demonstration needs, as an administrator would: by hand in the settings."""
    (layout.directory / FREQUENCIES).write_bytes(data.population.content)
    settings = layout.settings.read_text(encoding="utf-8")
    for old, new in (
        # Seconds, not the usual interval: the demonstration ends before a second head otherwise.
        ("head_interval_s = 10", "head_interval_s = 1"),
        ('population_file = ""', f'population_file = "{FREQUENCIES}"'),
        ('population = ""', f'population = "{data.population.population}"'),
        ('population_source = ""', f'population_source = "{data.population.source}"'),
    ):
        settings = settings.replace(old, new, 1)
    layout.settings.write_text(settings, encoding="utf-8")


def run(home: Path, samples: Path) -> ExitCode:
    """Run the demonstration in ``home``, which is emptied first."""
    shutil.rmtree(home, ignore_errors=True)
    data = demo_data.choose(samples)
    report = DemoReport(data.told)
    plan = installation.Plan(OWNER, (FIRST, SECOND), port=0, telemetry_port=0)
    layout = installation.make(home, plan, SystemClock().now())
    _set(layout, data)
    _heading(f"An appliance of {OWNER} starts as a process of its own")
    with LocalAppliance(home) as appliance:
        if appliance.address is not None:
            console.print(f"gRPC with mutual TLS on {appliance.address.grpc}")
            console.print(f"metrics on http://{appliance.address.telemetry}/metrics")
        _load(appliance, data)
        with appliance.client(f"{FIRST}-contact-point-dactyloscopic", PRINT_CALL_S) as client:
            _fingers(client, data, report)
        with appliance.client(f"{SECOND}-contact-point-dna", PRINT_CALL_S) as client:
            _dna(client, data, report)
        _refusals(appliance, data, report)
        intact = _record(appliance, report)
    page = home / "report.html"
    page.write_text(report.render(), encoding="utf-8")
    console.print()
    console.print(f"The report with pictures: {page}", style="bold")
    return ExitCode.DONE if intact else ExitCode.DAMAGED


def main() -> None:
    """Run it in the current directory."""
    try:
        sys.exit(run(HOME, SAMPLES))
    except (ApplianceError, ApplianceRefused) as error:
        print(f"demo: {error.reason}: {error.message}", file=sys.stderr)
        sys.exit(ExitCode.DEFECT)


if __name__ == "__main__":
    main()
