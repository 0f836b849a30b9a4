"""The figures of the exchange, counted from what is kept of it (Art. 21; IA Art. 13)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from appliance.access import roles
from appliance.audit.record import Record
from appliance.config.settings import Settings
from appliance.domain.codes import Category, Role, SearchType
from appliance.domain.errors import FieldViolation, QualityInsufficient, RequestInvalid
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.domain.search import RequestState
from appliance.domain.statistics import (
    AnswerTimes,
    ClassFigures,
    MatchClass,
    PartyFigures,
    Period,
    Statistics,
)
from appliance.store import statistics_table
from appliance.store.database import Database, Transaction
from appliance.store.instant import to_us
from appliance.store.statistics_table import MatchCount, RequestCount, Span


class StatisticsDesk:
    """Counts for this Party's administrator and auditor. Thread-safe."""

    def __init__(self, database: Database, record: Record, settings: Settings) -> None:
        self._database = database
        self._record = record
        self._settings = settings

    def read(self, principal: Principal, period: Period, party: str = "") -> Statistics:
        """Return the figures of a period, of one Party or of all, after the reading is on record.

        Everything is counted in one look at the database, so that the figures fit each other.
        Raises RoleDenied, RequestInvalid if the period ends before it begins, RecordUnavailable.
        """
        roles.require(principal, Role.ADMINISTRATOR, Role.AUDITOR)
        if period.last_day < period.first_day:
            raise RequestInvalid([FieldViolation("last_day", "lies before the first")])
        details = {
            "first_day": period.first_day.isoformat(),
            "last_day": period.last_day.isoformat(),
            "certificate": principal.fingerprint,
        }
        of_party = {"of_party": party} if party else {}
        self._record.write(Act.STATISTICS_READ, principal.party, {**details, **of_party})
        span = self._span(period, party or None)
        return self._database.read(lambda tx: _statistics(tx, period, span))

    def _span(self, period: Period, party: str | None) -> Span:
        zone = self._settings.zone
        start = datetime.combine(period.first_day, time(), zone)
        end = datetime.combine(_next(period.last_day), time(), zone)
        return Span(to_us(start), to_us(end), period.first_day, period.last_day, party)


def _next(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day


def _statistics(tx: Transaction, period: Period, span: Span) -> Statistics:
    requests: defaultdict[tuple[str, str], list[RequestCount]] = defaultdict(list)
    for each in statistics_table.requests(tx, span, QualityInsufficient.reason):
        requests[each.party, each.search_type.category.value].append(each)
    refusals: defaultdict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for party, category, reason, count in statistics_table.refusals(tx, span):
        refusals[party, category].append((reason, count))
    matches: defaultdict[tuple[str, str], list[MatchCount]] = defaultdict(list)
    for found in statistics_table.matches(tx, span):
        matches[found.party, found.search_type.category.value].append(found)
    times = {(party, str(category)): took for (party, category), took in
             statistics_table.answer_times(tx, span).items()}  # fmt: skip
    parties = tuple(
        _figures(*key, requests[key], refusals[key], matches[key], times.get(key, AnswerTimes()))
        for key in sorted({*requests, *refusals})
    )
    return Statistics(
        period,
        parties,
        tuple(statistics_table.capacities(tx, span)),
        tuple(statistics_table.mass_comparisons(tx, span)),
    )


def _figures(
    party: str,
    category: str,
    requests: Sequence[RequestCount],
    refusals: Sequence[tuple[str, int]],
    matches: Sequence[MatchCount],
    times: AnswerTimes,
) -> PartyFigures:
    unsuitable = sum(count for reason, count in refusals if reason == QualityInsufficient.reason)
    in_state = Counter[RequestState]()
    for each in requests:
        in_state[each.state] += each.requests
    return PartyFigures(
        party=party,
        category=category,
        accepted=in_state.total(),
        answered=in_state[RequestState.ANSWERED],
        failed=in_state[RequestState.FAILED],
        cancelled=in_state[RequestState.CANCELLED],
        accelerated=sum(each.accelerated for each in requests),
        unsuitable=unsuitable + sum(each.unsuitable for each in requests),
        refusals=tuple(refusals),
        classes=_classes(category, requests, matches),
        times=times,
    )


def _classes(
    category: str, requests: Sequence[RequestCount], matches: Sequence[MatchCount]
) -> tuple[ClassFigures, ...]:
    """Return the figures of every match class that the category knows, also those without any."""
    if not category:
        return ()
    figures = []
    for match_class in MatchClass:
        found = [m for m in matches if MatchClass.of(m.search_type, m.collection) is match_class]
        compared = [
            each.probes
            for each in requests
            if each.state is RequestState.ANSWERED and match_class in _classes_of(each.search_type)
        ]
        if any(match_class in _classes_of(each) for each in _types(category)):
            figures.append(_class(match_class, sum(compared), found))
    return tuple(figures)


def _class(match_class: MatchClass, probes: int, found: Sequence[MatchCount]) -> ClassFigures:
    return ClassFigures(
        match_class,
        probes,
        probes_matched=sum(each.probes_matched for each in found),
        matches=sum(each.matches for each in found),
        hits=sum(each.hits for each in found),
        no_hits=sum(each.no_hits for each in found),
        disputed=sum(each.disputed for each in found),
    )


def _classes_of(search_type: SearchType) -> set[MatchClass]:
    return {MatchClass.of(search_type, each) for each in search_type.collections}


def _types(category: str) -> list[SearchType]:
    return [each for each in SearchType if each.category is Category(category)]
