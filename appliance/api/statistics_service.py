# ruff: noqa: N802 - the contract names the methods.
"""StatisticsService: the figures of the exchange (Art. 21, IA Art. 13)."""

from __future__ import annotations

from datetime import date
from typing import Any

from appliance.api.call import Call
from appliance.api.fields import BUCKET_NUMBERS, FieldChecks
from appliance.api.ports_verification import StatisticsDesk
from appliance.domain.codes import party_code
from appliance.domain.statistics import (
    ANSWER_TIME_BOUNDS_S,
    ClassFigures,
    MassFigures,
    MatchClass,
    PartyFigures,
    Period,
)
from appliance.v1 import statistics_pb2 as pb

MATCH_CLASS_NUMBERS: dict[MatchClass, Any] = {
    each: pb.MatchClass.Value(f"MATCH_CLASS_{each.name}") for each in MatchClass
}


class StatisticsServicer:
    """The methods of the contract."""

    def __init__(self, desk: StatisticsDesk) -> None:
        self._desk = desk

    async def GetStatistics(
        self, request: pb.GetStatisticsRequest, call: Call
    ) -> pb.GetStatisticsResponse:
        """Return the figures of a period."""
        checks = FieldChecks()
        period = Period(
            _day(checks, "first_day", request.first_day), _day(checks, "last_day", request.last_day)
        )
        checks.raise_if_wrong()
        party = party_code(request.party) if request.party else ""
        figures = await call.run(self._desk.read, call.principal, period, party)
        return pb.GetStatisticsResponse(
            parties=[_party(each) for each in figures.parties],
            capacities=[
                pb.CapacityStatistics(
                    party=each.party, bucket=BUCKET_NUMBERS[each.bucket], used=each.used
                )
                for each in figures.capacities
            ],
            mass_comparisons=[_mass(each) for each in figures.mass_comparisons],
        )


def _day(checks: FieldChecks, field: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not text:
        checks.wrong(field, "is required")
    elif day.isoformat() != text:
        checks.wrong(field, "is no day of the form YYYY-MM-DD")
    return day


def _party(figures: PartyFigures) -> pb.PartyStatistics:
    bounds = (*ANSWER_TIME_BOUNDS_S, 0)
    return pb.PartyStatistics(
        party=figures.party,
        category=figures.category,
        requests=figures.accepted + figures.refused,
        accepted=figures.accepted,
        refused=figures.refused,
        unsuitable=figures.unsuitable,
        answered=figures.answered,
        failed=figures.failed,
        cancelled=figures.cancelled,
        open=figures.open,
        accelerated=figures.accelerated,
        refusals=[pb.RefusalCount(reason=name, refusals=count) for name, count in figures.refusals],
        classes=[_class(each) for each in figures.classes],
        answer_median_ms=figures.times.median_ms,
        answer_p95_ms=figures.times.p95_ms,
        answer_times=[
            pb.AnswerTimeCount(seconds_max=bound, answers=count)
            for bound, count in zip(bounds, figures.times.counts, strict=True)
        ],
    )


def _mass(figures: MassFigures) -> pb.MassStatistics:
    return pb.MassStatistics(
        party=figures.party,
        jobs=figures.jobs,
        finished=figures.finished,
        cancelled=figures.cancelled,
        failed=figures.failed,
        open=figures.open,
        profiles=figures.profiles,
        compared=figures.compared,
        matches=figures.matches,
    )


def _class(figures: ClassFigures) -> pb.ClassStatistics:
    return pb.ClassStatistics(
        match_class=MATCH_CLASS_NUMBERS[figures.match_class],
        probes=figures.probes,
        probes_matched=figures.probes_matched,
        matches=figures.matches,
        hits=figures.hits,
        no_hits=figures.no_hits,
        unverified=figures.unverified,
        disputed=figures.disputed,
    )
