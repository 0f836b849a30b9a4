"""CODIS import files made of a few values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

NAME_OF_A_READER = "Reader-Who-Must-Go"
COMMENT = "Comment-That-Must-Go"

LOCI: Mapping[str, Sequence[str]] = {
    "vWA": ("16", "17"),
    "TH01": ("6", "9.3"),
    "D21S11": ("28", "30"),
    "FGA": ("22", "24"),
    "D8S1179": ("12", "14"),
    "D3S1358": ("15",),
    "D18S51": ("13", "17"),
}


def specimen(
    number: str = "S-1",
    category: str = "Forensic, Unknown",
    values: Mapping[str, Sequence[str]] = LOCI,
    inner: str = "",
    required: str = "",
) -> str:
    """Return a SPECIMEN; ``inner`` stands behind its loci, ``required`` marks an allele value."""
    parts = []
    for locus, alleles in values.items():
        written = "".join(
            f"<ALLELE{chr(32) + 'ALLELEREQUIRED=' + chr(34) + 'true' + chr(34)}>"
            f"<ALLELEVALUE>{escape(value)}</ALLELEVALUE></ALLELE>"
            if value == required
            else f"<ALLELE><ALLELEVALUE>{escape(value)}</ALLELEVALUE></ALLELE>"
            for value in alleles
        )
        parts.append(
            f'<LOCUS KIT="Identifiler"><LOCUSNAME>{escape(locus)}</LOCUSNAME>'
            f"<READINGBY>{NAME_OF_A_READER}</READINGBY>"
            f"<READINGDATETIME>2026-11-21T09:00:00</READINGDATETIME>{written}</LOCUS>\n"
        )
    return (
        f'<SPECIMEN SOURCEID="No" CASEID="CASE-7" PARTIAL="false">\n<SPECIMENID>{escape(number)}'
        f"</SPECIMENID><SPECIMENCATEGORY>{escape(category)}</SPECIMENCATEGORY>"
        f"<SPECIMENCOMMENT>{COMMENT}</SPECIMENCOMMENT>\n{''.join(parts)}{inner}</SPECIMEN>\n"
    )


def cmf(*specimens: str, version: str = "3.2", message: str = "Import") -> bytes:
    """Return a whole file."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<CODISImportFile xmlns="urn:CODISImportFile-schema">\n'
        f"<HEADERVERSION>{version}</HEADERVERSION><MESSAGETYPE>{message}</MESSAGETYPE>"
        "<DESTINATIONORI>RSMUP0000</DESTINATIONORI><SOURCELAB>RSMUP0000</SOURCELAB>"
        f"<SUBMITBYUSERID>{NAME_OF_A_READER}</SUBMITBYUSERID>"
        "<SUBMITDATETIME>2026-11-21T10:00:00</SUBMITDATETIME>"
        f"<BATCHID>B</BATCHID><KIT>Identifiler</KIT>\n{''.join(specimens)}</CODISImportFile>\n"
    ).encode()
