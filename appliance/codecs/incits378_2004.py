"""Finger minutiae records of INCITS 378-2004, clause 6, with the header of 26 bytes or of 30.

Records of more than 65,535 bytes write 0 for their length and then the length in four bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from appliance.codecs.finger_minutiae import INCITS_2004
from appliance.codecs.finger_view import Edition, read_record, write_views
from appliance.domain.finger import FingerTemplate

STANDARD = "INCITS 378-2004"
HEADER_BYTES = 26
LONG_HEADER_BYTES = 30
_SHORT_LENGTH_MAX = 65_535
_FIXED_START = 14
_EDITION = Edition(STANDARD, HEADER_BYTES, INCITS_2004)
_LONG_EDITION = Edition(STANDARD, LONG_HEADER_BYTES, INCITS_2004)

_MAGIC = b"FMR\0 20\0"
_MAKER = struct.Struct(">HH")  # the product identifier: none


def decode_views(data: bytes) -> tuple[FingerTemplate, ...]:
    """Return every view of a record of this edition, in its order.

    Raises TemplateMalformed with the byte offset, TemplateUnsupported for sizes beyond the limits.
    Thread-safe.
    """
    stated = int.from_bytes(data[8:10], "big")
    if stated:
        return read_record(data, _EDITION, stated)
    return read_record(data, _LONG_EDITION, int.from_bytes(data[10:14], "big"))


def encode_views(templates: Sequence[FingerTemplate]) -> bytes:
    """Return a record of this edition, without product identifier and extended data.

    Angles are rounded to 2 degrees. Raises TemplateUnsupported for what it cannot hold.
    """
    body = write_views(templates, _EDITION)
    total = _FIXED_START + len(body)
    length = struct.pack(">H", total) if total <= _SHORT_LENGTH_MAX else b""
    if not length:
        length = struct.pack(">HI", 0, total + LONG_HEADER_BYTES - HEADER_BYTES)
    return _MAGIC + length + _MAKER.pack(0, 0) + body
