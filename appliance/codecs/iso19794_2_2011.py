"""Finger minutiae records of ISO/IEC 19794-2:2011: representations that state their own length."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.codecs import finger_codes, finger_extended
from appliance.codecs.finger_frame import FieldOffsets, ImageFrame, frame_of
from appliance.codecs.finger_minutiae import (
    ISO_2011,
    MINUTIA_BYTES,
    MINUTIA_BYTES_WITHOUT_QUALITY,
    QUALITY_FAILED,
    QUALITY_MAX,
    QUALITY_NOT_REPORTED,
    check_writable,
    read_minutiae,
    read_without_quality,
    write_minutiae,
    write_without_quality,
)
from appliance.codecs.finger_views import Numbering, SeenViews
from appliance.domain.errors import TemplateMalformed, TemplateUnsupported
from appliance.domain.finger import FingerTemplate

STANDARD = "ISO/IEC 19794-2:2011"
HEADER_BYTES = 15
REPRESENTATION_BYTES_MIN = 34
"""Without quality, certification and minutiae."""

VIEWS_MAX = 65_535
VIEW_NUMBER_MAX = 255
_CERTIFIED_AT = 14
_CERTIFICATION_BYTES = 3
_QUALITY_BYTES = 5
_ENDING_MAX = 1  # a ridge ends at the valley's bifurcation (0) or at its skeleton's end (1)
_NO_DATE = b"\xff" * 9
_NO_EXTENDED_DATA = b"\0\0"

_HEADER = struct.Struct(">4s4sIHB")
_CAPTURE = struct.Struct(">I9sBHHB")  # length, date, technology, maker, device, quality blocks
_VIEW = struct.Struct(">BBHHBHHBB")
_QUALITY = struct.Struct(">BHH")


def lengths_add_up(data: bytes) -> bool:
    """Tell this edition from INCITS 378-2009, which has the same magic and version.

    Only here the header and the lengths of the representations add up to the stated total.
    """
    total = int.from_bytes(data[8:12], "big")
    offset = HEADER_BYTES
    for _ in range(int.from_bytes(data[12:14], "big")):
        if offset >= len(data):
            return False
        offset += max(int.from_bytes(data[offset : offset + 4], "big"), REPRESENTATION_BYTES_MIN)
    return offset == total


def resembles(data: bytes) -> bool:
    """Tell whether the first representation states a length that could be one."""
    length = int.from_bytes(data[HEADER_BYTES : HEADER_BYTES + 4], "big")
    return REPRESENTATION_BYTES_MIN <= length <= len(data)


def decode_views(data: bytes) -> tuple[FingerTemplate, ...]:
    """Return every view of a record of this edition, in its order.

    Raises TemplateMalformed with the byte offset, TemplateUnsupported for sizes beyond the limits.
    Thread-safe.
    """
    if len(data) < HEADER_BYTES:
        raise TemplateMalformed("the record header is cut short", offset=len(data))
    _, _, stated, views, certified = _HEADER.unpack_from(data)
    if stated != len(data):
        at = len(data) if stated > len(data) else 8
        raise TemplateMalformed(f"the header states {stated} bytes, {len(data)} came", offset=at)
    if not views:
        raise TemplateMalformed("the record has no finger view", offset=12)
    if certified > 1:
        raise TemplateMalformed(
            f"the certification flag is {certified}, not 0 or 1", offset=_CERTIFIED_AT
        )
    offset = HEADER_BYTES
    seen = SeenViews()
    templates = []
    for _ in range(views):
        length = int.from_bytes(data[offset : offset + 4], "big")
        if len(data) < offset + 4 or length > len(data) - offset:
            raise TemplateMalformed(
                f"a representation of {length} bytes is cut short", offset=offset
            )
        part = _Representation(data, offset, offset + length)
        template, number = part.read(bool(certified))
        seen.note(template.position, number, offset)
        templates.append(template)
        offset += length
    if offset != len(data):
        raise TemplateMalformed(
            f"bytes after the last finger view: {len(data) - offset}", offset=offset
        )
    return tuple(templates)


@dataclass(slots=True)
class _Representation:
    """One representation, read from ``at`` to ``end``, which it must fill exactly."""

    data: bytes
    at: int
    end: int

    def read(self, certified: bool) -> tuple[FingerTemplate, int]:
        """Return the template and its view number."""
        quality = self._capture()
        if certified:
            blocks = self._take(1, "certification")[0]
            self._take(blocks * _CERTIFICATION_BYTES, f"{blocks} certification blocks")
        start = self.at
        position, number, x_ppcm, y_ppcm, impression, width, height, sizes, count = _VIEW.unpack(
            self._take(_VIEW.size, "view header")
        )
        finger_codes.check_position(position, finger_codes.FINGERS_AND_PALMS, start)
        finger_codes.check_impression(impression, start + 6)
        frame = ImageFrame(width, height, x_ppcm, y_ppcm)
        frame.check(FieldOffsets(start + 7, start + 9, start + 2, start + 4))
        size, ending = sizes >> 4, sizes & 0x0F
        if size not in (MINUTIA_BYTES, MINUTIA_BYTES_WITHOUT_QUALITY):
            raise TemplateMalformed(f"minutiae of {size} bytes do not exist", offset=start + 11)
        if ending > _ENDING_MAX:
            raise TemplateMalformed(f"ridge ending type {ending} is reserved", offset=start + 11)
        block = self.at
        self._take(count * size, f"{count} minutiae")
        reader = read_minutiae if size == MINUTIA_BYTES else read_without_quality
        minutiae = reader(self.data, block, count, frame, ISO_2011)
        extended = self.at
        self._take(finger_extended.LENGTH_BYTES, "extended data")
        self.at, tolerated = finger_extended.follow(self.data, extended, self.end)
        if self.at != self.end:
            raise TemplateMalformed(
                f"bytes after the finger view: {self.end - self.at}", offset=self.at
            )
        template = FingerTemplate(
            minutiae,
            frame.width_units,
            frame.height_units,
            position,
            impression,
            quality,
            STANDARD,
            tuple(tolerated),
            (x_ppcm, y_ppcm),
            self.at - extended - finger_extended.LENGTH_BYTES,
        )
        return template, number

    def _capture(self) -> int:
        """Skip how and when the finger was captured; return the first quality reported, or 0."""
        capture = self._take(_CAPTURE.size, "representation header")
        blocks = _CAPTURE.unpack(capture)[-1]
        start = self.at
        content = self._take(blocks * _QUALITY_BYTES, f"{blocks} quality blocks")
        found = 0
        for index, (score, _, _) in enumerate(_QUALITY.iter_unpack(content)):
            if score > QUALITY_MAX and score not in (QUALITY_NOT_REPORTED, QUALITY_FAILED):
                raise TemplateMalformed(
                    f"finger quality {score} is above 100", offset=start + index * _QUALITY_BYTES
                )
            if not found and score <= QUALITY_MAX:
                found = score
        return found

    def _take(self, length: int, what: str) -> bytes:
        if self.at + length > self.end:
            raise TemplateMalformed(f"{what}: the representation is cut short", offset=self.end)
        self.at += length
        return self.data[self.at - length : self.at]


def encode_views(templates: Sequence[FingerTemplate]) -> bytes:
    """Return a record of this edition: without date, device, certification and extended data.

    Minutiae have five bytes where no quality is known of any. Raises TemplateUnsupported for what
    the record cannot hold.
    """
    if not 1 <= len(templates) <= VIEWS_MAX:
        raise TemplateUnsupported(f"{len(templates)} views, a record holds 1..{VIEWS_MAX}")
    numbers = Numbering(VIEW_NUMBER_MAX)
    body = b"".join(_written(each, numbers.next(each.position)) for each in templates)
    total = HEADER_BYTES + len(body)
    return _HEADER.pack(b"FMR\0", b"030\0", total, len(templates), 0) + body


def _written(template: FingerTemplate, number: int) -> bytes:
    check_writable(template)
    finger_codes.check_written(template.position, template.impression)
    frame = frame_of(template)
    graded = any(minutia.quality for minutia in template.minutiae)
    writer = write_minutiae if graded else write_without_quality
    size = MINUTIA_BYTES if graded else MINUTIA_BYTES_WITHOUT_QUALITY
    quality = _QUALITY.pack(template.quality, 0, 0) if template.quality else b""
    view = _VIEW.pack(
        template.position,
        number,
        frame.x_ppcm,
        frame.y_ppcm,
        template.impression,
        frame.width,
        frame.height,
        size << 4,
        len(template.minutiae),
    )
    content = view + writer(template, frame, ISO_2011) + _NO_EXTENDED_DATA
    length = _CAPTURE.size + len(quality) + len(content)
    capture = _CAPTURE.pack(length, _NO_DATE, 0, 0, 0, 1 if quality else 0)
    return capture + quality + content
