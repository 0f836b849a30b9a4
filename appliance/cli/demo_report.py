"""The demonstration's HTML report: what was shown in the terminal, with pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.table import Table

from appliance.cli import answer_tables, dna_report, report_page, subject_pictures
from appliance.cli.demo_data import DnaProbe, FingerProbe
from appliance.cli.report_page import Cell, ReportPage
from appliance.client import ApplianceRefused
from appliance.codecs import finger_record
from appliance.v1 import audit_pb2, dactyloscopic_pb2, dna_pb2

PICTURES_PER_PROBE_MAX = 2
RECORD_SHOWN = ("search_type", "officer", "matched", "reason", "answer_number")
RECORD_ROWS_MAX = 16


def _summary(entry: audit_pb2.RecordEntry) -> str:
    told = {each.name: each.value for each in entry.details}
    return ", ".join(
        f"{name.replace('_', ' ')} {told[name]}" for name in RECORD_SHOWN if told.get(name)
    )


def _when(entry: audit_pb2.RecordEntry) -> str:
    return entry.recorded_at.ToDatetime().strftime("%H:%M:%S")


def record_table(entries: Sequence[audit_pb2.RecordEntry]) -> Table:
    """Return the newest entries for a terminal."""
    table = Table(box=None)
    for head in ("No.", "UTC", "Act", "Party", "Details", "Digest"):
        table.add_column(head, no_wrap=head != "Details")
    for entry in entries[-RECORD_ROWS_MAX:]:
        table.add_row(
            str(entry.sequence),
            _when(entry),
            entry.act.replace("_", " "),
            entry.party,
            _summary(entry),
            entry.leaf_hash.hex()[:8],
        )
    return table


@dataclass(slots=True)
class DemoReport:
    """Collects what the demonstration shows. Not thread-safe."""

    told: str
    refusals: list[tuple[str, ApplianceRefused]] = field(default_factory=list)
    _fingers: list[str] = field(default_factory=list)
    _dna: list[str] = field(default_factory=list)
    _record: list[str] = field(default_factory=list)

    def finger(
        self,
        probe: FingerProbe,
        answer: dactyloscopic_pb2.DactyloscopicAnswer,
        result: dactyloscopic_pb2.FingerResult,
    ) -> None:
        """Add a probe's candidates with their pictures."""
        size = answer.provenance.gallery_size
        rows = [
            (
                str(each.rank),
                each.reference_number,
                *answer_tables.figures(each, size),
            )
            for each in result.candidates
        ]
        heads = ("Rank", "Reference number", *answer_tables.CANDIDATE_FIGURES)
        self._fingers += [report_page.heading(probe.name), report_page.table(heads, rows)]
        mine = finger_record.decode_views(probe.record)
        for each in result.candidates[:PICTURES_PER_PROBE_MAX]:
            self._fingers += subject_pictures.of_candidate(mine, each, probe.name)

    def dna(self, probe: DnaProbe, result: dna_pb2.DnaResult) -> None:
        """Add a probe's matches locus by locus."""
        self._dna += dna_report.result_parts(probe.told, result)

    def refusal(self, told: str, refused: ApplianceRefused) -> None:
        """Add a refused call."""
        self.refusals.append((told, refused))

    def record(
        self, entries: Sequence[audit_pb2.RecordEntry], verdict: audit_pb2.VerifyResponse
    ) -> None:
        """Add the record and what its check said."""
        rows = [
            (
                str(each.sequence),
                _when(each),
                each.act,
                each.party,
                _summary(each),
                each.leaf_hash.hex()[:16],
            )
            for each in entries
        ]
        said = "intact" if verdict.intact else f"broken at entry {verdict.broken_at}"
        self._record = [
            report_page.note(
                f"{verdict.entries} entries, {verdict.heads} signed heads: {said}",
                "intact" if verdict.intact else "refused",
            ),
            report_page.table(("No.", "When (UTC)", "Act", "Party", "Details", "Digest"), rows),
        ]

    def render(self) -> str:
        """Return the page."""
        page = ReportPage(
            "Prüm matching appliance: a demonstration",
            f"One appliance, two Parties, mutual TLS. Reference data: {self.told}.",
        )
        page.section(
            "Fingerprints",
            "Probe on the left, candidate on the right; lines join corresponding minutiae. A "
            "score of 40 means that one comparison of different fingers in 10,000 scores as high. "
            "A match is the machine's; only an expert can call it a hit.",
        )
        for part in self._fingers:
            page.add(part)
        page.section(
            "DNA",
            "A match of two profiles, locus by locus; values that differ are underlined. Below "
            "stands how many such matches chance alone puts into the file.",
        )
        for part in self._dna:
            page.add(part)
        page.section("Refusals")
        rows = [(told, Cell(each.reason, "refused"), each.message) for told, each in self.refusals]
        page.add(report_page.table(("Call", "Reason", "Said to the caller"), rows))
        page.section("The record", "Each entry is chained to the one before it by SHA-256.")
        for part in self._record:
            page.add(part)
        return page.render()
