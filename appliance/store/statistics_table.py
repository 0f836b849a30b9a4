"""Counts over what is kept of requests; instants are microseconds since 1970, UTC.

``party`` None counts every Party. A request belongs to the moment of its receipt, with all that
became of it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from appliance.domain.codes import Bucket, Category, Collection, SearchType
from appliance.domain.search import RequestState
from appliance.domain.statistics import (
    ANSWER_TIME_BOUNDS_S,
    AnswerTimes,
    CapacityFigures,
    MassFigures,
)
from appliance.store.database import Transaction

_RECEIVED = "received_at >= ?1 AND received_at < ?2 AND (?3 IS NULL OR party = ?3)"
_ANSWERED = f"state = 'answered' AND {_RECEIVED}"


@dataclass(frozen=True, slots=True)
class Span:
    """A period as the tables need it: instants up to, days up to and with the last."""

    start_us: int
    end_us: int
    first_day: date
    last_day: date
    party: str | None

    @property
    def instants(self) -> tuple[int, int, str | None]:
        """The parameters of conditions on instants."""
        return self.start_us, self.end_us, self.party

    @property
    def days(self) -> tuple[str, str, str | None]:
        """The parameters of conditions on days."""
        return self.first_day.isoformat(), self.last_day.isoformat(), self.party


@dataclass(frozen=True, slots=True)
class RequestCount:
    """Requests of a Party and search type in one state; ``unsuitable`` of them failed as such."""

    party: str
    search_type: SearchType
    state: RequestState
    requests: int
    probes: int
    accelerated: int
    unsuitable: int


@dataclass(frozen=True, slots=True)
class MatchCount:
    """Matches of a Party's searches of one type in one collection."""

    party: str
    search_type: SearchType
    collection: Collection
    probes_matched: int
    matches: int
    hits: int
    no_hits: int
    disputed: int


def count_refusal(tx: Transaction, day: date, party: str, category: str, reason: str) -> None:
    """Count one refused request."""
    tx.execute(
        "INSERT INTO refusal_count (day, party, category, reason, refusals) VALUES (?, ?, ?, ?, 1)"
        " ON CONFLICT (day, party, category, reason) DO UPDATE SET refusals = refusals + 1",
        (day.isoformat(), party, category, reason),
    )


def refusals(tx: Transaction, span: Span) -> list[tuple[str, str, str, int]]:
    """Return (Party, category, reason, count), most frequent first."""
    rows = tx.execute(
        "SELECT party, category, reason, sum(refusals) AS total FROM refusal_count"
        " WHERE day >= ?1 AND day <= ?2 AND (?3 IS NULL OR party = ?3)"
        " GROUP BY party, category, reason ORDER BY total DESC, reason",
        span.days,
    )
    return [(str(party), str(cat), str(reason), int(total)) for party, cat, reason, total in rows]


def requests(tx: Transaction, span: Span, unsuitable: str) -> list[RequestCount]:
    """Return accepted requests by Party, type and state; ``unsuitable`` is that reason's name."""
    rows = tx.execute(
        "SELECT party, search_type, state, count(*), sum(probes), sum(accelerated),"  # noqa: S608
        " sum(coalesce(failure_reason = ?4, 0)) FROM request"
        f" WHERE {_RECEIVED} GROUP BY party, search_type, state",
        (*span.instants, unsuitable),
    )
    return [
        RequestCount(str(party), SearchType(kind), RequestState(state), *map(int, counts))
        for party, kind, state, *counts in rows
    ]


def answer_times(tx: Transaction, span: Span) -> dict[tuple[str, Category], AnswerTimes]:
    """Return the times to answer, by Party and category; 8 bytes are held for each answer."""
    rows = tx.iterate(
        f"SELECT party, search_type, settled_at - due_since FROM request WHERE {_ANSWERED}",  # noqa: S608
        span.instants,
    )
    of_type: defaultdict[tuple[str, str], array[int]] = defaultdict(lambda: array("q"))
    for party, search_type, us in rows:
        of_type[party, search_type].append(us)
    took: defaultdict[tuple[str, Category], array[int]] = defaultdict(lambda: array("q"))
    for (party, search_type), times_us in of_type.items():
        took[party, SearchType(search_type).category].extend(times_us)
    return {key: _answer_times(sorted(times_us)) for key, times_us in took.items()}


