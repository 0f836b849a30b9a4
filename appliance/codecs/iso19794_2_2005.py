"""Finger minutiae records of ISO/IEC 19794-2:2005, clause 7 (the record format, not the cards)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from appliance.codecs.finger_minutiae import ISO_2005
from appliance.codecs.finger_view import FIXED_BYTES, Edition, read_record, write_views
from appliance.domain.finger import FingerTemplate

STANDARD = "ISO/IEC 19794-2:2005"
HEADER_BYTES = 24
_EDITION = Edition(STANDARD, HEADER_BYTES, ISO_2005)
_MAGIC = b"FMR\0 20\0"


def decode_views(data: bytes) -> tuple[FingerTemplate, ...]:
    """Return every view of a record of this edition, in its order.

    Raises TemplateMalformed with the byte offset, TemplateUnsupported for sizes beyond the limits.
    Thread-safe.
    """
    return read_record(data, _EDITION, int.from_bytes(data[8:12], "big"))


def encode_views(templates: Sequence[FingerTemplate]) -> bytes:
    """Return a record of this edition without extended data.

    Raises TemplateUnsupported for what it cannot hold.
    """
    body = write_views(templates, _EDITION)
    total = HEADER_BYTES - FIXED_BYTES + len(body)
    return _MAGIC + struct.pack(">I", total) + body
