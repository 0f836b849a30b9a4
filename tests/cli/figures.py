"""Statistics as the service sends them, with every figure different."""

from __future__ import annotations

from datetime import date

from appliance.cli.evaluation_report import Evaluation
from appliance.v1 import codes_pb2, statistics_pb2

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)


def figures(party: str = "MK", reason: str = "PURPOSE_UNKNOWN") -> Evaluation:
    """Return a quarter of one Party, after refusals of callers without a name."""
    made = statistics_pb2.GetStatisticsResponse()
    nameless = made.parties.add(requests=2, refused=2)
    nameless.refusals.add(reason="CERTIFICATE_UNKNOWN", refusals=2)
    of_party = made.parties.add(
        party=party, category="dactyloscopic", requests=131, accepted=126, cancelled=6, refused=11,
        unsuitable=3, answered=113, failed=5, open=2, accelerated=17, answer_median_ms=1_234,
        answer_p95_ms=98_007,
    )  # fmt: skip
    of_party.refusals.add(reason=reason, refusals=8)
    of_party.refusals.add(reason="QUALITY_INSUFFICIENT", refusals=3)
    of_party.classes.add(
        match_class=statistics_pb2.MATCH_CLASS_TRACE_PERSON, probes=140, probes_matched=66,
        matches=210, hits=41, no_hits=91, unverified=71, disputed=7,
    )  # fmt: skip
    of_party.classes.add(match_class=statistics_pb2.MATCH_CLASS_TRACE_TRACE)
    for seconds_max, answers in ((1, 50), (600, 40), (7_200, 20), (0, 3)):
        of_party.answer_times.add(seconds_max=seconds_max, answers=answers)
    made.capacities.add(party=party, bucket=codes_pb2.BUCKET_NOT_YET_IDENTIFIED, used=139)
    made.mass_comparisons.add(
        party=party, jobs=26, finished=13, cancelled=5, failed=2, open=6, profiles=5_300,
        compared=4_100, matches=77,
    )  # fmt: skip
    return Evaluation(FIRST, LAST, made)
