"""What INCITS 378-2004 and ISO/IEC 19794-2:2005 share: image fields, finger views, extended data.

The two editions differ in their record header and in the unit of the angle; those stand in
``incits378_2004`` and ``iso19794_2_2005``. Both are big-endian, with the origin at the upper left
corner of the image and y downwards.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from appliance.domain import limits
from appliance.domain.errors import TemplateMalformed, TemplateUnsupported
from appliance.domain.finger import UNITS_PER_PIXEL, FingerTemplate, Minutia

PPCM_500_PPI = 197
"""Pixels per centimetre by which both editions write 500 ppi."""

FIXED_BYTES = 12
VIEW_HEADER_BYTES = 4
MINUTIA_BYTES = 6
LENGTH_SLACK_BYTES = 2
"""Writers in use state a length up to two bytes short, or leave two bytes after extended data."""

IMAGE_UNITS_MAX = 65_536
"""Largest width or height in 1/8 px at 500 ppi, so that coordinates fit 16 bits."""

QUALITY_MAX = 100
_QUALITY_UNKNOWN = (254, 255)
_KIND_RESERVED = 3
_POSITIONS = frozenset((*range(11), *range(20, 31)))  # fingers; palms as in ANSI/NIST
_ANISOTROPY_MAX_PERCENT = 2  # beyond it the angles would be off by more than half their unit
_UNITS_PPCM = UNITS_PER_PIXEL * PPCM_500_PPI
_TURN = 256

_FIXED = struct.Struct(">HHHHHBB")
_MINUTIA = struct.Struct(">HHBB")
_AREA = struct.Struct(">HH")


@dataclass(frozen=True, slots=True)
class Edition:
    """How one edition differs: ``angles`` maps the angle byte to 1/256 turn."""

    standard: str
    header_bytes: int
    angles: bytes
    angle_max: int


@dataclass(frozen=True, slots=True)
class RecordHeader:
    """Header fields in pixels and pixels per centimetre, checked against the limits."""

    width: int
    height: int
    x_ppcm: int
    y_ppcm: int
    views: int

    @property
    def width_units(self) -> int:
        """Width in 1/8 px at 500 ppi."""
        return _to_units(self.width, self.x_ppcm)

    @property
    def height_units(self) -> int:
        """Height in 1/8 px at 500 ppi."""
        return _to_units(self.height, self.y_ppcm)


def _to_units(pixels: int, ppcm: int) -> int:
    return (pixels * _UNITS_PPCM + ppcm // 2) // ppcm


def read_record(data: bytes, edition: Edition, stated_bytes: int) -> tuple[FingerTemplate, ...]:
    """Decode every view of a record whose magic and edition are known.

    ``stated_bytes`` is the record length its header gives. Raises TemplateMalformed with the
    offset, or TemplateUnsupported for sizes beyond ``limits``. Thread-safe.
    """
    if len(data) < edition.header_bytes:
        raise TemplateMalformed("the record header is cut short", offset=len(data))
    header = _read_header(data, edition.header_bytes - FIXED_BYTES)
    if stated_bytes > len(data):
        raise TemplateMalformed(
            f"the header states {stated_bytes} bytes, {len(data)} came", offset=len(data)
        )
    offset = edition.header_bytes
    seen: set[tuple[int, int]] = set()
    templates: list[FingerTemplate] = []
    extended = 0
    for _ in range(header.views):
        template, number, extended, next_offset = _read_view(data, offset, header, edition)
        if (template.position, number) in seen:
            raise TemplateMalformed(
                f"view {number} of finger position {template.position} comes twice", offset=offset
            )
        seen.add((template.position, number))
        templates.append(template)
        offset = next_offset
    tolerated = _check_end(len(data), stated_bytes, offset, extended > 0)
    if not tolerated:
        return tuple(templates)
    return tuple(with_warnings(template, tolerated) for template in templates)


def with_warnings(template: FingerTemplate, warnings: tuple[str, ...]) -> FingerTemplate:
    """Return the template with ``warnings`` before its own."""
    return replace(template, warnings=warnings + template.warnings)


def _read_header(data: bytes, offset: int) -> RecordHeader:
    _, width, height, x_ppcm, y_ppcm, views, reserved = _FIXED.unpack_from(data, offset)
    if not width or not height:
        raise TemplateMalformed("the image has no size", offset=offset + (2 if not width else 4))
    if not x_ppcm or not y_ppcm:
        raise TemplateMalformed("the resolution is 0", offset=offset + (6 if not x_ppcm else 8))
    if not views:
        raise TemplateMalformed("the record has no finger view", offset=offset + 10)
    if reserved:
        raise TemplateMalformed("a reserved byte is not 0", offset=offset + 11)
    low, high = sorted((x_ppcm, y_ppcm))
    if low < limits.RESOLUTION_PPCM_MIN or high > limits.RESOLUTION_PPCM_MAX:
        raise TemplateUnsupported(
            f"a resolution of {x_ppcm} x {y_ppcm} pixels/cm is outside "
            f"{limits.RESOLUTION_PPCM_MIN}..{limits.RESOLUTION_PPCM_MAX}"
        )
    if (high - low) * 100 > _ANISOTROPY_MAX_PERCENT * low:
        raise TemplateUnsupported(f"pixels of {x_ppcm} x {y_ppcm} per cm are not square")
    header = RecordHeader(width, height, x_ppcm, y_ppcm, views)
    if (
        max(width, height) > limits.IMAGE_PIXELS_PER_SIDE_MAX
        or max(header.width_units, header.height_units) > IMAGE_UNITS_MAX
    ):
        raise TemplateUnsupported(
            f"an image of {width} x {height} pixels at {x_ppcm} pixels/cm is too large"
        )
    return header


def _read_view(
    data: bytes, offset: int, header: RecordHeader, edition: Edition
) -> tuple[FingerTemplate, int, int, int]:
    """Return the template, its view number, the bytes of extended data and the next offset."""
    start = offset + VIEW_HEADER_BYTES
    if len(data) < start:
        raise TemplateMalformed("a finger view header is cut short", offset=len(data))
    position, number_impression, quality, count = data[offset:start]
    if position not in _POSITIONS:
        raise TemplateMalformed(f"finger position {position} does not exist", offset=offset)
    warnings: list[str] = []
    if quality in _QUALITY_UNKNOWN:
        warnings.append(f"finger quality {quality} read as not reported")
        quality = 0
    if quality > QUALITY_MAX:
        raise TemplateMalformed(f"finger quality {quality} is above 100", offset=offset + 2)
    end = start + count * MINUTIA_BYTES
    if len(data) < end + 2:
        raise TemplateMalformed(
            f"{count} minutiae and a length need {end + 2} bytes", offset=len(data)
        )
    minutiae = _read_minutiae(data, start, end, header, edition)
    beyond = edition.angle_max < _TURN - 1 and any(
        angle > edition.angle_max for angle in data[start + 4 : end : MINUTIA_BYTES]
    )
    if beyond:
        warnings.append("angles beyond a full turn were reduced to one turn")
    extended = int.from_bytes(data[end : end + 2], "big")
    if extended:
        warnings.extend(_check_extended(data, end + 2, extended))
    template = FingerTemplate(
        minutiae,
        header.width_units,
        header.height_units,
        position,
        number_impression & 0x0F,
        quality,
        edition.standard,
        tuple(warnings),
    )
    return template, number_impression >> 4, extended, end + 2 + extended


def _read_minutiae(
    data: bytes, start: int, end: int, header: RecordHeader, edition: Edition
) -> tuple[Minutia, ...]:
    width, height = header.width, header.height
    x_ppcm, y_ppcm = header.x_ppcm, header.y_ppcm
    x_half, y_half, bottom = x_ppcm // 2, y_ppcm // 2, height - 1
    angles, units, kind_reserved = edition.angles, _UNITS_PPCM, _KIND_RESERVED
    # A named tuple's own constructor would double the time of the whole decoding.
    new = tuple.__new__
    found: list[Minutia] = []
    for kind_x, y, angle, quality in _MINUTIA.iter_unpack(data[start:end]):
        kind, x = kind_x >> 14, kind_x & 0x3FFF
        # A set reserved bit of y makes it larger than any height, so one comparison tells both.
        if kind == kind_reserved or x >= width or y >= height or quality > QUALITY_MAX:
            raise _minutia_refusal(data, start + len(found) * MINUTIA_BYTES, header)
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


def _minutia_refusal(data: bytes, offset: int, header: RecordHeader) -> TemplateMalformed:
    kind_x, y, _, quality = _MINUTIA.unpack_from(data, offset)
    x = kind_x & 0x3FFF
    if kind_x >> 14 == _KIND_RESERVED:
        return TemplateMalformed("minutia type 3 is reserved", offset=offset)
    if x >= header.width:
        return TemplateMalformed(
            f"x {x} is outside an image {header.width} pixels wide", offset=offset
        )
    if y >> 14:
        return TemplateMalformed("the reserved bits of y are not 0", offset=offset + 2)
    if y >= header.height:
        return TemplateMalformed(
            f"y {y} is outside an image {header.height} pixels high", offset=offset + 2
        )
    return TemplateMalformed(f"minutia quality {quality} is above 100", offset=offset + 5)


def _check_extended(data: bytes, start: int, extended: int) -> list[str]:
    """Check that the areas fill the block; return what was tolerated.

    The standards count the four bytes of an area's own header in its length; a known writer of
    2005 records counts only what follows them, so either reading may fill the block.
    """
    end = start + extended
    if end > len(data):
        raise TemplateMalformed(
            f"{extended} bytes of extended data are announced, {len(data) - start} came",
            offset=start - 2,
        )
    if _areas_fill(data, start, end, counted=_AREA.size):
        return []
    if _areas_fill(data, start, end, counted=0):
        return ["extended data areas state their length without their header"]
    raise TemplateMalformed("the extended data areas do not fill their block", offset=start)


def _areas_fill(data: bytes, offset: int, end: int, *, counted: int) -> bool:
    while offset + _AREA.size <= end:
        _, length = _AREA.unpack_from(data, offset)
        if length < counted:
            return False
        offset += _AREA.size + length - counted
    return offset == end


def _check_end(came: int, stated: int, end: int, extended: bool) -> tuple[str, ...]:
    """Check that the views end where the record ends; return what was tolerated."""
    if end == came:
        if stated == came:
            return ()
        if came - stated <= LENGTH_SLACK_BYTES:
            return (f"the header states {stated} bytes, the record has {came}",)
        raise TemplateMalformed(f"the header states {stated} bytes, {came} came", offset=8)
    if stated == came and extended and came - end <= LENGTH_SLACK_BYTES:
        return (f"{came - end} bytes after the extended data were skipped",)
    raise TemplateMalformed(f"bytes after the last finger view: {came - end}", offset=end)
