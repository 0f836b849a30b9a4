"""The minutiae of a finger view, six bytes each or five: type and x, y, angle, quality.

INCITS 378 counts the angle in 2 degrees, ISO/IEC 19794-2 in 1/256 turn. The editions of 2004 and
2005 write 0 for a quality that was not reported, the later ones 254 (not reported) or 255 (could
not be computed); both become 0 here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from appliance.codecs.finger_frame import IMAGE_UNITS_MAX, UNITS_PPCM, ImageFrame, pixels
from appliance.domain.errors import TemplateMalformed, TemplateUnsupported
from appliance.domain.finger import UNITS_PER_PIXEL, FingerTemplate, Minutia, MinutiaKind

MINUTIA_BYTES = 6
MINUTIA_BYTES_WITHOUT_QUALITY = 5
VIEW_MINUTIAE_MAX = 255
"""Every edition counts the minutiae of a view in one byte."""

QUALITY_MAX = 100
QUALITY_NOT_REPORTED = 254
QUALITY_FAILED = 255
_REFUSED = 255
_KIND_RESERVED = 3
_TURN = 256
# The largest coordinate that rounds to a pixel of the largest image.
_COORDINATE_MAX = IMAGE_UNITS_MAX - UNITS_PER_PIXEL // 2 - 1

_MINUTIA = struct.Struct(">HHBB")


@dataclass(frozen=True, slots=True)
class MinutiaCode:
    """How an edition writes angles and qualities.

    ``angles`` maps the angle byte to 1/256 turn, ``angle_bytes`` 1/256 turn to the angle byte,
    ``qualities`` the quality byte to 0..100 or 255 where there is no such quality;
    ``not_reported`` is the quality byte written where there is none.
    """

    angles: bytes
    angle_max: int
    angle_bytes: bytes
    qualities: bytes
    not_reported: int


# Angles of 2 degrees: 64/45 of 1/256 turn, rounded (45 is odd, so there are no halves), and back,
# where a half is rounded up.
_DOUBLE_DEGREES = bytes((angle * 128 + 45) // 90 % _TURN for angle in range(_TURN))
_TO_DOUBLE_DEGREES = bytes((angle * 180 + 128) // 256 % 180 for angle in range(_TURN))
_PLAIN_ANGLES = bytes(range(_TURN))

_FIRST_QUALITIES = bytes(q if q <= QUALITY_MAX else _REFUSED for q in range(256))
_LATER_QUALITIES = _FIRST_QUALITIES[:QUALITY_NOT_REPORTED] + b"\0\0"

INCITS_2004 = MinutiaCode(_DOUBLE_DEGREES, 179, _TO_DOUBLE_DEGREES, _FIRST_QUALITIES, 0)
INCITS_2009 = MinutiaCode(
    _DOUBLE_DEGREES, 179, _TO_DOUBLE_DEGREES, _LATER_QUALITIES, QUALITY_NOT_REPORTED
)
ISO_2005 = MinutiaCode(_PLAIN_ANGLES, 255, _PLAIN_ANGLES, _FIRST_QUALITIES, 0)
ISO_2011 = MinutiaCode(_PLAIN_ANGLES, 255, _PLAIN_ANGLES, _LATER_QUALITIES, QUALITY_NOT_REPORTED)


def read_minutiae(
    data: bytes, start: int, count: int, frame: ImageFrame, code: MinutiaCode
) -> tuple[Minutia, ...]:
    """Return ``count`` minutiae of six bytes from ``start``, which the data is known to hold.

    Raises TemplateMalformed with the offset of the field.
    """
    return _minutiae(data[start : start + count * MINUTIA_BYTES], start, MINUTIA_BYTES, frame, code)


def read_without_quality(
    data: bytes, start: int, count: int, frame: ImageFrame, code: MinutiaCode
) -> tuple[Minutia, ...]:
    """Return ``count`` minutiae of five bytes; as ``read_minutiae`` otherwise."""
    size = MINUTIA_BYTES_WITHOUT_QUALITY
    each = (data[start + size * at : start + size * (at + 1)] for at in range(count))
    return _minutiae(b"".join(minutia + b"\0" for minutia in each), start, size, frame, code)


def _minutiae(
    block: bytes, start: int, size: int, frame: ImageFrame, code: MinutiaCode
) -> tuple[Minutia, ...]:
    width, height = frame.width, frame.height
    x_ppcm, y_ppcm = frame.x_ppcm, frame.y_ppcm
    x_half, y_half, bottom = x_ppcm // 2, y_ppcm // 2, height - 1
    angles, qualities, units = code.angles, code.qualities, UNITS_PPCM
    kind_reserved, quality_max = _KIND_RESERVED, QUALITY_MAX
    # A named tuple's own constructor would double the time of the whole decoding.
    new = tuple.__new__
    found: list[Minutia] = []
    for kind_x, y, angle, quality_byte in _MINUTIA.iter_unpack(block):
        kind, x, quality = kind_x >> 14, kind_x & 0x3FFF, qualities[quality_byte]
        # A set reserved bit of y makes it larger than any height, so one comparison tells both.
        if kind == kind_reserved or x >= width or y >= height or quality > quality_max:
            at = len(found)
            raise _refusal(block[at * MINUTIA_BYTES :], start + at * size, frame)
        found.append(
            new(
                Minutia,
                (
                    (x * units + x_half) // x_ppcm,
                    ((bottom - y) * units + y_half) // y_ppcm,
                    angles[angle],
                    kind,
                    quality,
                ),
            )
        )
    return tuple(found)


def _refusal(block: bytes, offset: int, frame: ImageFrame) -> TemplateMalformed:
    kind_x, y, _, quality = _MINUTIA.unpack_from(block)
    x = kind_x & 0x3FFF
    if kind_x >> 14 == _KIND_RESERVED:
        return TemplateMalformed("minutia type 3 is reserved", offset=offset)
    if x >= frame.width:
        return TemplateMalformed(
            f"x {x} is outside an image {frame.width} pixels wide", offset=offset
        )
    if y >> 14:
        return TemplateMalformed("the reserved bits of y are not 0", offset=offset + 2)
    if y >= frame.height:
        return TemplateMalformed(
            f"y {y} is outside an image {frame.height} pixels high", offset=offset + 2
        )
    return TemplateMalformed(f"minutia quality {quality} is above 100", offset=offset + 5)


def beyond_a_turn(data: bytes, start: int, end: int, size: int, code: MinutiaCode) -> bool:
    """Tell whether an angle byte of the minutiae is larger than its edition knows."""
    if code.angle_max == _TURN - 1:
        return False
    return any(angle > code.angle_max for angle in data[start + 4 : end : size])


def write_minutiae(template: FingerTemplate, frame: ImageFrame, code: MinutiaCode) -> bytes:
    """Return the minutiae, six bytes each, within the image of ``frame``."""
    x_ppcm, y_ppcm, bottom = frame.x_ppcm, frame.y_ppcm, frame.height - 1
    return b"".join(
        _MINUTIA.pack(
            minutia.kind << 14 | pixels(minutia.x, x_ppcm),
            bottom - pixels(minutia.y, y_ppcm),
            code.angle_bytes[minutia.angle],
            minutia.quality or code.not_reported,
        )
        for minutia in template.minutiae
    )


def write_without_quality(template: FingerTemplate, frame: ImageFrame, code: MinutiaCode) -> bytes:
    """Return the minutiae, five bytes each."""
    whole = write_minutiae(template, frame, code)
    size = MINUTIA_BYTES
    return b"".join(whole[at : at + size - 1] for at in range(0, len(whole), size))


def check_writable(template: FingerTemplate, *, minutiae_max: int = VIEW_MINUTIAE_MAX) -> None:
    """Raise TemplateUnsupported, naming the field, for what no view can hold."""
    if len(template.minutiae) > minutiae_max:
        raise TemplateUnsupported(
            f"{len(template.minutiae)} minutiae do not fit one view of at most {minutiae_max}"
        )
    if not 0 <= template.quality <= QUALITY_MAX:
        raise TemplateUnsupported(f"quality {template.quality} is outside 0..{QUALITY_MAX}")
    highest = Minutia(_COORDINATE_MAX, _COORDINATE_MAX, 255, max(MinutiaKind), QUALITY_MAX)
    for index, minutia in enumerate(template.minutiae):
        for name, value, high in zip(Minutia._fields, minutia, highest, strict=True):
            if not 0 <= value <= high:
                raise TemplateUnsupported(f"minutia {index}: {name} {value} is outside 0..{high}")
