"""What the matcher gives back: results for each probe, and with what they were computed."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.search import ItemResult, Provenance


@dataclass(frozen=True, slots=True)
class MatchOutcome:
    """``items`` in the order of the request's probes."""

    items: tuple[ItemResult, ...]
    provenance: Provenance
