"""Finger minutiae records of ISO/IEC 19794-2:2005, clause 7 (the record format, not the cards)."""

from __future__ import annotations

from appliance.codecs.finger_view import Edition, read_record
from appliance.domain.finger import FingerTemplate

STANDARD = "ISO/IEC 19794-2:2005"
HEADER_BYTES = 24

# The angle is already in 1/256 turn (1.40625 degrees).
EDITION = Edition(STANDARD, HEADER_BYTES, bytes(range(256)), 255)


def decode_views(data: bytes) -> tuple[FingerTemplate, ...]:
    """Return every view of a record of this edition, in its order.

    Raises TemplateMalformed with the byte offset, TemplateUnsupported for sizes beyond the limits.
    Thread-safe.
    """
    return read_record(data, EDITION, int.from_bytes(data[8:12], "big"))
