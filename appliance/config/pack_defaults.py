"""The numbers a new installation starts with; a signed pack replaces them.

Sources: candidate limits and loci of Decision 2008/616/JHA as read in national implementing texts;
purposes of the Agreement, Art. 3(1) and 6(1); Parties as they signed it in Vienna on 13.9.2018.
"""

from __future__ import annotations

from typing import Any

from appliance.domain import limits
from appliance.domain.codes import Category, Collection, SearchType

PARTIES = ("AL", "AT", "BA", "BG", "HU", "MD", "ME", "MK", "RO", "RS", "SI")

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

# A print against prints should stay silent without a mate; an examiner expects to sift latents.
_FALSE_POSITIVES_PRINT = 0.01
_FALSE_POSITIVES_LATENT = 1.0


def table() -> dict[str, Any]:
    """Return the default pack but for its Parties, ready to be written as JSON."""
    dactyloscopic = [each for each in SearchType if each.category is Category.DACTYLOSCOPIC]
    prints = (SearchType.TP_TP,)
    return {
        "version": "2008-616.1",
        "effective_from": "2018-09-13T00:00:00Z",
        "purposes": [INVESTIGATION, MISSING_PERSON, PREVENTION, UNIDENTIFIED_REMAINS],
        "dactyloscopic_purposes": [PREVENTION],
        "candidate_limits": dict(CANDIDATE_LIMITS),
        # Twelve corresponding points are the customary floor of an identification; a probe with
        # fewer minutiae could never be confirmed.
        "minutiae_min": 12,
        "full_loci_min": 6,
        "short_list": {
            each: _SHORT_LIST_PRINT if each in prints else _SHORT_LIST_LATENT
            for each in dactyloscopic
        },
        "false_positives_per_search": {
            each: _FALSE_POSITIVES_PRINT if each in prints else _FALSE_POSITIVES_LATENT
            for each in dactyloscopic
        },
        "dna_min_full_loci": 6,
        "dna_mismatch_max": 1,
        "dna_microvariant_tolerance": True,
        "files": list(Collection),
    }
