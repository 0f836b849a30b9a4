"""Records of both accepted editions become templates; everything else is refused by name."""

from __future__ import annotations

import struct

import pytest

from appliance.codecs.finger_record import decode, decode_views
from appliance.domain.errors import TemplateMalformed, TemplateUnsupported
from appliance.domain.finger import Minutia
from tests.codecs.records import MINUTIAE, incits, iso, minutia, view
from tests.shared_data import shared_data_dir

ISO_VIEW = 24  # offset of the first view
FIRST_MINUTIA = ISO_VIEW + 4


@pytest.mark.requirement("I9.1", "A10.1")
def test_an_iso_record_is_read_into_eighths_of_a_pixel_with_y_upwards() -> None:
    template = decode(iso(view(position=2, impression=1, quality=73)))
    expected = (
        Minutia(80, (399 - 20) * 8, 64, 1, 90),
        Minutia(299 * 8, 0, 255, 2, 0),
        Minutia(0, 399 * 8, 0, 0, 100),
    )
    assert expected == template.minutiae
    size = (300 * 8, 400 * 8)
    assert size == (template.width, template.height)
    fields = (2, 1, 73, "ISO/IEC 19794-2:2005", ())
    assert fields == (
        template.position,
        template.impression,
        template.quality,
        template.standard,
        template.warnings,
    )


def test_an_incits_record_is_told_by_its_length_and_its_angles_count_two_degrees() -> None:
    template = decode(incits(view(((1, 10, 20, 45, 90), (2, 1, 1, 179, 5), (1, 2, 2, 1, 0)))))
    angles = [64, 255, 1]  # 90, 358 and 2 degrees in 1/256 turn
    assert angles == [found.angle for found in template.minutiae]
    assert template.standard == "INCITS 378-2004"
    assert not template.warnings


@pytest.mark.parametrize("ppcm", [50, 100, 224, 394, 500])
def test_another_resolution_is_scaled_to_the_nearest_eighth_of_a_pixel(ppcm: int) -> None:
    template = decode(iso(ppcm=(ppcm, ppcm)))
    for (_, x, y, _, _), found in zip(MINUTIAE, template.minutiae, strict=True):
        assert abs(found.x - x * 8 * 197 / ppcm) <= 0.5
        assert abs(found.y - (399 - y) * 8 * 197 / ppcm) <= 0.5


def test_each_axis_is_scaled_by_its_own_resolution() -> None:
    found = decode(iso(view(((1, 100, 0, 0, 1),)), ppcm=(197, 200))).minutiae[0]
    assert found.x == 800
    assert found.y == round(399 * 8 * 197 / 200)


def test_a_record_without_minutiae_is_a_template_without_minutiae() -> None:
    assert decode(iso(view(()))).minutiae == ()


def test_a_view_holds_up_to_255_minutiae() -> None:
    assert len(decode(iso(view(MINUTIAE * 85))).minutiae) == 255


def test_several_views_are_all_read_and_decode_takes_the_first_with_a_warning() -> None:
    record = iso(view(position=1), view((), position=1, number=1), view(position=2))
    positions = [1, 1, 2]
    assert positions == [template.position for template in decode_views(record)]
    template = decode(record)
    assert template.position == 1
    assert template.warnings == ("the record holds 3 views, the first is used",)


def test_extended_data_is_skipped_after_its_areas_were_followed() -> None:
    areas = struct.pack(">HH7s", 1, 11, b"\1\1\2\3\1\3\4") + struct.pack(">HH", 0x0101, 4)
    template = decode(iso(view(extended=areas)))
    assert len(template.minutiae) == 3
    assert not template.warnings


TOLERATED = {
    "length one short": (iso(stated_more=-1), "the header states 47 bytes, the record has 48"),
    "length two short": (incits(stated_more=-2), "the header states 36 bytes, the record has 38"),
    "version with 0": (
        incits(version=b"020\0"),
        "the version is padded with 0, not with a blank",
    ),
    "area length without header": (
        iso(view(extended=struct.pack(">HH6s", 0x0221, 6, b"\1\x44\xbc\x36\x21\x43"))),
        "extended data areas state their length without their header",
    ),
    "area of length 0": (
        iso(view(extended=struct.pack(">HH", 2, 0))),
        "extended data areas state their length without their header",
    ),
    "two bytes after extended data": (
        iso(view(extended=struct.pack(">HH", 2, 4)), stated_more=2) + b"\0\0",
        "2 bytes after the extended data were skipped",
    ),
    "angle beyond a turn": (
        incits(view(((1, 1, 1, 180, 1),))),
        "angles beyond a full turn were reduced to one turn",
    ),
    "finger quality unknown": (iso(view(quality=255)), "finger quality 255 read as not reported"),
}


@pytest.mark.parametrize("name", TOLERATED)
def test_a_known_deviation_is_read_with_a_warning(name: str) -> None:
    record, warning = TOLERATED[name]
    assert decode(record).warnings == (warning,)


def _with_byte(record: bytes, offset: int, value: int) -> bytes:
    return record[:offset] + bytes((value,)) + record[offset + 1 :]


