"""Entries of the record, and what was found of them, as tables."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table

from appliance.v1.audit_pb2 import RecordEntry
from appliance.v1.supervision_pb2 import Admissibility


def entry_table(entries: Iterable[RecordEntry]) -> Table:
    """Return a table with a row for each entry."""
    table = Table("No.", "When (UTC)", "Act", "Party")
    table.add_column("Details", overflow="fold")
    for entry in entries:
        when = entry.recorded_at.ToDatetime().strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(str(entry.sequence), when, entry.act, entry.party, details_text(entry))
    return table


def details_text(entry: RecordEntry) -> str:
    """Return the facts of an entry in one line."""
    return ", ".join(f"{each.name}={each.value}" for each in entry.details)


def verdict_text(judged: Admissibility) -> str:
    """Return the verdict on a past search or mass comparison in one line."""
    asked = "mass comparison" if judged.step else "request"
    step = f", {judged.step}," if judged.step else ""
    why = f": {judged.remark}" if judged.remark else ""
    return (
        f"entry {judged.sequence}: {asked} {judged.request_number} of {judged.party}{step} is"
        f" {judged.verdict} (pack {judged.pack_version}){why}"
    )


def findings_table(judged: Admissibility) -> Table:
    """Return a table with a row for each rule."""
    table = Table("Rule", "Outcome", "Reason")
    table.add_column("Why", overflow="fold")
    for found in judged.findings:
        table.add_row(found.rule, found.outcome, found.reason, found.remark)
    return table
