"""The admissibility checker: any past search, judged again by what its own time knew.

The rules are those of admission, the very code (``rules``); pack, officers and certificate are
those in force at the search's time (Art. 16(2)(c)). Probes are erased after the answer (Art.
13(3)), so that their quality alone cannot be judged again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from appliance.access.officers import Officers
from appliance.audit.record import Record
from appliance.config.pack_book import PackBook
from appliance.config.profile_pack import ProfilePack
from appliance.config.settings import Settings
from appliance.domain.admissibility import (
    Admissibility,
    Finding,
    Outcome,
    PastSearch,
    Rule,
    Verdict,
)
from appliance.domain.codes import Role
from appliance.domain.errors import (
    ApplianceError,
    CertificateRevoked,
    CertificateUnknown,
    FieldViolation,
    RequestInvalid,
    RoleDenied,
)
from appliance.exchange import past_search
from appliance.exchange.case_purposes import CasePurposes
from appliance.exchange.evidence import Evidence
from appliance.exchange.rules import RULES, Judged
from appliance.store.database import Database

_UNREAD = "the request was refused before its fields were read"
_ERASED = "the probes were erased after the answer (Art. 13(3))"
_CHECKED = frozenset(
    {
        "CERTIFICATE_UNKNOWN",
        "CERTIFICATE_REVOKED",
        "ROLE_DENIED",
        "PARTY_NOT_EVALUATED",
        "PARTY_SUSPENDED",
        "PURPOSE_UNKNOWN",
        "PURPOSE_CHANGED",
        "CASE_REFERENCE_MISSING",
        "OFFICER_NOT_AUTHORISED",
        "FILE_NOT_DECLARED",
    }
)
"""Reasons of refusals that can be judged again; capacities and probes are of their day."""


class Checker:
    """Re-evaluates searches. Thread-safe."""

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

    def entry(self, sequence: int) -> Admissibility:
        """Judge the search of an entry. Raises RequestInvalid unless it is one, and kept still."""
        found = self._record.entries(sequence - 1, 1) if sequence else []
        if not found or found[0].sequence != sequence or found[0].act not in past_search.ACTS:
            violation = FieldViolation("sequence", "is no search received or refused, or deleted")
            raise RequestInvalid([violation])
        return self._judge(past_search.of_entry(found[0]))

    def request(self, party: str, request_number: str) -> list[Admissibility]:
        """Judge every receipt and refusal of a request, oldest first.

        Raises RequestInvalid if nothing of it is recorded.
        """
        entries = self._record.of_request(party, request_number)
        searches = [past_search.of_entry(each) for each in entries if each.act in past_search.ACTS]
        if not searches:
            violation = FieldViolation("request_number", f"no search of {party} is recorded so")
            raise RequestInvalid([violation])
        return [self._judge(each) for each in searches]

    def _judge(self, search: PastSearch) -> Admissibility:
        at = search.received_at
        pack = self._packs.at(at)
        seen = self._evidence.officers_at(at)
        digest, listed = (seen[0].digest, seen[1]) if seen else ("", None)
        findings = (
            _finding(Rule.CERTIFICATE, lambda: self._require_certificate(search, pack)),
            *self._findings(search, pack, listed),
        )
        return Admissibility(search, pack.version, digest, findings, _verdict(search, findings))

    def _findings(
        self, search: PastSearch, pack: ProfilePack, listed: Officers | None
    ) -> list[Finding]:
        request = search.request
        judged = Judged(
            request=request,
            at=search.received_at,
            pack=pack,
            officers=listed or {},
            own_party=self._instance.party,
            pilot=self._instance.pilot,
        )
        found: list[Finding] = []
        for rule, require in RULES:
            if not search.read and rule is not Rule.PARTIES:
                found.append(Finding(rule, Outcome.UNKNOWN, remark=_UNREAD))
            elif rule is Rule.FORM and search.refused_with:
                found.append(Finding(rule, Outcome.UNKNOWN, remark=_ERASED))
            elif rule is Rule.OFFICERS and listed is None:
                found.append(Finding(rule, Outcome.UNKNOWN, remark="no list of that time is kept"))
            else:
                found.append(_finding(rule, partial(require, judged)))
        if search.read:
            found.append(_finding(Rule.SAME_PURPOSE, lambda: self._require_same_purpose(search)))
        found.append(Finding(Rule.QUALITY, Outcome.UNKNOWN, remark=_ERASED))
        return found

    def _require_same_purpose(self, search: PastSearch) -> None:
        at = search.received_at
        self._database.read(lambda tx: self._purposes.require(tx, search.request, at, past=True))

    def _require_certificate(self, search: PastSearch, pack: ProfilePack) -> None:
        """Raise as the gatekeeper would have, by what was known then."""
        seen = self._evidence.certificate(search.certificate)
        party, category = search.request.party, search.request.search_type.category
        if seen is None:
            raise CertificateUnknown("no certificate of this fingerprint was ever let in")
        if seen.party != party:
            raise CertificateUnknown(f"the certificate is one of {seen.party}, not of {party}")
        if search.read and seen.role != Role.contact_point(category).value:
            raise RoleDenied(f"the certificate is for {seen.role}")
        if not seen.valid_from <= search.received_at <= seen.valid_until:
            raise CertificateUnknown("the certificate was not valid then")
        if self._evidence.is_revoked(seen.name, search.received_at):
            raise CertificateRevoked("the certificate was known to be revoked then")
        profile = pack.parties.get(party)
        pinned = profile.contact_point(category).certificate_fingerprints if profile else ()
        if pinned and search.certificate not in pinned:
            raise CertificateUnknown("not a certificate that the profile pack listed then")


def _finding(rule: Rule, require: Callable[[], None]) -> Finding:
    try:
        require()
    except ApplianceError as error:
        return Finding(rule, Outcome.BROKEN, error.reason, error.message)
    return Finding(rule, Outcome.KEPT)


def _verdict(search: PastSearch, findings: tuple[Finding, ...]) -> Verdict:
    broken = any(each.outcome is Outcome.BROKEN for each in findings)
    if not search.refused_with:
        return Verdict.INADMISSIBLE if broken else Verdict.ADMISSIBLE
    if broken:
        return Verdict.RIGHTLY_REFUSED
    told = search.read and search.refused_with in _CHECKED
    return Verdict.WRONGLY_REFUSED if told else Verdict.UNKNOWN
