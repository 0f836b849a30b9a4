"""The two blocks of minutiae of a Type-9 record that are read: INCITS 378 and the standard one.

ANSI/NIST-ITL 1-2011 (update 2013), 8.9.5, fields 9.126-9.141: pixels from the upper left corner,
angles in 2 degrees, as in INCITS 378. ANSI/NIST-ITL 1-2007, fields 9.005-9.012: hundredths of a
millimetre from the lower left corner, angles in degrees that point the other way: the standard
block looks along the ridge out of the minutia, the finger minutiae records into it, as NIST's
conversion (biomdi, ``an2k2fmr``) has it. A quality of 2 is best there, 63 worst; 0 says that the
minutia was drawn by hand, 1 that none was measured.
"""

from __future__ import annotations

import re

from appliance.codecs import finger_codes
from appliance.codecs.ansi_nist_fields import Type9
from appliance.codecs.finger_frame import UNITS_PPCM, FieldOffsets, ImageFrame
from appliance.codecs.finger_minutiae import INCITS_2009
from appliance.domain import limits
from appliance.domain.errors import TemplateUnsupported
from appliance.domain.finger import UNITS_PER_PIXEL, FingerTemplate, Minutia, MinutiaKind

STANDARD_BLOCK = "ANSI/NIST-ITL Type-9, standard block"
INCITS_BLOCK = "ANSI/NIST-ITL Type-9, INCITS 378 block"

IMP, FMT, FGP, MIN, RDG, MRC = 3, 4, 6, 10, 11, 12
CBI, HLL, VLL, SLC, HPS, VPS, FVW, M1_FGP, FQD, NOM, FMD = 126, *range(128, 138)
READ_FIELDS = frozenset((2, IMP, FMT, FGP, MIN, RDG, MRC, CBI, *range(HLL, FMD + 1)))

INCITS_OWNER = 27
INCITS_TYPES = range(513, 516)
PIXELS_PER_INCH, PIXELS_PER_CM = 1, 2
HUNDREDTHS_MM_PER_CM = 1_000
KINDS = {
    "A": MinutiaKind.RIDGE_ENDING,
    "B": MinutiaKind.BIFURCATION,
    "C": MinutiaKind.OTHER,
    "D": MinutiaKind.OTHER,
}
POSITIONS = finger_codes.FINGERS_AND_PALMS | finger_codes.SEVERAL_FINGERS
_POSITION_UNKNOWN = 0
_FRICTION_RIDGE_UNKNOWN = 18
_IMPRESSION_MAX = 99
_PLACE = re.compile("([0-9]{4})([0-9]{4})([0-9]{3})")
_INDEX_MAX = 9_999
_STANDARD_QUALITY_BEST, _STANDARD_QUALITY_WORST = 2, 63


def template_of(record: Type9) -> FingerTemplate:
    """Return the minutiae of the INCITS 378 block, of the standard one where that is absent.

    Raises TemplateMalformed with the field and its offset, TemplateUnsupported where neither is
    there.
    """
    if FMT in record and record.items(FMT, 1)[0] not in ("S", "U"):
        raise record.refusal(FMT, "is neither S nor U")
    if NOM in record or FMD in record:
        return _incits(record)
    if MIN in record or MRC in record:
        return _standard(record)
    raise TemplateUnsupported(
        "the Type-9 record has neither the standard block (9.005-9.012) nor that of INCITS 378 "
        "(9.126-9.137); other blocks are not read"
    )


def _impression(record: Type9) -> int:
    impression = record.number(IMP, 0, _IMPRESSION_MAX)
    finger_codes.check_impression(impression, record.offset(IMP))
    return impression


def _position(record: Type9, tag: int) -> tuple[int, list[str]]:
    """Return the position code and what was tolerated; several possible ones are none."""
    rows = record.rows(tag)
    if not rows:
        raise record.refusal(tag, "is missing")
    codes = {record.within(tag, row[0], 0, 99) for row in rows}
    if len(codes) > 1:
        return _POSITION_UNKNOWN, [f"{len(codes)} possible positions were read as unknown"]
    (code,) = codes
    if code == _FRICTION_RIDGE_UNKNOWN:
        return _POSITION_UNKNOWN, []
    code = finger_codes.THUMBS.get(code, code)
    finger_codes.check_position(code, POSITIONS, record.offset(tag))
    return code, []


def _check_count(record: Type9, stated: int, tag: int, found: int) -> None:
    if stated != found:
        raise record.refusal(tag, f"{stated} minutiae are announced, {found} came")


