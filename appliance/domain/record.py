"""The record of supplies (Art. 17): one entry for each act, in a tree that none can vanish from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.domain.codes import Collection

Subject = tuple[Collection, str]
"""An item of reference data that an entry concerns: its collection and reference number."""


class Act(StrEnum):
    """What is recorded."""

    SEARCH_RECEIVED = "search_received"  # the intent: durable before a kernel sees the probe
    SEARCH_ANSWERED = "search_answered"  # the outcome: durable before the answer leaves
    SEARCH_FAILED = "search_failed"
    SEARCH_CANCELLED = "search_cancelled"  # by its requester, before it was searched
    SEARCH_RELEASED = "search_released"  # was held, and is charged to the day it is released on
    SEARCH_DELAYED = "search_delayed"  # four fifths of its 24 hours are over (IA Art. 11(2))
    OUTAGE_BEGUN = "outage_begun"  # no searches for reasons of vis major (IA Art. 11(2))
    OUTAGE_ENDED = "outage_ended"
    SEARCH_REFUSED = "search_refused"
    MASS_COMPARISON_OPENED = "mass_comparison_opened"  # who asked, why, on whose order (Art. 4)
    MASS_COMPARISON_RECEIVED = "mass_comparison_received"  # one batch of profiles
    MASS_COMPARISON_STARTED = "mass_comparison_started"
    MASS_COMPARISON_ANSWERED = "mass_comparison_answered"  # one block: durable before it leaves
    MASS_COMPARISON_ENDED = "mass_comparison_ended"  # finished, cancelled or failed, and why
    MASS_COMPARISON_REFUSED = "mass_comparison_refused"
    REFERENCE_LOADED = "reference_loaded"
    REFERENCE_DELETED = "reference_deleted"
    REFERENCE_READ = "reference_read"
    REFERENCE_CORRECTED = "reference_corrected"
    REFERENCE_FLAGGED = "reference_flagged"  # contested, or the flag removed on a legal basis
    REFERENCE_RESTRICTED = "reference_restricted"
    REFERENCE_RELEASED = "reference_released"
    REFERENCE_END_SET = "reference_end_set"  # when the maximum period is over
    ERASURE_CERTIFIED = "erasure_certified"  # no byte of a deleted item is left
    PACK_ACTIVATED = "pack_activated"  # which, from when, and what it changes (Art. 20(2))
    CLOCK_ACCEPTED = "clock_accepted"  # an administrator vouched for the clock, and why
    CAPACITY_DECLARED = "capacity_declared"
    OUTCOME_RECORDED = "outcome_recorded"
    NOTE_ADDED = "note_added"
    NOTE_REMOVED = "note_removed"
    STATISTICS_READ = "statistics_read"
    OUTGOING_RESERVED = "outgoing_reserved"  # searches that this Party is about to ask of another
    OUTGOING_RELEASED = "outgoing_released"  # and that the other Party refused
    PURPOSE_AUTHORISED = "purpose_authorised"  # use for another purpose (Art. 13(1))
    ONWARD_SUPPLY_AUTHORISED = "onward_supply_authorised"  # to another entity (Art. 14)
    MANUAL_SUPPLY = "manual_supply"  # by hand: reason, data, date, bodies (Art. 17(1))
    AUTHORITY_REQUESTED = "authority_requested"  # recorded data, due in four weeks (Art. 17(3))
    AUTHORITY_SUPPLIED = "authority_supplied"
    SAMPLE_DRAWN = "sample_drawn"  # at random, by a seed (Art. 17(5))
    SAMPLE_RESULT_RECORDED = "sample_result_recorded"
    RECORD_READ = "record_read"
    RECORD_EXPIRED = "record_expired"  # what was recorded on a day was deleted (Art. 17(4))
    SERVICE_STARTED = "service_started"


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """One entry: ``details`` holds only the fields that Art. 17(2) asks for, as text.

    ``sequence`` counts from 1. ``subjects`` are the items supplied, or those the act was about.
    ``leaf_hash`` is the entry's hash in the tree, over ``salt`` and the canonical leaf.
    """

    sequence: int
    recorded_at: datetime
    act: Act
    party: str
    details: tuple[tuple[str, str], ...]
    leaf_hash: bytes
    salt: bytes = b""
    subjects: tuple[Subject, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordLeaf:
    """One leaf of the tree: ``content``, salt and all, is None once it was deleted."""

    sequence: int
    leaf_hash: bytes
    content: bytes | None
