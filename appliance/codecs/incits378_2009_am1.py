"""Finger minutiae records of INCITS 378-2009 with its amendment 1: another version, more positions.

The amendment adds the positions of several fingers in one view (13..15, 40..50) and leaves the
layout of the records as it was.
"""

from __future__ import annotations

from collections.abc import Sequence

from appliance.codecs import finger_codes, incits378_2009
from appliance.domain.finger import FingerTemplate

STANDARD = "INCITS 378-2009/AM1"
_EDITION = incits378_2009.Edition(
    STANDARD, b"035\0", finger_codes.FINGERS_AND_PALMS | finger_codes.SEVERAL_FINGERS
)


def decode_views(data: bytes) -> tuple[FingerTemplate, ...]:
    """Return every view of a record of this edition; as ``incits378_2009.decode_views``."""
    return incits378_2009.decode_views(data, _EDITION)


def encode_views(templates: Sequence[FingerTemplate]) -> bytes:
    """Return a record of this edition; as ``incits378_2009.encode_views``."""
    return incits378_2009.encode_views(templates, _EDITION)