def _answer_times(ordered_us: Sequence[int]) -> AnswerTimes:
    """Return what is told of some times, given from short to long: ranks are nearest ranks."""
    count = len(ordered_us)
    within = [bisect_right(ordered_us, bound_s * 1_000_000) for bound_s in ANSWER_TIME_BOUNDS_S]
    return AnswerTimes(
        median_ms=ordered_us[(count + 1) // 2 - 1] // 1_000,
        p95_ms=ordered_us[(count * 95 + 99) // 100 - 1] // 1_000,
        counts=tuple(upto - before for before, upto in pairwise((0, *within, count))),
    )


# Positions stay below the 50 probes of a request, so that one number stands for each probe.
_COUNTS = (
    " count(DISTINCT s.request * 64 + s.position), count(*), sum(s.verification = 'hit'),"
    " sum(s.verification = 'no_hit'), sum(s.verification = 'disputed')"
    " FROM supplied AS s JOIN request AS r ON r.sequence = s.request"
)


def matches(tx: Transaction, span: Span) -> list[MatchCount]:
    """Return supplied matches by Party, search type and collection."""
    rows = tx.execute(
        f"SELECT r.party, r.search_type, s.collection,{_COUNTS}"
        f" WHERE {_RECEIVED} GROUP BY r.party, r.search_type, s.collection",
        span.instants,
    )
    summed = tx.execute(
        "SELECT party, search_type, collection, sum(probes_matched), sum(matches), sum(hits),"
        " sum(no_hits), sum(disputed) FROM supplied_sum"
        " WHERE day >= ?1 AND day <= ?2 AND (?3 IS NULL OR party = ?3)"
        " GROUP BY party, search_type, collection",
        span.days,
    )
    return [
        MatchCount(str(party), SearchType(kind), Collection(collection), *map(int, counts))
        for party, kind, collection, *counts in (*rows, *summed)
    ]


def capacities(tx: Transaction, span: Span) -> list[CapacityFigures]:
    """Return what was used of the declared capacities, by Party and bucket."""
    rows = tx.execute(
        "SELECT party, scope, sum(used) FROM capacity_use"
        " WHERE direction = 'incoming' AND scope IN ('identified', 'not_yet_identified')"
        " AND day >= ?1 AND day <= ?2 AND (?3 IS NULL OR party = ?3)"
        " GROUP BY party, scope ORDER BY party, scope",
        span.days,
    )
    return [CapacityFigures(str(party), Bucket(bucket), int(used)) for party, bucket, used in rows]


def mass_comparisons(tx: Transaction, span: Span) -> list[MassFigures]:
    """Return the mass comparisons opened in a period, by Party."""
    rows = tx.execute(
        "SELECT party, count(*), sum(state = 'finished'), sum(state = 'cancelled'),"
        " sum(state = 'failed'), sum(received), sum(compared), sum(matches) FROM mass_job"
        " WHERE opened_at >= ?1 AND opened_at < ?2 AND (?3 IS NULL OR party = ?3)"
        " GROUP BY party ORDER BY party",
        span.instants,
    )
    return [MassFigures(str(party), *map(int, counts)) for party, *counts in rows]


def oldest_supplied(tx: Transaction) -> tuple[int, int] | None:
    """Return sequence and receipt of the oldest request whose matches are kept, None for none."""
    rows = tx.execute(
        "SELECT sequence, received_at FROM request"
        " WHERE sequence = (SELECT min(request) FROM answered_probe)"
    )
    return (int(rows[0][0]), int(rows[0][1])) if rows else None


def sum_up(tx: Transaction, request: int, day: date) -> None:
    """Add the matches of one request to the sums of its day, before they are erased."""
    tx.execute(
        "INSERT INTO supplied_sum (day, party, search_type, collection, probes_matched, matches,"
        f" hits, no_hits, disputed) SELECT ?, r.party, r.search_type, s.collection,{_COUNTS}"
        " WHERE s.request = ? GROUP BY s.collection"
        " ON CONFLICT (day, party, search_type, collection) DO UPDATE SET"
        " probes_matched = probes_matched + excluded.probes_matched,"
        " matches = matches + excluded.matches, hits = hits + excluded.hits,"
        " no_hits = no_hits + excluded.no_hits, disputed = disputed + excluded.disputed",
        (day.isoformat(), request),
    )
