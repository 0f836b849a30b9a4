"""Finger templates to records of any edition that is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from appliance.codecs import (
    ansi_nist_writer,
    incits378_2004,
    incits378_2009,
    incits378_2009_am1,
    iso19794_2_2005,
    iso19794_2_2011,
)
from appliance.domain.finger import FingerTemplate


class FingerFormat(StrEnum):
    """The formats that are written, by the names of the command line."""

    INCITS_2004 = "incits378-2004"
    INCITS_2009 = "incits378-2009"
    INCITS_2009_AM1 = "incits378-2009-am1"
    ISO_2005 = "iso19794-2-2005"
    ISO_2011 = "iso19794-2-2011"
    ANSI_NIST = "ansi-nist"
    ANSI_NIST_STANDARD = "ansi-nist-standard"


WRITERS: Mapping[FingerFormat, Callable[[Sequence[FingerTemplate]], bytes]] = MappingProxyType(
    {
        FingerFormat.INCITS_2004: incits378_2004.encode_views,
        FingerFormat.INCITS_2009: incits378_2009.encode_views,
        FingerFormat.INCITS_2009_AM1: incits378_2009_am1.encode_views,
        FingerFormat.ISO_2005: iso19794_2_2005.encode_views,
        FingerFormat.ISO_2011: iso19794_2_2011.encode_views,
        FingerFormat.ANSI_NIST: ansi_nist_writer.encode_views,
        FingerFormat.ANSI_NIST_STANDARD: ansi_nist_writer.encode_standard_views,
    }
)


def encode_views(templates: Sequence[FingerTemplate], to: FingerFormat) -> bytes:
    """Return the templates as the views of one record, each at the resolution it was read from.

    Decoding the record gives the same minutiae to within half a pixel of that resolution (exactly
    where they were read from pixels), half a unit of the edition's angle (1 degree in INCITS 378,
    0.7 in ISO/IEC 19794-2, 0.5 in the standard block of ANSI/NIST-ITL) and, in that block, one
    step of quality. Extended data is not carried over. Raises TemplateUnsupported for what the
    edition cannot hold. Thread-safe.
    """
    return WRITERS[to](templates)


def encode_iso19794_2_2005(template: FingerTemplate) -> bytes:
    """Return the template as a record of ISO/IEC 19794-2:2005 with one view."""
    return iso19794_2_2005.encode_views((template,))
