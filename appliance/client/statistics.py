"""Statistics over gRPC: ``client.statistics`` counts the exchange for administrator and auditor."""

from __future__ import annotations

from datetime import date

from appliance.client import rpcs
from appliance.client.calls import AsyncCaller, Caller
from appliance.v1 import statistics_pb2


def _period(first_day: date, last_day: date, party: str) -> statistics_pb2.GetStatisticsRequest:
    return statistics_pb2.GetStatisticsRequest(
        first_day=first_day.isoformat(), last_day=last_day.isoformat(), party=party
    )


class StatisticsCalls:
    """The calls of StatisticsService; every method raises ApplianceRefused."""

    def __init__(self, call: Caller) -> None:
        self._call = call

    def get(
        self, first_day: date, last_day: date, party: str = ""
    ) -> statistics_pb2.GetStatisticsResponse:
        """Return the figures of a period, both days included; of all Parties unless one is named.

        The reading is recorded.
        """
        return self._call(rpcs.STATISTICS, _period(first_day, last_day, party))


class AsyncStatisticsCalls:
    """The same calls, awaited."""

    def __init__(self, call: AsyncCaller) -> None:
        self._call = call

    async def get(
        self, first_day: date, last_day: date, party: str = ""
    ) -> statistics_pb2.GetStatisticsResponse:
        """Return the figures of a period, both days included; of all Parties unless one is named.

        The reading is recorded.
        """
        return await self._call(rpcs.STATISTICS, _period(first_day, last_day, party))
