"""What INCITS 378-2004 and ISO/IEC 19794-2:2005 share: image fields, finger views, extended data.

The two editions differ in their record header and in the unit of the angle; those stand in
``incits378_2004`` and ``iso19794_2_2005``. Both are big-endian, with the origin at the upper left
corner of the image and y downwards. One image size and one resolution stand for all views.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

from appliance.codecs import finger_codes, finger_extended
from appliance.codecs.finger_frame import FieldOffsets, ImageFrame, frame_of
from appliance.codecs.finger_minutiae import (
    MINUTIA_BYTES,
    QUALITY_MAX,
    MinutiaCode,
    beyond_a_turn,
    check_writable,
    read_minutiae,
    write_minutiae,
)
from appliance.codecs.finger_views import Numbering, SeenViews, check_end, with_warnings
from appliance.domain.errors import TemplateMalformed, TemplateUnsupported
from appliance.domain.finger import FingerTemplate

FIXED_BYTES = 12
VIEW_HEADER_BYTES = 4
VIEWS_MAX = 255
VIEW_NUMBER_MAX = 15
_QUALITY_UNKNOWN = (254, 255)
_NO_EXTENDED_DATA = b"\0\0"

_FIXED = struct.Struct(">HHHHHBB")
_VIEW = struct.Struct(">BBBB")


@dataclass(frozen=True, slots=True)
class Edition:
    """How one edition differs."""

    standard: str
    header_bytes: int
    code: MinutiaCode


def read_record(data: bytes, edition: Edition, stated_bytes: int) -> tuple[FingerTemplate, ...]:
    """Decode every view of a record whose magic and edition are known.

    ``stated_bytes`` is the record length its header gives. Raises TemplateMalformed with the
    offset, or TemplateUnsupported for sizes beyond ``limits``. Thread-safe.
    """
    if len(data) < edition.header_bytes:
        raise TemplateMalformed("the record header is cut short", offset=len(data))
    frame, views = _read_header(data, edition.header_bytes - FIXED_BYTES)
    if stated_bytes > len(data):
        raise TemplateMalformed(
            f"the header states {stated_bytes} bytes, {len(data)} came", offset=len(data)
        )
    offset = edition.header_bytes
    seen = SeenViews()
    templates: list[FingerTemplate] = []
    for _ in range(views):
        template, number, next_offset = _read_view(data, offset, frame, edition)
        seen.note(template.position, number, offset)
        templates.append(template)
        offset = next_offset
    extended = templates[-1].extended_bytes > 0
    tolerated = check_end(len(data), stated_bytes, offset, extended=extended)
    if not tolerated:
        return tuple(templates)
    return tuple(with_warnings(template, tolerated) for template in templates)


def _read_header(data: bytes, offset: int) -> tuple[ImageFrame, int]:
    _, width, height, x_ppcm, y_ppcm, views, reserved = _FIXED.unpack_from(data, offset)
    if not views:
        raise TemplateMalformed("the record has no finger view", offset=offset + 10)
    if reserved:
        raise TemplateMalformed("a reserved byte is not 0", offset=offset + 11)
    frame = ImageFrame(width, height, x_ppcm, y_ppcm)
    frame.check(FieldOffsets(offset + 2, offset + 4, offset + 6, offset + 8))
    return frame, views


def _read_view(
    data: bytes, offset: int, frame: ImageFrame, edition: Edition
) -> tuple[FingerTemplate, int, int]:
    """Return the template, its view number and the next offset."""
    start = offset + VIEW_HEADER_BYTES
    if len(data) < start:
        raise TemplateMalformed("a finger view header is cut short", offset=len(data))
    position, number_impression, quality, count = data[offset:start]
    finger_codes.check_position(position, finger_codes.FINGERS_AND_PALMS, offset)
    warnings: list[str] = []
    if quality in _QUALITY_UNKNOWN:
        warnings.append(f"finger quality {quality} read as not reported")
        quality = 0
    if quality > QUALITY_MAX:
        raise TemplateMalformed(f"finger quality {quality} is above 100", offset=offset + 2)
    end = start + count * MINUTIA_BYTES
    if len(data) < end + finger_extended.LENGTH_BYTES:
        raise TemplateMalformed(
            f"{count} minutiae and a length need {end + 2} bytes", offset=len(data)
        )
    minutiae = read_minutiae(data, start, count, frame, edition.code)
    if beyond_a_turn(data, start, end, MINUTIA_BYTES, edition.code):
        warnings.append("angles beyond a full turn were reduced to one turn")
    next_offset, tolerated = finger_extended.follow(data, end, len(data))
    template = FingerTemplate(
        minutiae,
        frame.width_units,
        frame.height_units,
        position,
        number_impression & 0x0F,
        quality,
        edition.standard,
        (*warnings, *tolerated),
        (frame.x_ppcm, frame.y_ppcm),
        next_offset - end - finger_extended.LENGTH_BYTES,
    )
    return template, number_impression >> 4, next_offset


def write_views(templates: Sequence[FingerTemplate], edition: Edition) -> bytes:
    """Return what follows the length and the fields of the maker: image fields and views.

    The image is as large as the largest of the views. Raises TemplateUnsupported for what one
    record cannot hold: views of different resolutions, more than VIEWS_MAX of them, more than
    VIEW_NUMBER_MAX + 1 of one position.
    """
    if not 1 <= len(templates) <= VIEWS_MAX:
        raise TemplateUnsupported(f"{len(templates)} views, a record holds 1..{VIEWS_MAX}")
    for template in templates:
        check_writable(template)
        finger_codes.check_written(
            template.position,
            template.impression,
            impression_max=finger_codes.IMPRESSION_MAX_OF_NIBBLE,
        )
    if len({template.ppcm for template in templates}) > 1:
        raise TemplateUnsupported("views of different resolutions do not fit one record")
    frames = [frame_of(template) for template in templates]
    frame = replace(
        frames[0],
        width=max(each.width for each in frames),
        height=max(each.height for each in frames),
    )
    numbers = Numbering(VIEW_NUMBER_MAX)
    fixed = (0, frame.width, frame.height, frame.x_ppcm, frame.y_ppcm, len(templates), 0)
    parts = [_FIXED.pack(*fixed)]
    for template in templates:
        both = numbers.next(template.position) << 4 | template.impression
        count = len(template.minutiae)
        parts += [
            _VIEW.pack(template.position, both, template.quality, count),
            write_minutiae(template, frame, edition.code),
            _NO_EXTENDED_DATA,
        ]
    return b"".join(parts)
