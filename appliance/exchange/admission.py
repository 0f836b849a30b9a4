"""Whether a search may be made at all, in the order in which the Agreement asks."""

from __future__ import annotations

from datetime import datetime

from appliance.access.officers import Officers
from appliance.config.pack_book import PackBook
from appliance.config.settings import Settings
from appliance.domain.codes import Category, SearchType
from appliance.domain.dna_inclusion import require_suitable
from appliance.domain.search import DnaProbe, Probe, SearchRequest
from appliance.exchange.participation import Participation
from appliance.exchange.ports import Matcher
from appliance.exchange.rules import RULES, Judged


class Admission:
    """Judges each request against one profile pack and a list of officers. Thread-safe."""

    def __init__(self, packs: PackBook, matcher: Matcher, settings: Settings) -> None:
        self._packs = packs
        self._matcher = matcher
        self._instance = settings.instance
        self._participation = Participation(packs, settings)
        self._candidates_max = settings.exchange.candidates_max

    def check(self, request: SearchRequest, officers: Officers, at: datetime) -> int:
        """Return the candidate limit of an admissible request; raise the first refusal met.

        The pack in force at ``at``, the instant of receipt, judges all of it, and the list of
        ``officers`` of that instant.

        1. Both Parties are positively evaluated for the category (Art. 21, 23(2)):
           PartyNotEvaluated; neither suspended nor withdrawn (Art. 27(2), (4)): PartySuspended.
        2. The purpose is one of the Agreement's (Art. 3(1), 6(1), 13(1)): PurposeUnknown.
        3. It is an individual case (Art. 1(3)(n), 3(1), 6(1)): CaseReferenceMissing.
        4. An authorised officer searches and somebody ordered it (Art. 17(2)):
           OfficerNotAuthorised.
        5. Every searched file is declared (Art. 2(3), IA Art. 7(4)): FileNotDeclared.
        6. The fields are well formed and ask for no more candidates than the table allows
           (IA Art. 10(2)): RequestInvalid with every violation.
        7. Each probe is suitable for an automated comparison (IA Art. 11(1)), a DNA profile also by
           the rule agreed with its Party: QualityInsufficient.
        """
        pack = self._packs.at(at)
        judged = Judged(
            request=request,
            at=at,
            pack=pack,
            officers=officers,
            own_party=self._instance.party,
            pilot=self._instance.pilot,
        )
        for _, require in RULES:
            require(judged)
        person = request.search_type is SearchType.DNA_REFERENCE
        for probe in request.probes:
            self._matcher.check_quality(probe, pack, request.search_type)
            if isinstance(probe, DnaProbe):
                require_suitable(probe, pack.dna_rule_of(request.party), person=person)
        table = pack.candidate_limits[request.search_type]
        return min(table, request.candidates_max or table, self._candidates_max)

    def check_quality(
        self, party: str, probe: Probe, at: datetime, search_type: SearchType | None = None
    ) -> int | None:
        """Return the quality of a print; raise what speaks against a probe (IA Art. 11(1))."""
        pack = self._packs.at(at)
        category = Category.DNA if isinstance(probe, DnaProbe) else Category.DACTYLOSCOPIC
        self._participation.require(party, category, at)
        return self._matcher.check_quality(probe, pack, search_type)
