"""The figures of the exchange as one long CSV table: a figure a row, safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from appliance.cli import expert_words
from appliance.cli.capacity_commands import bucket_name
from appliance.cli.evaluation_report import Evaluation
from appliance.v1 import statistics_pb2

HEADS = ("first_day", "last_day", "party", "category", "match_class", "figure", "detail", "value")
_FORMULA = tuple("=+-@\t\r")

_OF_PARTY = (
    "requests", "accepted", "refused", "unsuitable", "answered", "failed", "cancelled", "open",
    "accelerated", "answer_median_ms", "answer_p95_ms",
)  # fmt: skip
_OF_CLASS = (
    "probes", "probes_matched", "matches", "hits", "no_hits", "unverified", "disputed",
)  # fmt: skip

_OF_MASS = (
    "jobs", "finished", "cancelled", "failed", "open", "profiles", "compared", "matches",
)  # fmt: skip


def table(evaluation: Evaluation) -> str:
    """Return the table with its head, lines ended as RFC 4180 asks."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    days = (evaluation.first_day.isoformat(), evaluation.last_day.isoformat())
    for row in _rows(evaluation.figures):
        writer.writerow([*days, *map(safe, row)])
    return out.getvalue()


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that looks so gets a quote."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _rows(figures: statistics_pb2.GetStatisticsResponse) -> Iterator[tuple[str, ...]]:
    for party in figures.parties:
        yield from _party_rows(party)
    for each in figures.capacities:
        bucket = bucket_name(each.bucket)
        yield each.party, "", "", "capacity_used", bucket, str(each.used)
    for mass in figures.mass_comparisons:
        for figure in _OF_MASS:
            yield mass.party, "dna", "", f"mass_{figure}", "", str(getattr(mass, figure))


def _party_rows(party: statistics_pb2.PartyStatistics) -> Iterator[tuple[str, ...]]:
    whose = (party.party, party.category)
    for figure in _OF_PARTY:
        yield *whose, "", figure, "", str(getattr(party, figure))
    for refusal in party.refusals:
        yield *whose, "", "refusals", refusal.reason, str(refusal.refusals)
    for each in party.classes:
        name = expert_words.match_class(each.match_class).replace("–", "_")
        for figure in _OF_CLASS:
            yield *whose, name, figure, "", str(getattr(each, figure))
    for time in party.answer_times:
        longest = str(time.seconds_max) if time.seconds_max else "longer"
        yield *whose, "", "answers_within_s", longest, str(time.answers)
