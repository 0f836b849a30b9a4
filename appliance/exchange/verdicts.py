"""What the findings on a past act amount to."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.domain import errors
from appliance.domain.admissibility import Finding, Outcome, PastAct, Rule, Verdict

RULE_OF: dict[str, Rule] = {
    errors.CertificateUnknown.reason: Rule.CERTIFICATE,
    errors.CertificateRevoked.reason: Rule.CERTIFICATE,
    errors.RoleDenied.reason: Rule.CERTIFICATE,
    errors.PartyNotEvaluated.reason: Rule.PARTIES,
    errors.PartySuspended.reason: Rule.PARTIES,
    errors.ConsentMissing.reason: Rule.CONSENT,
    errors.PurposeUnknown.reason: Rule.PURPOSE,
    errors.CaseReferenceMissing.reason: Rule.CASE,
    errors.OfficerNotAuthorised.reason: Rule.OFFICERS,
    errors.FileNotDeclared.reason: Rule.FILES,
    errors.RequestInvalid.reason: Rule.FORM,
    errors.PurposeChanged.reason: Rule.SAME_PURPOSE,
    errors.QualityInsufficient.reason: Rule.QUALITY,
    errors.RequestNumberReused.reason: Rule.NUMBER,
    errors.RequestSettled.reason: Rule.NUMBER,
    errors.CapacityExhausted.reason: Rule.CAPACITY,
}
"""By which rule each reason of refusal is judged again. Others are about bytes that were refused
and are not kept: a malformed template, data of a person."""


def of(act: PastAct, found: Sequence[Finding]) -> tuple[Verdict, str]:
    """Return the verdict, and why it is unknown where it is.

    A refusal is right if any rule was broken, and wrong if the one that it names was kept.
    """
    broken = any(each.outcome is Outcome.BROKEN for each in found)
    if not act.refused_with:
        return (Verdict.INADMISSIBLE if broken else Verdict.ADMISSIBLE), ""
    if broken:
        return Verdict.RIGHTLY_REFUSED, ""
    rule = RULE_OF.get(act.refused_with)
    named = next((each for each in found if each.rule is rule), None)
    if named is None:
        return Verdict.UNKNOWN, f"what was refused with {act.refused_with} is not kept"
    if named.outcome is Outcome.UNKNOWN:
        return Verdict.UNKNOWN, f"{named.rule.value}: {named.remark}"
    return Verdict.WRONGLY_REFUSED, ""
