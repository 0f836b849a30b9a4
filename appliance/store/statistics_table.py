"""Counts over what is kept of requests; instants are microseconds since 1970, UTC.

``party`` None counts every Party. A request belongs to the moment of its receipt, with all that
became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from appliance.domain.codes import Bucket, Category, Collection, SearchType
from appliance.domain.statistics import ANSWER_TIME_BOUNDS_S, AnswerTimes, CapacityFigures
from appliance.store.database import Transaction

_CATEGORY = "CASE WHEN search_type LIKE 'DNA/%' THEN 'dna' ELSE 'dactyloscopic' END"
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
    state: str
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
        RequestCount(str(party), SearchType(kind), str(state), *map(int, counts))
        for party, kind, state, *counts in rows
    ]


def answer_times(tx: Transaction, span: Span) -> dict[tuple[str, Category], AnswerTimes]:
    """Return the times from receipt to answer, by Party and category."""
    ranked = tx.execute(
        "WITH took AS (SELECT party, settled_at - received_at AS us,"  # noqa: S608
        f" {_CATEGORY} AS category FROM request WHERE {_ANSWERED}),"
        " ranked AS (SELECT *, row_number() OVER by_length AS rank,"
        " count(*) OVER (PARTITION BY party, category) AS answers FROM took"
        " WINDOW by_length AS (PARTITION BY party, category ORDER BY us))"
        " SELECT party, category, max(iif(rank = (answers + 1) / 2, us, 0)) / 1000,"
        " max(iif(rank = (answers * 95 + 99) / 100, us, 0)) / 1000"
        " FROM ranked GROUP BY party, category",
        span.instants,
    )
    counted = _answer_time_counts(tx, span)
    return {
        (str(party), Category(category)): AnswerTimes(
            int(median_ms), int(p95_ms), counted[str(party), Category(category)]
        )
        for party, category, median_ms, p95_ms in ranked
    }


def _answer_time_counts(tx: Transaction, span: Span) -> dict[tuple[str, Category], tuple[int, ...]]:
    lower = (-1, *ANSWER_TIME_BOUNDS_S)
    upper = (*ANSWER_TIME_BOUNDS_S, None)
    within = ", ".join(
        f"sum(us > {low * 1_000_000}" + (f" AND us <= {high * 1_000_000})" if high else ")")
        for low, high in zip(lower, upper, strict=True)
    )
    rows = tx.execute(
        f"SELECT party, category, {within} FROM"  # noqa: S608
        f" (SELECT party, {_CATEGORY} AS category, settled_at - received_at AS us FROM request"
        f" WHERE {_ANSWERED}) GROUP BY party, category",
        span.instants,
    )
    return {
        (str(party), Category(category)): tuple(map(int, counts))
        for party, category, *counts in rows
    }


_COUNTS = (
    " count(DISTINCT s.request || ' ' || s.position), count(*), sum(s.verification = 'hit'),"
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
