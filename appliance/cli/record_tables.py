"""Entries of the record as a table."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table

from appliance.v1.audit_pb2 import RecordEntry


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
