"""Whether a request or job number was still free, by the earlier entries under it."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.domain.admissibility import Finding, PastAct, PastSearch, Rule
from appliance.domain.errors import RequestNumberReused, RequestSettled
from appliance.domain.record import Act, RecordEntry
from appliance.exchange import findings
from appliance.exchange.past_search import digest

REASONS = frozenset({RequestNumberReused.reason, RequestSettled.reason})


def finding(act: PastAct, past: Sequence[RecordEntry]) -> Finding:
    """Return what is found of the number of an act; ``past`` are the earlier entries under it."""
    if not act.read:
        return findings.unknown(Rule.NUMBER, findings.UNREAD)
    search = isinstance(act, PastSearch)
    receipt = Act.SEARCH_RECEIVED if search else Act.MASS_COMPARISON_OPENED
    for each in past:
        if each.act is receipt and digest(dict(each.details)) != act.content_digest:
            told = f"entry {each.sequence} used the number for other content"
            return findings.broken(Rule.NUMBER, RequestNumberReused.reason, told)
        if search and each.act is Act.SEARCH_CANCELLED:
            told = f"entry {each.sequence} cancelled the request: its number was used up"
            return findings.broken(Rule.NUMBER, RequestSettled.reason, told)
    if act.refused_with in REASONS:
        return findings.unknown(Rule.NUMBER, "no earlier receipt under this number is kept")
    return findings.kept(Rule.NUMBER)
