"""The record of supplies (Art. 17): one entry for each act, chained so that none can vanish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Act(StrEnum):
    """What is recorded."""

    SEARCH_RECEIVED = "search_received"  # the intent: durable before a kernel sees the probe
    SEARCH_ANSWERED = "search_answered"  # the outcome: durable before the answer leaves
    SEARCH_FAILED = "search_failed"
    SEARCH_REFUSED = "search_refused"
    REFERENCE_LOADED = "reference_loaded"
    REFERENCE_DELETED = "reference_deleted"
    REFERENCE_READ = "reference_read"
    CAPACITY_DECLARED = "capacity_declared"
    OUTCOME_RECORDED = "outcome_recorded"
    NOTE_ADDED = "note_added"
    NOTE_REMOVED = "note_removed"
    STATISTICS_READ = "statistics_read"
    RECORD_READ = "record_read"
    SERVICE_STARTED = "service_started"


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """One entry: ``details`` holds only the fields that Art. 17(2) asks for, as text.

    ``sequence`` counts from 1; ``digest`` is SHA-256 over the former digest and the canonical leaf.
    """

    sequence: int
    recorded_at: datetime
    act: Act
    party: str
    details: tuple[tuple[str, str], ...]
    digest: bytes
