"""Whether a capacity was used up at a past search: declarations of its time, and its day's record.

What was used is counted again from the record alone, charge by charge, for a count in a table can
be altered and the record cannot (Art. 17(2)). A refusal is recorded a moment after it was decided,
so it was right if the capacity had no room at any time in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from appliance.audit.record import Record
from appliance.domain.admissibility import Finding, PastSearch, Rule
from appliance.domain.capacity import Direction, Scope
from appliance.domain.codes import Bucket, SearchType
from appliance.domain.errors import CapacityExhausted
from appliance.domain.record import Act, RecordEntry
from appliance.exchange import findings
from appliance.exchange.ledger import Charge, opens_at
from appliance.exchange.past_search import of_entry
from appliance.store import capacity_table
from appliance.store.database import Database

ENTRIES_PER_PAGE = 1_000
DAY_ENTRIES_MAX = 2_000_000
"""Entries of a day that are read again, about a minute of reading; beyond, it is not judged."""

_GIVEN_BACK = frozenset({Act.SEARCH_FAILED, Act.SEARCH_CANCELLED})


@dataclass(frozen=True, slots=True)
class _Change:
    """Searches that an entry charged to the day, or gave back to it (below 0)."""

    sequence: int
    recorded_at: datetime
    charge: Charge
    searches: int


class PastCapacity:
    """Judges the searches of one call; the days it has read are kept for it. For one thread."""

    def __init__(self, database: Database, record: Record, zone: ZoneInfo) -> None:
        self._database = database
        self._record = record
        self._zone = zone
        self._days: dict[tuple[str, date], list[_Change] | str] = {}

    def finding(self, search: PastSearch) -> Finding:
        """Return what is found of the capacities that a search asked for."""
        if not search.read:
            return findings.unknown(Rule.CAPACITY, findings.UNREAD)
        if search.held:
            return findings.kept(Rule.CAPACITY, "held for the capacity of a later day")
        day = search.received_at.astimezone(self._zone).date()
        if (search.party, day) not in self._days:
            self._days[search.party, day] = self._read(search.party, day)
        changes = self._days[search.party, day]
        if isinstance(changes, str):
            return findings.unknown(Rule.CAPACITY, changes)
        return self._judged(search, day, changes)

    def _judged(self, search: PastSearch, day: date, changes: list[_Change]) -> Finding:
        asked = len(search.request.probes)
        charge = Charge(search.party, search.request.search_type, asked)
        told: list[str] = []
        for scope in charge.scopes:
            capacity = self._capacity(search, scope)
            if capacity is None:
                continue
            used = _used(changes, scope, search)
            text = f"{scope.value}: {used} of {capacity} used on {day}, {asked} asked for"
            if used + asked > capacity:
                return findings.broken(Rule.CAPACITY, CapacityExhausted.reason, text)
            told.append(text)
        return findings.kept(Rule.CAPACITY, "; ".join(told))

    def _capacity(self, search: PastSearch, scope: Scope) -> int | None:
        """Return the capacity that was declared, None where nothing bounds the scope.

        One declared between receipt and entry may or may not have been seen: then what was done is
        given the benefit of the doubt.
        """
        instants = (search.received_at, search.recorded_at)
        declared = [self._declared(search.party, scope, at) for at in instants]
        bounds = [each for each in declared if each is not None]
        if search.refused_with:
            return min(bounds, default=None)
        return max(bounds) if len(bounds) == len(declared) else None

    def _declared(self, party: str, scope: Scope, at: datetime) -> int | None:
        """Return what was declared by an instant; a bucket without a declaration has none."""
        found = self._database.read(
            lambda tx: capacity_table.declared(tx, Direction.INCOMING, party, scope, at)
        )
        return 0 if found is None and isinstance(scope, Bucket) else found

    def _read(self, party: str, day: date) -> list[_Change] | str:
        """Return what the record charged a Party for on a day, or why that is not known."""
        begins = datetime.combine(day, time(), self._zone).astimezone(UTC)
        ends = opens_at(day, self._zone)
        first, last = self._record.range_of(begins.date(), ends.date())
        if last - first + 1 > DAY_ENTRIES_MAX:
            return f"the day has {last - first + 1} entries, more than are read again"
        read = _Counted(self._entries(first, last))
        changes = list(_changes(read, party, day, self._zone))
        if read.count < last - first + 1:
            return "a part of that day's record is deleted (Art. 17(4))"
        return changes

    def _entries(self, first: int, last: int) -> Iterator[RecordEntry]:
        after = first - 1
        while after < last:
            page = self._record.entries(after, min(ENTRIES_PER_PAGE, last - after))
            if not page:
                return
            for entry in page:
                if entry.sequence <= last:
                    yield entry
            after = page[-1].sequence


class _Counted:
    """Entries, and how many of them were handed out."""

    def __init__(self, entries: Iterable[RecordEntry]) -> None:
        self._entries = entries
        self.count = 0

    def __iter__(self) -> Iterator[RecordEntry]:
        for entry in self._entries:
            self.count += 1
            yield entry


def _changes(
    entries: Iterable[RecordEntry], party: str, day: date, zone: ZoneInfo
) -> Iterator[_Change]:
    charged: dict[str, Charge] = {}
    for entry in entries:
        if entry.party != party:
            continue
        number = dict(entry.details).get("request_number", "")
        charge = _charge(entry, day, zone)
        if charge is not None:
            charged[number] = charge
            yield _Change(entry.sequence, entry.recorded_at, charge, charge.searches)
        elif entry.act in _GIVEN_BACK and number in charged:
            charge = charged.pop(number)
            yield _Change(entry.sequence, entry.recorded_at, charge, -charge.searches)


def _charge(entry: RecordEntry, day: date, zone: ZoneInfo) -> Charge | None:
    """Return what an entry charges to a day, None if nothing."""
    if entry.act is Act.SEARCH_RECEIVED:
        search = of_entry(entry)
        if search.held or search.received_at.astimezone(zone).date() != day:
            return None
        return Charge(entry.party, search.request.search_type, len(search.request.probes))
    said = dict(entry.details)
    if entry.act is Act.SEARCH_RELEASED and said.get("capacity_day") == day.isoformat():
        return Charge(entry.party, SearchType(said["search_type"]), int(said["probes"]))
    return None


def _used(changes: Iterable[_Change], scope: Scope, search: PastSearch) -> int:
    """Return what was used when a search was accepted, or the most while it was refused."""
    used = most = 0
    for change in changes:
        if change.sequence >= search.sequence:
            break
        if scope in change.charge.scopes:
            used += change.searches
        within = bool(search.refused_with) and change.recorded_at >= search.received_at
        most = max(most, used) if within else used
    return most
