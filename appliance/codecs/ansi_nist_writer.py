"""Finger templates to ANSI/NIST-ITL files: a Type-1 record and a Type-9 record for each view.

The INCITS 378 block keeps pixels and holds up to 9,999 minutiae, a whole palm; the standard block
reaches 99.99 mm. Neither says who sent the file, when, or in which case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import nistitl

from appliance.codecs import ansi_nist, finger_codes
from appliance.codecs import ansi_nist_blocks as blocks
from appliance.codecs.finger_frame import UNITS_PPCM, frame_of, pixels
from appliance.codecs.finger_minutiae import INCITS_2009, QUALITY_NOT_REPORTED, check_writable
from appliance.codecs.finger_views import Numbering
from appliance.domain import limits
from appliance.domain.errors import TemplateUnsupported
from appliance.domain.finger import FingerTemplate, Minutia, MinutiaKind

VIEWS_MAX = 100
"""A record is named by a number of two digits."""

VIEW_NUMBER_MAX = 15
_CAPTURE_EQUIPMENT, _ORIGIN, _PATTERN = 127, 5, 7
_IMAGE_PIXELS_MIN = 10
_HUNDREDTHS_MM_MAX = 9_999
_LETTERS = {
    MinutiaKind.OTHER: "D",
    MinutiaKind.RIDGE_ENDING: "A",
    MinutiaKind.BIFURCATION: "B",
}


def encode_views(templates: Sequence[FingerTemplate]) -> bytes:
    """Return a file whose Type-9 records hold the block of INCITS 378.

    Angles are rounded to 2 degrees. Raises TemplateUnsupported for what it cannot hold, such as a
    view without minutiae.
    """
    numbers = Numbering(VIEW_NUMBER_MAX)
    return _file(templates, lambda record, each: _incits(record, each, numbers))


def encode_standard_views(templates: Sequence[FingerTemplate]) -> bytes:
    """Return a file whose Type-9 records hold the standard block.

    Coordinates are rounded to hundredths of a millimetre, angles to degrees, qualities to 62 steps;
    the size of the image, its resolution and the quality of the view are lost. Raises
    TemplateUnsupported for what it cannot hold.
    """
    return _file(templates, _standard)


def _file(
    templates: Sequence[FingerTemplate],
    fill: Callable[[nistitl.AsciiRecord, FingerTemplate], None],
) -> bytes:
    if not 1 <= len(templates) <= VIEWS_MAX:
        raise TemplateUnsupported(f"{len(templates)} views, a file holds 1..{VIEWS_MAX}")
    message = ansi_nist.empty_message()
    for number, template in enumerate(templates):
        check_writable(template, minutiae_max=limits.MINUTIAE_MAX)
        finger_codes.check_written(template.position, template.impression, known=blocks.POSITIONS)
        if not template.minutiae:
            raise TemplateUnsupported("a Type-9 record holds at least one minutia")
        record = nistitl.AsciiRecord(9)
        record.IDC = number
        _put(record, blocks.IMP, str(template.impression))
        fill(record, template)
        message += record
    return bytes(message.NIST)


def _put(record: nistitl.AsciiRecord, tag: int, value: str | list[list[str]]) -> None:
    record += nistitl.Field(9, tag, value)


def _incits(record: nistitl.AsciiRecord, template: FingerTemplate, numbers: Numbering) -> None:
    found = frame_of(template)
    frame = replace(
        found,
        width=max(found.width, _IMAGE_PIXELS_MIN),
        height=max(found.height, _IMAGE_PIXELS_MIN),
    )
    _put(record, blocks.FMT, "U")
    _put(record, blocks.CBI, [[str(blocks.INCITS_OWNER), str(blocks.INCITS_TYPES[0]), "0"]])
    _put(record, _CAPTURE_EQUIPMENT, [["NONE", "0"]])
    single = {
        blocks.HLL: frame.width,
        blocks.VLL: frame.height,
        blocks.SLC: blocks.PIXELS_PER_CM,
        blocks.HPS: frame.x_ppcm,
        blocks.VPS: frame.y_ppcm,
        blocks.FVW: numbers.next(template.position),
        blocks.M1_FGP: template.position,
        blocks.NOM: len(template.minutiae),
    }
    for tag, value in single.items():
        _put(record, tag, str(value))
    _put(record, blocks.FQD, [[str(template.quality or QUALITY_NOT_REPORTED), "0", "0"]])
    rows = [
        [
            str(index),
            str(pixels(minutia.x, frame.x_ppcm)),
            str(frame.height - 1 - pixels(minutia.y, frame.y_ppcm)),
            str(INCITS_2009.angle_bytes[minutia.angle]),
            str(int(minutia.kind)),
            str(minutia.quality),
        ]
        for index, minutia in enumerate(template.minutiae, 1)
    ]
    _put(record, blocks.FMD, rows)


def _standard(record: nistitl.AsciiRecord, template: FingerTemplate) -> None:
    _put(record, blocks.FMT, "S")
    _put(record, _ORIGIN, [["CONVERTED", "U"]])
    _put(record, blocks.FGP, f"{template.position:02d}")
    _put(record, _PATTERN, [["T", "UN"]])
    _put(record, blocks.MIN, str(len(template.minutiae)))
    _put(record, blocks.RDG, "0")
    rows = [_standard_row(index, each) for index, each in enumerate(template.minutiae, 1)]
    _put(record, blocks.MRC, rows)


def _standard_row(index: int, minutia: Minutia) -> list[str]:
    x, y = (
        (value * blocks.HUNDREDTHS_MM_PER_CM + UNITS_PPCM // 2) // UNITS_PPCM
        for value in (minutia.x, minutia.y)
    )
    if max(x, y) > _HUNDREDTHS_MM_MAX:
        raise TemplateUnsupported(
            f"minutia {index - 1} is {max(x, y) / 100:.2f} mm away; the standard block reaches "
            "99.99 mm, the block of INCITS 378 farther"
        )
    degrees = ((minutia.angle * 360 + 128) // 256 + 180) % 360
    return [
        f"{index:03d}",
        f"{x:04d}{y:04d}{degrees:03d}",
        f"{blocks.standard_quality(minutia.quality):02d}",
        _LETTERS[MinutiaKind(minutia.kind)],
    ]
