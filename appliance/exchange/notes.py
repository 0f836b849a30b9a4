"""Notes on own unidentified data (Art. 1(3)(i), IA Art. 8(2)): put by matches, kept by the owner.

A note is for the owner alone: it is no part of any answer, whose fields are a closed list. It says
that data under a reference number has matched: it stays when that data is corrected, and ends with
its deletion.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from appliance.access import roles
from appliance.audit.record import Record
from appliance.domain import limits
from appliance.domain.clock import Clock
from appliance.domain.codes import Collection, Role
from appliance.domain.errors import ReferenceUnknown, RequestInvalid
from appliance.domain.note import Note, Occasion
from appliance.domain.principal import Principal
from appliance.domain.record import Act, Subject
from appliance.domain.verification import SuppliedMatch
from appliance.exchange import form
from appliance.store import note_table
from appliance.store.database import Database, Transaction

_NOTES_PER_ENTRY_MAX = 50
"""Notes that one entry of the record names: their numbers fit into the bound of a detail."""


def put(
    tx: Transaction,
    record: Record,
    party: str,
    request_number: str,
    matches: Sequence[SuppliedMatch],
    occasion: Occasion,
    at: datetime,
) -> None:
    """Put notes on the own unidentified data among ``matches``, and record those that are new.

    ``party`` and ``request_number`` say whose search or comparison matched. Data that is noted at
    another occasion, or was deleted meanwhile, is left alone.
    """
    noted = [
        (match.collection, match.reference_number)
        for match in matches
        if match.item is not None
        and Occasion.of(match.collection) is occasion
        and note_table.put(tx, match.item, party, request_number, occasion, at)
    ]
    for first in range(0, len(noted), _NOTES_PER_ENTRY_MAX):
        subjects = noted[first : first + _NOTES_PER_ENTRY_MAX]
        details = {
            "request_number": request_number,
            "occasion": occasion.value,
            # One a line: a reference number is printable, so it holds no line end.
            "reference_numbers": "\n".join(number for _, number in subjects),
        }
        record.append(tx, Act.NOTE_ADDED, party, details, subjects)


def end(tx: Transaction, record: Record, principal: Principal, item: int, subject: Subject) -> None:
    """Record that the notes on an item end with it; its deletion in this transaction ends them."""
    after = 0
    while ended := note_table.standing(tx, item, after, _NOTES_PER_ENTRY_MAX):
        details = {
            "collection": subject[0].value,
            "reference_number": subject[1],
            "noted_for": "\n".join(f"{each.party} {each.request_number}" for each in ended),
            "reason": "the data it stood on was deleted",
            "certificate": principal.fingerprint,
        }
        record.append(tx, Act.NOTE_REMOVED, principal.party, details, (subject,))
        after = ended[-1].number


class NoteDesk:
    """Shows notes to this Party's administrator and removes them on demand. Thread-safe."""

    def __init__(self, database: Database, record: Record, clock: Clock) -> None:
        self._database = database
        self._record = record
        self._clock = clock

    def notes(
        self,
        principal: Principal,
        after: int,
        limit: int,
        *,
        collection: Collection | None = None,
        reference_number: str = "",
        removed: bool = False,
    ) -> list[Note]:
        """Return up to ``limit`` notes after number ``after``; raises RoleDenied.

        ``collection`` and ``reference_number`` narrow the list; ``removed`` adds those removed.
        """
        roles.require(principal, Role.ADMINISTRATOR)
        bounded = max(0, min(limit, limits.PAGE_MAX))
        return self._database.read(
            lambda tx: note_table.page(tx, after, bounded, collection, reference_number, removed)
        )

    def remove(self, principal: Principal, number: int, reason: str) -> None:
        """Remove a note, with its reason on record in the same commit.

        Asked again with the same reason, it does nothing. Raises RoleDenied, RequestInvalid
        without a reason, ReferenceUnknown where no such note stands, RecordUnavailable.
        """
        roles.require(principal, Role.ADMINISTRATOR)
        violations = form.text("reason", reason, limits.REASON_CHARS_MAX)
        if violations:
            raise RequestInvalid(violations)
        self._database.write(lambda tx: self._remove(tx, principal, number, reason)).result()

    def _remove(self, tx: Transaction, principal: Principal, number: int, reason: str) -> None:
        note = note_table.find(tx, number)
        if note is not None and note.removed_at is not None and note.removal_reason == reason:
            return
        if note is None or note.removed_at is not None:
            raise ReferenceUnknown(f"there is no note {number}, or it was removed")
        note_table.remove(tx, number, reason, self._clock.now())
        details = {
            "note": str(number),
            "collection": note.collection.value,
            "reference_number": note.reference_number,
            "noted_for": f"{note.party} {note.request_number}",
            "reason": reason,
            "certificate": principal.fingerprint,
        }
        subjects = ((note.collection, note.reference_number),)
        self._record.append(tx, Act.NOTE_REMOVED, principal.party, details, subjects)