def _incits(record: Type9) -> FingerTemplate:
    if CBI in record:
        owner, kind = (record.within(CBI, each, 0, 65_535) for each in record.items(CBI, 2))
        if owner == INCITS_OWNER and kind not in INCITS_TYPES:
            raise TemplateUnsupported(f"minutiae of CBEFF format {kind} are not read")
    frame = ImageFrame(
        record.number(HLL, 1, 99_999),
        record.number(VLL, 1, 99_999),
        *_resolution(record),
    )
    frame.check(FieldOffsets(*(record.offset(tag) for tag in (HLL, VLL, HPS, VPS))))
    record.number(FVW, 0, 15, absent=0)
    position, warnings = _position(record, M1_FGP)
    quality = 0
    if FQD in record:
        score = record.within(FQD, record.rows(FQD)[0][0], 0, 255)
        if 100 < score < 254:
            raise record.refusal(FQD, f"finger quality {score} is above 100")
        quality = score if score <= 100 else 0
    rows = record.rows(FMD)
    _check_count(record, record.number(NOM, 0, limits.MINUTIAE_MAX), FMD, len(rows))
    minutiae = tuple(_incits_minutia(record, row, at, frame) for at, row in enumerate(rows, 1))
    return FingerTemplate(
        minutiae,
        frame.width_units,
        frame.height_units,
        position,
        _impression(record),
        quality,
        INCITS_BLOCK,
        tuple(warnings),
        (frame.x_ppcm, frame.y_ppcm),
    )


def _resolution(record: Type9) -> tuple[int, int]:
    scale = record.number(SLC, 0, 2)
    across, down = record.number(HPS, 0, 99_999), record.number(VPS, 0, 99_999)
    if scale == PIXELS_PER_CM:
        return across, down
    if scale == PIXELS_PER_INCH:
        # 500 ppi are written as 197 pixels per cm by every other record.
        return (across * 100 + 127) // 254, (down * 100 + 127) // 254
    raise TemplateUnsupported("field 9.130 states no scale, so that sizes are unknown")


def _incits_minutia(record: Type9, row: list[str], number: int, frame: ImageFrame) -> Minutia:
    at = f"minutia {number}: "
    if len(row) < 6:
        raise record.refusal(FMD, f"{at}has {len(row)} items, not 6")
    x = record.within(FMD, row[1], 0, frame.width - 1, at=at + "x ")
    y = record.within(FMD, row[2], 0, frame.height - 1, at=at + "y ")
    angle = record.within(FMD, row[3], 0, INCITS_2009.angle_max, at=at + "angle ")
    kind = record.within(FMD, row[4], 0, max(MinutiaKind), at=at + "type ")
    quality = record.within(FMD, row[5], 0, 100, at=at + "quality ")
    return Minutia(
        (x * UNITS_PPCM + frame.x_ppcm // 2) // frame.x_ppcm,
        ((frame.height - 1 - y) * UNITS_PPCM + frame.y_ppcm // 2) // frame.y_ppcm,
        INCITS_2009.angles[angle],
        kind,
        quality,
    )


def _standard(record: Type9) -> FingerTemplate:
    position, warnings = _position(record, FGP)
    rows = record.rows(MRC)
    _check_count(record, record.number(MIN, 0, limits.MINUTIAE_MAX), MRC, len(rows))
    minutiae = tuple(_standard_minutia(record, row, at) for at, row in enumerate(rows, 1))
    # The block states no image: the smallest one of whole pixels that holds every minutia.
    return FingerTemplate(
        minutiae,
        _whole_pixels(max((minutia.x for minutia in minutiae), default=0)),
        _whole_pixels(max((minutia.y for minutia in minutiae), default=0)),
        position,
        _impression(record),
        0,
        STANDARD_BLOCK,
        tuple(warnings),
    )


def _whole_pixels(highest: int) -> int:
    return (highest // UNITS_PER_PIXEL + 1) * UNITS_PER_PIXEL


def _standard_minutia(record: Type9, row: list[str], number: int) -> Minutia:
    at = f"minutia {number}: "
    if len(row) < 4:
        raise record.refusal(MRC, f"{at}has {len(row)} items, not at least 4")
    place = _PLACE.fullmatch(row[1])
    if place is None or int(place[3]) > 359:
        raise record.refusal(MRC, f"{at}is not XXXXYYYYTTT with an angle below 360 degrees")
    if row[3] not in KINDS:
        raise record.refusal(MRC, f"{at}has a type other than A, B, C and D")
    x, y, degrees = (int(each) for each in place.groups())
    return Minutia(
        (x * UNITS_PPCM + HUNDREDTHS_MM_PER_CM // 2) // HUNDREDTHS_MM_PER_CM,
        (y * UNITS_PPCM + HUNDREDTHS_MM_PER_CM // 2) // HUNDREDTHS_MM_PER_CM,
        ((degrees + 180) % 360 * 256 + 180) // 360 % 256,
        KINDS[row[3]],
        _quality(record.within(MRC, row[2], 0, _STANDARD_QUALITY_WORST, at=at + "quality "))
        if row[2]
        else 0,
    )


def _quality(standard: int) -> int:
    """Return 100..1 for 2..63, 0 for what was not measured."""
    if standard < _STANDARD_QUALITY_BEST:
        return 0
    steps = _STANDARD_QUALITY_WORST - _STANDARD_QUALITY_BEST
    return 100 - ((standard - _STANDARD_QUALITY_BEST) * 99 + steps // 2) // steps


def standard_quality(quality: int) -> int:
    """Return 2..63 for 100..1, 1 for what was not reported."""
    if not quality:
        return 1
    steps = _STANDARD_QUALITY_WORST - _STANDARD_QUALITY_BEST
    return _STANDARD_QUALITY_BEST + ((100 - quality) * steps + 49) // 99
