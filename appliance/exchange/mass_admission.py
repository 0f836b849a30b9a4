"""Whether a mass comparison may be made at all, in the order in which the Agreement asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from appliance.access.officers import OfficerList
from appliance.config.pack_book import PackBook
from appliance.domain import limits
from appliance.domain.clock import Clock
from appliance.domain.codes import SearchType
from appliance.domain.dna_rule import DnaRuleProfile
from appliance.domain.mass_comparison import MassTerms
from appliance.exchange.mass_rules import LASTING_RULES, RULES, JudgedMass, MassExchange


class MassAdmission:
    """Judges mass comparisons by what is in force at the moment. Thread-safe."""

    def __init__(
        self,
        packs: PackBook,
        officers: OfficerList,
        own_party: str,
        clock: Clock,
        *,
        pilot: bool = False,
        check_clock: Callable[[], None] = lambda: None,
    ) -> None:
        self._packs = packs
        self._officers = officers
        self._own_party = own_party
        self._clock = clock
        self._pilot = pilot
        self._check_clock = check_clock

    def check(self, terms: MassTerms) -> datetime:
        """Return the instant by which terms were found admissible; raise the first refusal met.

        1. Both Parties are positively evaluated for DNA (Art. 21, 23(2)): PartyNotEvaluated; and
           not suspended (Art. 27(4)): PartySuspended.
        2. They consented to mass comparison at this time (Art. 4(1)): ConsentMissing.
        3. The purpose is one of the Agreement's (Art. 4(1), 13(1)): PurposeUnknown.
        4. An authorised officer asks and somebody ordered it (Art. 17(2)): OfficerNotAuthorised.
        5. Both files of DNA profiles are declared (Art. 2(3), IA Art. 7(4)): FileNotDeclared.
        6. The fields are well formed, and the national provision is named under which unidentified
           profiles are supplied (Art. 4(1), last sentence): RequestInvalid, every violation.
        """
        self._check_clock()
        officers = self._officers.current()  # a new list is noted before the instant it judges
        exchange = self._exchange(terms.party)
        judged = JudgedMass(terms, exchange, officers)
        for _, require in RULES:
            require(judged)
        return exchange.at

    def check_block(self, party: str) -> datetime:
        """Return the instant by which 1, 2 and 5 of ``check`` still hold; raise what does not.

        Asked before every batch and every block.
        """
        exchange = self._exchange(party)
        for _, require in LASTING_RULES:
            require(exchange)
        return exchange.at

    def rule_of(self, party: str) -> DnaRuleProfile:
        """Return the rule agreed with a Party."""
        return self._packs.in_force().dna_rule_of(party)

    def matches_max(self) -> int:
        """Return how many matches one profile may receive (IA Art. 10(2))."""
        table = self._packs.in_force().candidate_limits[SearchType.DNA_UNIDENTIFIED]
        return min(table, limits.MASS_MATCHES_PER_PROFILE_MAX)

    def _exchange(self, party: str) -> MassExchange:
        at = self._clock.now()
        return MassExchange(party, self._own_party, at, self._packs.at(at), self._pilot)
