"""Whether a certificate might call, by what was known of it then (Art. 8(1), 16(2)(b))."""

from __future__ import annotations

from appliance.config.profile_pack import ProfilePack
from appliance.domain.admissibility import Finding, PastAct, Rule
from appliance.domain.codes import Role
from appliance.domain.errors import CertificateRevoked, CertificateUnknown, RoleDenied
from appliance.exchange import findings
from appliance.exchange.evidence import Evidence


def finding(evidence: Evidence, act: PastAct, pack: ProfilePack) -> Finding:
    """Return what is found of the certificate of an act."""
    if act.refused_with and not act.certificate:
        return findings.unknown(Rule.CERTIFICATE, "the entry names no certificate")
    if act.category is None and act.refused_with == RoleDenied.reason:
        return findings.unknown(Rule.CERTIFICATE, "the entry does not say which role was asked")
    return findings.tried(Rule.CERTIFICATE, lambda: _require(evidence, act, pack))


def _require(evidence: Evidence, act: PastAct, pack: ProfilePack) -> None:
    """Raise as the gatekeeper would have."""
    seen = evidence.certificate(act.certificate)
    party, category, at = act.party, act.category, act.received_at
    if seen is None:
        raise CertificateUnknown("no certificate of this fingerprint was ever let in")
    if seen.party != party:
        raise CertificateUnknown(f"the certificate is one of {seen.party}, not of {party}")
    if category is not None and seen.role != Role.contact_point(category).value:
        raise RoleDenied(f"the certificate is for {seen.role}")
    if not seen.valid_from <= at <= seen.valid_until:
        raise CertificateUnknown("the certificate was not valid then")
    if evidence.is_revoked(seen.name, at):
        raise CertificateRevoked("the certificate was known to be revoked then")
    profile = pack.parties.get(party)
    if profile is None or category is None:
        return
    pinned = profile.contact_point(category).certificate_fingerprints
    if pinned and act.certificate not in pinned:
        raise CertificateUnknown("not a certificate that the profile pack listed then")
