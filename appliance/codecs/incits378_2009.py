"""Finger minutiae records of INCITS 378-2009: each view with its own image and resolution.

The amendment 1 changed the version and the table of positions alone, see ``incits378_2009_am1``.
A draft of 2007 wrote the certification and the device into two bytes, not three: its header has 20
bytes, and a public sample of it exists. The last byte of a header is reserved, so where the count
of views would stand as 0 the record is such a draft.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.codecs import finger_codes, finger_extended
from appliance.codecs.finger_frame import FieldOffsets, ImageFrame, frame_of
from appliance.codecs.finger_minutiae import (
    INCITS_2009,
    MINUTIA_BYTES,
    QUALITY_FAILED,
    QUALITY_MAX,
    QUALITY_NOT_REPORTED,
    beyond_a_turn,
    check_writable,
    read_minutiae,
    write_minutiae,
)
from appliance.codecs.finger_views import Numbering, SeenViews, check_end, with_warnings
from appliance.domain.errors import TemplateMalformed, TemplateUnsupported
from appliance.domain.finger import FingerTemplate

STANDARD = "INCITS 378-2009"
HEADER_BYTES = 21
DRAFT_HEADER_BYTES = 20
VIEW_HEADER_BYTES = 17
VIEWS_MAX = 255
VIEW_NUMBER_MAX = 255
_CERTIFIED = 0x80
_CERTIFICATION_AT = 16
_NO_EXTENDED_DATA = b"\0\0"
_PRODUCT_UNKNOWN = 0

_LENGTH = struct.Struct(">I")
_HEADER = struct.Struct(">4s4sIHHBHBB")
_VIEW = struct.Struct(">BBBBHHHHHHB")


@dataclass(frozen=True, slots=True)
class Edition:
    """How the edition and its amendment differ."""

    standard: str
    version: bytes
    positions: frozenset[int]


EDITION = Edition(STANDARD, b"030\0", finger_codes.FINGERS_AND_PALMS)


def decode_views(data: bytes, edition: Edition = EDITION) -> tuple[FingerTemplate, ...]:
    """Return every view of a record of this edition, in its order.

    Raises TemplateMalformed with the byte offset, TemplateUnsupported for sizes beyond the limits.
    Thread-safe.
    """
    offset, views = _read_header(data)
    seen = SeenViews()
    templates: list[FingerTemplate] = []
    draft = offset == DRAFT_HEADER_BYTES
    for _ in range(views):
        template, number, next_offset = _read_view(data, offset, edition)
        seen.note(template.position, number, offset)
        templates.append(template)
        offset = next_offset
    (stated,) = _LENGTH.unpack_from(data, 8)
    tolerated = check_end(len(data), stated, offset, extended=False)
    if draft:
        draft_header = f"the header has {DRAFT_HEADER_BYTES} bytes, as in a draft of the standard"
        tolerated = (draft_header, *tolerated)
    if not tolerated:
        return tuple(templates)
    return tuple(with_warnings(template, tolerated) for template in templates)


def _read_header(data: bytes) -> tuple[int, int]:
    """Return where the views begin and how many there are."""
    if len(data) < HEADER_BYTES:
        raise TemplateMalformed("the record header is cut short", offset=len(data))
    (stated,) = _LENGTH.unpack_from(data, 8)
    if stated > len(data):
        raise TemplateMalformed(
            f"the header states {stated} bytes, {len(data)} came", offset=len(data)
        )
    header, views, reserved = HEADER_BYTES, data[HEADER_BYTES - 2], data[HEADER_BYTES - 1]
    if not views:
        header = DRAFT_HEADER_BYTES
        views, reserved = data[header - 2], data[header - 1]
    elif data[_CERTIFICATION_AT] & ~_CERTIFIED:
        raise TemplateMalformed(
            "a reserved bit of the certification is not 0", offset=_CERTIFICATION_AT
        )
    if not views:
        raise TemplateMalformed("the record has no finger view", offset=HEADER_BYTES - 2)
    if reserved:
        raise TemplateMalformed("a reserved byte is not 0", offset=header - 1)
    return header, views


def _read_view(data: bytes, offset: int, edition: Edition) -> tuple[FingerTemplate, int, int]:
    """Return the template, its view number and the next offset."""
    start = offset + VIEW_HEADER_BYTES
    if len(data) < start:
        raise TemplateMalformed("a finger view header is cut short", offset=len(data))
    position, number, impression, quality, _, _, *size, count = _VIEW.unpack_from(data, offset)
    finger_codes.check_position(position, edition.positions, offset)
    finger_codes.check_impression(impression, offset + 2)
    if quality > QUALITY_MAX and quality not in (QUALITY_NOT_REPORTED, QUALITY_FAILED):
        raise TemplateMalformed(f"finger quality {quality} is above 100", offset=offset + 3)
    frame = ImageFrame(*size)
    frame.check(FieldOffsets(offset + 8, offset + 10, offset + 12, offset + 14))
    end = start + count * MINUTIA_BYTES
    if len(data) < end + finger_extended.LENGTH_BYTES:
        raise TemplateMalformed(
            f"{count} minutiae and a length need {end + 2} bytes", offset=len(data)
        )
    minutiae = read_minutiae(data, start, count, frame, INCITS_2009)
    warnings = []
    if beyond_a_turn(data, start, end, MINUTIA_BYTES, INCITS_2009):
        warnings.append("angles beyond a full turn were reduced to one turn")
    next_offset, tolerated = finger_extended.follow(data, end, len(data))
    template = FingerTemplate(
        minutiae,
        frame.width_units,
        frame.height_units,
        position,
        impression,
        quality if quality <= QUALITY_MAX else 0,
        edition.standard,
        (*warnings, *tolerated),
        (frame.x_ppcm, frame.y_ppcm),
        next_offset - end - finger_extended.LENGTH_BYTES,
    )
    return template, number, next_offset


def encode_views(templates: Sequence[FingerTemplate], edition: Edition = EDITION) -> bytes:
    """Return a record of this edition, without product identifier and extended data.

    Angles are rounded to 2 degrees. Raises TemplateUnsupported for what it cannot hold.
    """
    if not 1 <= len(templates) <= VIEWS_MAX:
        raise TemplateUnsupported(f"{len(templates)} views, a record holds 1..{VIEWS_MAX}")
    numbers = Numbering(VIEW_NUMBER_MAX)
    parts = []
    for template in templates:
        check_writable(template)
        finger_codes.check_written(template.position, template.impression, known=edition.positions)
        frame = frame_of(template)
        parts += [
            _VIEW.pack(
                template.position,
                numbers.next(template.position),
                template.impression,
                template.quality or QUALITY_NOT_REPORTED,
                _PRODUCT_UNKNOWN,
                _PRODUCT_UNKNOWN,
                frame.width,
                frame.height,
                frame.x_ppcm,
                frame.y_ppcm,
                len(template.minutiae),
            ),
            write_minutiae(template, frame, INCITS_2009),
            _NO_EXTENDED_DATA,
        ]
    body = b"".join(parts)
    total = HEADER_BYTES + len(body)
    return _HEADER.pack(b"FMR\0", edition.version, total, 0, 0, 0, 0, len(templates), 0) + body
