"""The figures of the exchange as one page, for its evaluation (Art. 21) and costs (IA Art. 13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from appliance.cli import bars_svg, expert_words, report_page
from appliance.cli.bars_svg import Bar
from appliance.cli.capacity_commands import bucket_name
from appliance.cli.report_page import ReportPage
from appliance.v1 import statistics_pb2

USE_HEADS = (
    "Party", "Category", "Requests", "Accepted", "Refused", "Unsuitable", "Answered", "Failed",
    "Cancelled", "Open", "Accelerated", "Median time", "95 % within",
)  # fmt: skip
CLASS_HEADS = (
    "Party", "Category", "Probe–data", "Probes", "With a match", "Matches", "Hits", "No-hits",
    "Unverified", "Disputed",
)  # fmt: skip
MASS_HEADS = (
    "Party", "Comparisons", "Finished", "Cancelled", "Failed", "Open", "Profiles", "Compared",
    "Matches",
)  # fmt: skip
VERIFIED_LEGEND = ("hits", "no-hits", "unverified", "disputed")
ANSWERED_LEGEND = ("answered", "failed or cancelled", "open", "refused")
_NOBODY = "(no name)"
_SECOND_MS = 1_000


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What is reported: the figures of a period, both days included."""

    first_day: date
    last_day: date
    figures: statistics_pb2.GetStatisticsResponse


def page(evaluation: Evaluation) -> str:
    """Return the whole document; it needs nothing from outside."""
    figures = evaluation.figures
    made = ReportPage(
        "Evaluation of the data exchange",
        f"Requests received from {evaluation.first_day} to {evaluation.last_day}, with all that "
        "became of them since. Counts only: they stay the same when answers are erased.",
    )
    made.section("Requests", "By requesting Party and category of data (Art. 21(1)).")
    made.add(bars_svg.draw("Requests", ANSWERED_LEGEND, _request_bars(figures.parties)))
    made.add(report_page.table(USE_HEADS, map(_use_row, figures.parties)))
    made.section("Refusals", "Requests refused, by reason of the error table.")
    made.add(report_page.table(("Party", "Category", "Reason", "Requests"), _refusals(figures)))
    made.section("Matches and hits", expert_words.RULE)
    made.add(bars_svg.draw("Matches", VERIFIED_LEGEND, _match_bars(figures.parties)))
    made.add(report_page.table(CLASS_HEADS, _class_rows(figures.parties)))
    made.section(
        "Time to answer",
        "24 hours are allowed (IA Art. 11(2)); those of a held request run from its release.",
    )
    for party in figures.parties:
        if party.answered:
            made.add(report_page.heading(_name(party)))
            made.add(bars_svg.draw("Time to answer", ("answers",), _time_bars(party)))
    made.section("Mass comparisons", "Of unidentified DNA profiles, by consent (Art. 4).")
    made.add(report_page.table(MASS_HEADS, map(_mass_row, figures.mass_comparisons)))
    made.section("Capacity used", "Searches counted against declared capacities (IA Art. 10, 13).")
    made.add(report_page.table(("Party", "Probes of persons", "Searches"), _capacities(figures)))
    return made.render()


def _name(party: statistics_pb2.PartyStatistics) -> str:
    return f"{party.party or _NOBODY} {party.category}".strip()


def _request_bars(parties: Sequence[statistics_pb2.PartyStatistics]) -> list[Bar]:
    return [
        Bar(_name(each), (each.answered, each.failed + each.cancelled, each.open, each.refused))
        for each in parties
    ]


def _match_bars(parties: Sequence[statistics_pb2.PartyStatistics]) -> list[Bar]:
    return [
        Bar(
            f"{_name(party)}, {expert_words.match_class(each.match_class)}",
            (each.hits, each.no_hits, each.unverified, each.disputed),
        )
        for party in parties
        for each in party.classes
        if each.probes
    ]


def _time_bars(party: statistics_pb2.PartyStatistics) -> list[Bar]:
    return [Bar(bound(each.seconds_max), (each.answers,)) for each in party.answer_times]


def bound(seconds_max: int) -> str:
    """Return the upper bound of a time in plain words; 0 stands for all longer times."""
    if not seconds_max:
        return "longer"
    for unit, seconds in (("h", 3_600), ("min", 60)):
        if seconds_max % seconds == 0:
            return f"up to {seconds_max // seconds} {unit}"
    return f"up to {seconds_max} s"


def duration(milliseconds: int) -> str:
    """Return a duration in seconds to the millisecond."""
    return f"{milliseconds // _SECOND_MS}.{milliseconds % _SECOND_MS:03d} s"


def _use_row(party: statistics_pb2.PartyStatistics) -> list[str]:
    counts = (
        party.requests, party.accepted, party.refused, party.unsuitable, party.answered,
        party.failed, party.cancelled, party.open, party.accelerated,
    )  # fmt: skip
    times = [duration(party.answer_median_ms), duration(party.answer_p95_ms)]
    return [party.party or _NOBODY, party.category, *map(str, counts), *times]


def _class_rows(parties: Sequence[statistics_pb2.PartyStatistics]) -> list[list[str]]:
    return [
        [
            party.party or _NOBODY,
            party.category,
            expert_words.match_class(each.match_class),
            *map(str, (each.probes, each.probes_matched, each.matches, each.hits)),
            *map(str, (each.no_hits, each.unverified, each.disputed)),
        ]
        for party in parties
        for each in party.classes
    ]


def _refusals(figures: statistics_pb2.GetStatisticsResponse) -> list[list[str]]:
    return [
        [party.party or _NOBODY, party.category, each.reason, str(each.refusals)]
        for party in figures.parties
        for each in party.refusals
    ]


def _mass_row(each: statistics_pb2.MassStatistics) -> list[str]:
    counts = (
        each.jobs, each.finished, each.cancelled, each.failed, each.open, each.profiles,
        each.compared, each.matches,
    )  # fmt: skip
    return [each.party, *map(str, counts)]


def _capacities(figures: statistics_pb2.GetStatisticsResponse) -> list[list[str]]:
    return [[each.party, bucket_name(each.bucket), str(each.used)] for each in figures.capacities]
