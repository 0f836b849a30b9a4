"""The numbers a new installation starts with; a signed pack replaces them.

Sources: candidate limits and loci of Decision 2008/616/JHA as read in national implementing texts;
purposes of the Agreement, Art. 3(1) and 6(1); Parties as they signed it in Vienna on 13.9.2018.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from appliance.config.pack_terms import (
    ACCELERATED,
    ORDINARY,
    LegalProfile,
    PriorityClass,
    Retention,
)
from appliance.domain import dna_rule, limits
from appliance.domain.codes import Category, Collection, SearchType

PARTIES = ("AL", "AT", "BA", "BG", "HU", "MD", "ME", "MK", "RO", "RS", "SI")

SIGNED_AT = datetime(2018, 9, 13, tzinfo=UTC)
"""The day on which the Agreement was signed."""

LEGAL_PROFILES = {
    # Art. 17(4) of the Agreement: two years.
    "PCC_SEE": LegalProfile(record_retention_years=2),
    # Regulation (EU) 2024/982, Art. 40: three years; between Parties that are Member States.
    "EU": LegalProfile(record_retention_years=3),
}

PRIORITY_CLASSES = {
    ORDINARY: PriorityClass(legal_basis_required=False),
    # Implementing Agreement, Art. 11(2): where national law prescribes accelerated handling.
    ACCELERATED: PriorityClass(legal_basis_required=True),
}

RETENTION = Retention(
    answer_h=24,
    # Art. 17(6): the results of checks, for inspection.
    sample_results_months=18,
    notices_days=7,
)

PREVENTION = "CRIMINAL_OFFENCE_PREVENTION"
INVESTIGATION = "CRIMINAL_OFFENCE_INVESTIGATION"
MISSING_PERSON = "MISSING_PERSON"
UNIDENTIFIED_REMAINS = "UNIDENTIFIED_HUMAN_REMAINS"

CANDIDATE_LIMITS = {
    SearchType.TP_TP: 1,
    SearchType.LT_TP: 10,
    SearchType.LP_PP: 5,
    SearchType.TP_UL: 5,
    SearchType.LT_UL: 5,
    SearchType.PP_ULP: 5,
    SearchType.LP_ULP: 5,
    SearchType.DNA_REFERENCE: limits.DNA_MATCHES_PER_ANSWER_MAX,
    SearchType.DNA_UNIDENTIFIED: limits.DNA_MATCHES_PER_ANSWER_MAX,
}

# A latent shows less of the finger, so more of the gallery must be looked at minutely.
_SHORT_LIST_PRINT = 200
_SHORT_LIST_LATENT = 1_000

MINUTIAE_MIN = 6
"""Twelve corresponding points are customary for an identification, but the search is not where to
ask for them: latents of eight minutiae, cut from public prints, still found their mate in most
searches with a good extractor. A Party that confirms nothing below a number signs its own."""

QUALITY_MIN = {
    each: 10 if each in (SearchType.TP_TP, SearchType.TP_UL, SearchType.PP_ULP) else 2
    for each in SearchType
    if each.category is Category.DACTYLOSCOPIC
}
"""Lenient: refused is what a search would hardly ever find. A better print of a person can be taken
again, a latent cannot, so it is searched while there is a chance of two in a hundred."""

# A print against prints should stay silent without a mate; an examiner expects to sift latents.
_FALSE_POSITIVES_PRINT = 0.01
_FALSE_POSITIVES_LATENT = 1.0


def table() -> dict[str, Any]:
    """Return the default pack but for its Parties, ready to be written as JSON."""
    dactyloscopic = [each for each in SearchType if each.category is Category.DACTYLOSCOPIC]
    prints = (SearchType.TP_TP,)
    return {
        "version": "2008-616.1",
        "serial": 1,
        "effective_from": SIGNED_AT,
        "legal_profile": "PCC_SEE",
        "legal_profiles": LEGAL_PROFILES,
        "priority_classes": PRIORITY_CLASSES,
        "retention": RETENTION,
        "capacity_excess": "refuse",
        "purposes": [INVESTIGATION, MISSING_PERSON, PREVENTION, UNIDENTIFIED_REMAINS],
        "dactyloscopic_purposes": [PREVENTION],
        "candidate_limits": dict(CANDIDATE_LIMITS),
        "minutiae_min": MINUTIAE_MIN,
        "quality_min": dict(QUALITY_MIN),
        "full_loci_min": 6,
        "short_list": {
            each: _SHORT_LIST_PRINT if each in prints else _SHORT_LIST_LATENT
            for each in dactyloscopic
        },
        "false_positives_per_search": {
            each: _FALSE_POSITIVES_PRINT if each in prints else _FALSE_POSITIVES_LATENT
            for each in dactyloscopic
        },
        "dna_rules": {each.name: each for each in dna_rule.SHIPPED},
        "files": list(Collection),
    }
