"""Finger templates to records of ISO/IEC 19794-2:2005, one view at 500 ppi, no extended data."""

from __future__ import annotations

import struct

from appliance.codecs.finger_record import MAGIC
from appliance.codecs.finger_view import (
    IMAGE_UNITS_MAX,
    MINUTIA_BYTES,
    PPCM_500_PPI,
    QUALITY_MAX,
    VIEW_HEADER_BYTES,
)
from appliance.codecs.iso19794_2_2005 import HEADER_BYTES
from appliance.domain import limits
from appliance.domain.errors import TemplateUnsupported
from appliance.domain.finger import UNITS_PER_PIXEL, FingerTemplate, Minutia, MinutiaKind

_HEADER = struct.Struct(">4s4sIHHHHHBB")
_VIEW = struct.Struct(">BBBB")
_MINUTIA = struct.Struct(">HHBB")
_EXTENDED_LENGTH = b"\0\0"
# The largest coordinate that rounds to a pixel of the largest image.
_COORDINATE_MAX = IMAGE_UNITS_MAX - UNITS_PER_PIXEL // 2 - 1


def encode_iso19794_2_2005(template: FingerTemplate) -> bytes:
    """Return the template as a record of 24 header bytes and one view at 197 pixels/cm.

    Decoding it gives the same template to within half a pixel (4 units), exactly where
    coordinates and image size are whole pixels. Raises TemplateUnsupported for a template that the
    record cannot hold. Thread-safe.
    """
    _check(template)
    minutiae = template.minutiae
    across = [_pixels(minutia.x) for minutia in minutiae]
    upwards = [_pixels(minutia.y) for minutia in minutiae]
    # Rounding may lift a coordinate to the next pixel; the image grows rather than cut it off.
    width = max([_pixels_up(template.width), *(x + 1 for x in across)])
    height = max([_pixels_up(template.height), *(y + 1 for y in upwards)])
    total = HEADER_BYTES + VIEW_HEADER_BYTES + len(minutiae) * MINUTIA_BYTES + 2
    parts = [
        _HEADER.pack(MAGIC, b" 20\0", total, 0, width, height, PPCM_500_PPI, PPCM_500_PPI, 1, 0),
        _VIEW.pack(template.position, template.impression, template.quality, len(minutiae)),
    ]
    parts.extend(
        _MINUTIA.pack(minutia.kind << 14 | x, height - 1 - y, minutia.angle, minutia.quality)
        for minutia, x, y in zip(minutiae, across, upwards, strict=True)
    )
    return b"".join((*parts, _EXTENDED_LENGTH))


def _pixels(units: int) -> int:
    return (units + UNITS_PER_PIXEL // 2) // UNITS_PER_PIXEL


def _pixels_up(units: int) -> int:
    return -(-units // UNITS_PER_PIXEL)


def _check(template: FingerTemplate) -> None:
    if len(template.minutiae) > limits.MINUTIAE_MAX:
        raise TemplateUnsupported(f"{len(template.minutiae)} minutiae do not fit one view")
    bounds = (
        ("width", template.width, 1, IMAGE_UNITS_MAX),
        ("height", template.height, 1, IMAGE_UNITS_MAX),
        ("position", template.position, 0, 255),
        ("impression", template.impression, 0, 15),
        ("quality", template.quality, 0, QUALITY_MAX),
    )
    for name, value, low, high in bounds:
        if not low <= value <= high:
            raise TemplateUnsupported(f"{name} {value} is outside {low}..{high}")
    highest = Minutia(_COORDINATE_MAX, _COORDINATE_MAX, 255, max(MinutiaKind), QUALITY_MAX)
    for index, minutia in enumerate(template.minutiae):
        for name, value, high in zip(Minutia._fields, minutia, highest, strict=True):
            if not 0 <= value <= high:
                raise TemplateUnsupported(f"minutia {index}: {name} {value} is outside 0..{high}")
