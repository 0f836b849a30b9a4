"""Who takes part with this installation in what, at an instant (Agreement, Art. 21, 23(2), 27)."""

from __future__ import annotations

from datetime import datetime

from appliance.config.pack_book import PackBook
from appliance.config.party_profile import Standing
from appliance.config.settings import Settings
from appliance.domain.codes import Category
from appliance.domain.errors import PartyNotEvaluated, PartySuspended
from appliance.domain.party_standing import PartyStanding
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

    def standings(self, at: datetime) -> tuple[PartyStanding, ...]:
        """Return how each Party of the pack stands in each category at an instant, by its code."""
        return tuple(
            self._standing(party, category, at)
            for party in sorted(self._packs.at(at).parties)
            for category in Category
        )

    def _standing(self, party: str, category: Category, at: datetime) -> PartyStanding:
        profile = self._packs.at(at).parties[party]
        standing = profile.standing(category, at)
        piloting = standing is Standing.PILOT
        return PartyStanding(
            party=party,
            category=category,
            standing=standing.value,
            pilot_until=profile.taking(category).pilot_until if piloting else None,
            served=self._serves(party, category, at),
        )

    def _serves(self, party: str, category: Category, at: datetime) -> bool:
        try:
            self.require(party, category, at)
        except (PartyNotEvaluated, PartySuspended):
            return False
        return True
