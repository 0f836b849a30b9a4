"""The admissibility checker: any past search or mass comparison, judged again by its own time.

The rules are those of admission, the very code (``rules``, ``mass_rules``); pack, officers,
certificate and capacities are those in force at its time (Art. 16(2)(c)).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from appliance.access.officers import Officers
from appliance.audit.record import Record
from appliance.config.pack_book import PackBook
from appliance.config.profile_pack import ProfilePack
from appliance.config.settings import Settings
from appliance.domain.admissibility import (
    Admissibility,
    Finding,
    Judged,
    PastAct,
    PastComparison,
    PastSearch,
    Rule,
    Step,
    Verdict,
)
from appliance.domain.errors import FieldViolation, RequestInvalid
from appliance.domain.record import Act, RecordEntry
from appliance.exchange import (
    findings,
    mass_rules,
    past_certificate,
    past_comparison,
    past_number,
    past_quality,
    past_search,
    rules,
    verdicts,
)
from appliance.exchange.case_purposes import CasePurposes
from appliance.exchange.evidence import Evidence
from appliance.exchange.past_capacity import PastCapacity
from appliance.store.database import Database

ACTS_JUDGED_MAX = 500
"""Acts of one request that are told at once: they fit into one message."""

_EARLIER = frozenset({Act.SEARCH_RECEIVED, Act.SEARCH_CANCELLED, Act.MASS_COMPARISON_OPENED})
"""Acts by which later ones under the same number are judged."""

_NO_LIST = "no list of that time is kept"
_NO_OPENING = "the opening of the job is not kept any more (Art. 17(4))"


class Checker:
    """Re-evaluates what was asked. Thread-safe."""

    def __init__(
        self,
        database: Database,
        record: Record,
        packs: PackBook,
        evidence: Evidence,
        purposes: CasePurposes,
        settings: Settings,
    ) -> None:
        self._database = database
        self._record = record
        self._packs = packs
        self._evidence = evidence
        self._purposes = purposes
        self._instance = settings.instance
        self._zone = settings.zone

    def entry(self, sequence: int) -> Admissibility:
        """Judge the act of an entry; of a mass comparison, also one batch or one block.

        Raises RequestInvalid unless it is a search or a mass comparison, and kept still.
        """
        found = self._record.entries(sequence - 1, 1) if sequence else []
        if not found or found[0].sequence != sequence or not _is_judged(found[0]):
            asked = "is no search or mass comparison received or refused, or deleted"
            raise RequestInvalid([FieldViolation("sequence", asked)])
        (entry,) = found
        said = dict(entry.details)
        number = said.get("request_number") or said.get("job_number") or ""
        history = self._history(entry.party, number) if number else iter(())
        past = []
        for each in history:
            if each.sequence >= sequence:
                break
            if each.act in _EARLIER:
                past.append(each)
        return self._judge(_act_of(entry, past), past, self._capacities())

    def request(self, party: str, number: str) -> Judged:
        """Judge every receipt and refusal under a request or job number, oldest first.

        Of the batches and blocks of a mass comparison those are told that were inadmissible.
        Raises RequestInvalid if nothing of it is recorded.
        """
        told: list[Admissibility] = []
        past: list[RecordEntry] = []
        known, capacities = False, self._capacities()
        for entry in self._history(party, number):
            if _is_judged(entry):
                known = True
                judged = self._judge(_act_of(entry, past), past, capacities)
                if _is_told(judged):
                    told.append(judged)
            if len(told) > ACTS_JUDGED_MAX:
                return Judged(tuple(told[:-1]), more=True)
            if entry.act in _EARLIER:
                past.append(entry)
        if not known:
            violation = FieldViolation("request_number", f"no search of {party} is recorded so")
            raise RequestInvalid([violation])
        return Judged(tuple(told), more=False)

    def _history(self, party: str, number: str) -> Iterator[RecordEntry]:
        after = 0
        while page := self._record.of_request(party, number, after):
            yield from page
            after = page[-1].sequence

    def _capacities(self) -> PastCapacity:
        return PastCapacity(self._database, self._record, self._zone)

    def _judge(
        self, act: PastAct, past: Sequence[RecordEntry], capacities: PastCapacity
    ) -> Admissibility:
        at = act.received_at
        pack = self._packs.at(at)
        seen = self._evidence.officers_at(at)
        version, listed = seen if seen else (None, None)
        found = (
            self._of_search(act, pack, listed, capacities)
            if isinstance(act, PastSearch)
            else self._of_comparison(act, pack, listed)
        )
        if not isinstance(act, PastComparison) or act.step in (Step.OPENED, Step.REFUSED):
            found.append(past_number.finding(act, past))
        verdict, remark = verdicts.of(act, found)
        digest = version.digest if version else ""
        return Admissibility(act, pack.version, digest, tuple(found), verdict, remark)

    def _of_search(
        self,
        search: PastSearch,
        pack: ProfilePack,
        listed: Officers | None,
        capacities: PastCapacity,
    ) -> list[Finding]:
        judged = rules.Judged(
            request=search.request,
            at=search.received_at,
            pack=pack,
            officers=listed or {},
            own_party=self._instance.party,
            pilot=self._instance.pilot,
        )
        found = [past_certificate.finding(self._evidence, search, pack)]
        for rule, require in rules.RULES:
            if not search.read and (rule is not Rule.PARTIES or search.category is None):
                found.append(findings.unknown(rule, findings.UNREAD))
            elif rule is Rule.OFFICERS and listed is None:
                found.append(findings.unknown(rule, _NO_LIST))
            else:
                found.append(findings.tried(rule, partial(require, judged)))
        if search.read:
            at = search.received_at
            found.append(
                findings.tried(Rule.SAME_PURPOSE, lambda: self._require_same_purpose(search, at))
            )
        found.append(past_quality.finding(search, pack))
        found.append(capacities.finding(search))
        return found

    def _of_comparison(
        self, act: PastComparison, pack: ProfilePack, listed: Officers | None
    ) -> list[Finding]:
        instance = self._instance
        exchange = mass_rules.MassExchange(
            act.party, instance.party, act.received_at, pack, instance.pilot
        )
        # The appliance compares block after block by itself: no certificate asks for one.
        found = (
            []
            if act.step is Step.ANSWERED
            else [past_certificate.finding(self._evidence, act, pack)]
        )
        if not act.step.asks_all:
            return found + [
                findings.tried(rule, partial(lasts, exchange))
                for rule, lasts in mass_rules.LASTING_RULES
            ]
        lasting = {rule for rule, _ in mass_rules.LASTING_RULES}
        judged = mass_rules.JudgedMass(act.terms, exchange, listed or {})
        for rule, require in mass_rules.RULES:
            if not act.read and rule not in lasting:
                found.append(findings.unknown(rule, _NO_OPENING))
            elif rule is Rule.OFFICERS and listed is None:
                found.append(findings.unknown(rule, _NO_LIST))
            else:
                found.append(findings.tried(rule, partial(require, judged)))
        return found

    def _require_same_purpose(self, search: PastSearch, at: datetime) -> None:
        self._database.read(lambda tx: self._purposes.require(tx, search.request, at, past=True))


def _is_judged(entry: RecordEntry) -> bool:
    return entry.act in past_search.ACTS or entry.act in past_comparison.STEPS


def _act_of(entry: RecordEntry, past: Sequence[RecordEntry]) -> PastAct:
    if entry.act in past_search.ACTS:
        return past_search.of_entry(entry)
    return past_comparison.of_entry(entry, past)


def _is_told(judged: Admissibility) -> bool:
    """Say whether an act of a request is told: a job may have tens of thousands of blocks."""
    act = judged.search
    whole = not isinstance(act, PastComparison) or act.step.asks_all
    return whole or judged.verdict is Verdict.INADMISSIBLE
