"""Searches that are right in every field, for tests to send or to spoil."""

from __future__ import annotations

from appliance.client import SearchTerms
from appliance.codecs.finger_writer import encode_iso19794_2_2005
from appliance.domain.finger import FingerTemplate, Minutia

PROFILE = (("D3S1358", ("15", "17")), ("TH01", ("9.3",)), ("vWA", ("16", "*")))
PERSON = (
    *PROFILE,
    ("FGA", ("22", "24")),
    ("D8S1179", ("12", "14")),
    ("D18S51", ("13", "17")),
    ("D21S11", ("28", "30")),
)


def record(count: int = 30) -> bytes:
    """A finger minutiae record of ``count`` minutiae on a slanted grid."""
    minutiae = tuple(
        Minutia(
            x=8 * (40 + 23 * (i % 8) + i), y=8 * (40 + 29 * (i // 8)), angle=(37 * i) % 256,
            kind=1 + i % 2, quality=60,
        )
        for i in range(count)
    )  # fmt: skip
    return encode_iso19794_2_2005(
        FingerTemplate(minutiae, 8 * 400, 8 * 500, 1, 0, 80, "ISO/IEC 19794-2:2005")
    )


def terms(request_number: str = "2026-1", search_type: str = "LT/TP") -> SearchTerms:
    """Terms that are complete."""
    return SearchTerms(
        request_number,
        search_type,
        case_reference="K-4/26",
        purpose="CRIMINAL_OFFENCE_INVESTIGATION",
        officer="officer-7",
        ordering_officer="prosecutor-2",
    )