MALFORMED = {
    "nothing": (b"", 0, "begins neither with FMR nor"),
    "wrong magic": (b"FIR\0" + iso()[4:], 0, "begins neither with FMR nor"),
    "magic alone": (b"FMR\0", 4, "header is cut short"),
    "header cut short": (iso()[:20], 20, "header is cut short"),
    "iso without a view": (iso()[:24], 24, "states 48 bytes, 24 came"),
    "minutiae cut short": (iso()[:-3], 45, "states 48 bytes, 45 came"),
    "length beyond the data": (iso(stated_more=1), 48, "states 49 bytes, 48 came"),
    "length three short": (iso(stated_more=-3), 8, "states 45 bytes, 48 came"),
    "iso length beyond 64 KiB": (
        iso()[:8] + struct.pack(">I", 65_536 + 48) + iso()[12:],
        48,
        "states 65584 bytes, 48 came",
    ),
    "length below the header": (
        iso(view(()))[:8] + struct.pack(">I", 25 << 16) + iso(view(()))[12:],
        30,
        "states 1638400 bytes, 30 came",
    ),
    "long form of INCITS without its data": (
        incits()[:8] + struct.pack(">HI", 0, 70_000) + bytes(4) + incits()[14:],
        42,
        "states 70000 bytes, 42 came",
    ),
    "a byte behind the record": (iso() + b"\0", 48, "after the last finger view: 1"),
    "counted bytes behind the record": (
        iso(stated_more=1) + b"\0",
        48,
        "after the last finger view: 1",
    ),
    "three bytes behind extended data": (
        iso(view(extended=struct.pack(">HH", 2, 4)), stated_more=3) + bytes(3),
        52,
        "after the last finger view: 3",
    ),
    "no width": (iso(width=0), 14, "no size"),
    "no height": (iso(height=0), 16, "no size"),
    "resolution 0 across": (iso(ppcm=(0, 197)), 18, "resolution is 0"),
    "resolution 0 down": (iso(ppcm=(197, 0)), 20, "resolution is 0"),
    "no view": (iso(count=0), 22, "no finger view"),
    "reserved byte": (iso(reserved=1), 23, "reserved"),
    "view announced, not there": (iso(count=2), 48, "view header is cut short"),
    "view not announced": (
        iso(view(), view(number=1), count=1),
        48,
        "after the last finger view: 24",
    ),
    "view twice": (iso(view(), view()), 48, "comes twice"),
    "position 11": (iso(view(position=11)), 24, "position 11"),
    "finger quality 101": (iso(view(quality=101)), 26, "finger quality 101"),
    "count beyond the data": (_with_byte(iso(), 27, 4), 48, "4 minutiae"),
    "count below the data": (_with_byte(iso(), 27, 2), 42, "after the last finger view: 6"),
    "minutia type 3": (iso(view(((3, 1, 1, 1, 1),))), 28, "type 3"),
    "x at the width": (iso(view((MINUTIAE[0], (1, 300, 1, 1, 1)))), 34, "x 300"),
    "y at the height": (iso(view(((1, 1, 400, 1, 1),))), 30, "y 400"),
    "reserved bits of y": (iso(view(((1, 1, 0x4001, 1, 1),))), 30, "reserved bits"),
    "minutia quality 101": (iso(view(((1, 1, 1, 1, 101),))), 33, "minutia quality 101"),
    "extended data cut short": (
        iso(view(())[:-2] + b"\0\6\0\1\0"),
        28,
        "6 bytes of extended data are announced, 3 came",
    ),
    "areas that overrun": (iso(view(extended=b"\0\1\0\x09\0\0")), 48, "do not fill"),
    "areas that leave a rest": (iso(view(extended=b"\0\1\0\4\0")), 48, "do not fill"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_broken_rule_is_named_with_its_offset(name: str) -> None:
    record, offset, rule = MALFORMED[name]
    with pytest.raises(TemplateMalformed) as refusal:
        decode(record)
    assert rule in refusal.value.rule
    assert offset == refusal.value.offset


def test_another_version_is_refused_by_its_name() -> None:
    with pytest.raises(TemplateUnsupported) as refusal:
        decode(b"FMR\x00040\0" + bytes(48))
    assert refusal.value.metadata["edition"] == "version b'040\\x00'"


UNSUPPORTED = {
    "resolution 49": (iso(ppcm=(49, 49)), "49 x 49"),
    "resolution 501": (iso(ppcm=(501, 501)), "501 x 501"),
    "oblong pixels": (iso(ppcm=(197, 394)), "not square"),
    "image beyond 8,192 pixels": (iso(view(()), width=8_193), "too large"),
    "image beyond 14 bits": (iso(view(()), width=16_384, ppcm=(500, 500)), "too large"),
    "more than 1 MiB": (iso() + bytes(1_048_576), "larger than 1048576"),
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_is_beyond_a_limit_is_unsupported(name: str) -> None:
    record, message = UNSUPPORTED[name]
    with pytest.raises(TemplateUnsupported, match=message):
        decode(record)


def test_images_at_the_limits_are_read() -> None:
    assert decode(iso(view(((1, 8_191, 0, 0, 0),)), width=8_192)).minutiae[0].x == 65_528
    assert decode(iso(view(()), width=16_383, ppcm=(394, 394))).width <= 65_536


def test_every_template_of_the_sample_data_is_read() -> None:
    paths = sorted((shared_data_dir() / "fingerprints" / "templates").rglob("*.iso"))
    assert len(paths) == 3_624
    templates = [decode(path.read_bytes()) for path in paths]
    assert not [template.warnings for template in templates if template.warnings]
    assert sum(not template.minutiae for template in templates) >= 1


def test_the_offsets_used_here_are_those_of_the_standard() -> None:
    record = iso()
    assert record[FIRST_MINUTIA : FIRST_MINUTIA + 6] == minutia(*MINUTIAE[0])
