"""Who takes part with this installation in what, at an instant (Agreement, Art. 21, 23(2), 27)."""

from __future__ import annotations

from datetime import datetime

from appliance.config.pack_book import PackBook
from appliance.config.settings import Settings
from appliance.domain.codes import Category
from appliance.exchange import standing


class Participation:
    """Tells whether another Party and we exchange data of a category. Thread-safe."""

    def __init__(self, packs: PackBook, settings: Settings) -> None:
        self._packs = packs
        self._own_party = settings.instance.party
        self._pilot = settings.instance.pilot

    def require(self, party: str, category: Category, at: datetime) -> None:
        """Raise PartyNotEvaluated or PartySuspended unless ``party`` and we take part at ``at``."""
        parties = (party, self._own_party)
        standing.require_parties(self._packs.at(at), parties, category, at, pilot=self._pilot)
