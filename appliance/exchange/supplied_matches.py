"""What an answer supplies, kept beside it for the experts who will verify it (Art. 6(2), 19)."""

from __future__ import annotations

from datetime import datetime

from appliance.audit.record import Record
from appliance.domain.note import Occasion
from appliance.domain.search import DnaMatch, FingerCandidate
from appliance.exchange import notes
from appliance.matching.outcome import MatchOutcome
from appliance.store import catalogue_table, verification_table
from appliance.store.database import Transaction
from appliance.store.requests_table import RequestRow


def keep(
    tx: Transaction, record: Record, row: RequestRow, outcome: MatchOutcome, at: datetime
) -> None:
    """Keep probes and matches in the transaction of their answer, and put notes where due.

    Every match begins unverified: the machine says match, and never hit (Art. 1(3)(r)).
    """
    for position, item in enumerate(outcome.items):
        verification_table.add_probe(tx, row.sequence, position, item.reference_number)
        supplied: tuple[FingerCandidate | DnaMatch, ...] = (
            *item.finger_candidates,
            *item.dna_matches,
        )
        matches = [
            (each.collection, each.reference_number, each.rank, _noted_item(tx, each))
            for each in supplied
        ]
        verification_table.add_matches(tx, row.sequence, position, matches)
    if Occasion.MATCH not in map(Occasion.of, row.search_type.collections):
        return
    for probe in verification_table.probes(tx, row.sequence):
        notes.put(tx, record, row.party, row.request_number, probe.matches, Occasion.MATCH, at)


def _noted_item(tx: Transaction, match: FingerCandidate | DnaMatch) -> int | None:
    """Return the ordinal of own unidentified data, None for persons' and for data deleted since."""
    if Occasion.of(match.collection) is None:
        return None
    return catalogue_table.live_ordinal(tx, match.collection, match.reference_number)
