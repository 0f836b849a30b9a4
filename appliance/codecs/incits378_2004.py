"""Finger minutiae records of INCITS 378-2004, clause 6, with the header of 26 bytes."""

from __future__ import annotations

from appliance.codecs.finger_view import Edition, read_record
from appliance.domain.finger import FingerTemplate

STANDARD = "INCITS 378-2004"
HEADER_BYTES = 26
ANGLE_MAX = 179

# Angles count 2 degrees: 64/45 of 1/256 turn, rounded (45 is odd, so there are no halves).
ANGLES = bytes((angle * 128 + 45) // 90 % 256 for angle in range(256))
EDITION = Edition(STANDARD, HEADER_BYTES, ANGLES, ANGLE_MAX)


def decode_views(data: bytes) -> tuple[FingerTemplate, ...]:
    """Return every view of a record of this edition, in its order.

    Raises TemplateMalformed with the byte offset, TemplateUnsupported for sizes beyond the limits.
    Thread-safe.
    """
    return read_record(data, EDITION, int.from_bytes(data[8:10], "big"))
