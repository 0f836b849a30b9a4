"""Records of INCITS 378-2009, its amendment and ISO/IEC 19794-2:2011, rule by rule."""

from __future__ import annotations

import struct

import pytest

from appliance.codecs.finger_record import decode, decode_views
from appliance.domain.errors import TemplateMalformed, TemplateUnsupported
from appliance.domain.finger import Minutia
from tests.codecs.records import MINUTIAE, incits_2009, iso_2011, later_view, representation

ONE_MINUTIA = ((1, 10, 20, 45, 90),)


def test_a_record_of_2009_is_read_with_angles_of_two_degrees() -> None:
    template = decode(incits_2009(later_view(position=2, impression=29, quality=73)))
    assert template.minutiae == (Minutia(80, (399 - 20) * 8, 64, 1, 90),)
    fields = ("INCITS 378-2009", 2, 29, 73, ())
    assert fields == (
        template.standard,
        template.position,
        template.impression,
        template.quality,
        template.warnings,
    )


def test_the_amendment_is_read_with_the_positions_of_several_fingers() -> None:
    template = decode(incits_2009(later_view(position=13), version=b"035\0"))
    assert (template.standard, template.position) == ("INCITS 378-2009/AM1", 13)


def test_a_record_of_2011_is_read_with_angles_of_a_256th_of_a_turn() -> None:
    template = decode(iso_2011(representation(position=2, impression=24, qualities=(73,))))
    assert template.minutiae == (
        Minutia(80, (399 - 20) * 8, 64, 1, 90),
        Minutia(299 * 8, 0, 255, 2, 0),
        Minutia(0, 399 * 8, 0, 0, 100),
    )
    fields = ("ISO/IEC 19794-2:2011", 2, 24, 73, ())
    assert fields == (
        template.standard,
        template.position,
        template.impression,
        template.quality,
        template.warnings,
    )


def test_minutiae_of_five_bytes_have_no_quality() -> None:
    template = decode(iso_2011(representation(minutia_bytes=5, ending=1)))
    assert [each.quality for each in template.minutiae] == [0, 0, 0]
    assert [each.angle for each in template.minutiae] == [64, 255, 0]


def test_each_view_has_its_own_image_and_resolution() -> None:
    later = (later_view(), later_view(position=2, size=(600, 800), ppcm=(394, 394)))
    parts = (representation(), representation(position=2, size=(600, 800), ppcm=(394, 394)))
    for views in (decode_views(incits_2009(*later)), decode_views(iso_2011(*parts))):
        assert [view.ppcm for view in views] == [(197, 197), (394, 394)]
        assert [view.width for view in views] == [2400, 2400]
        assert views[1].minutiae[0].x == 40


@pytest.mark.parametrize("unknown", [254, 255])
def test_a_quality_that_was_not_computed_is_none(unknown: int) -> None:
    minutiae = ((1, 10, 20, 45, unknown),)
    for template in (
        decode(incits_2009(later_view(minutiae, quality=unknown))),
        decode(iso_2011(representation(minutiae, qualities=(unknown,)))),
    ):
        assert (template.quality, template.minutiae[0].quality) == (0, 0)
        assert not template.warnings


def test_the_first_quality_that_was_computed_counts() -> None:
    assert decode(iso_2011(representation(qualities=(255, 40, 60)))).quality == 40
    assert decode(iso_2011(representation(qualities=()))).quality == 0


def test_certification_blocks_are_skipped_by_their_count() -> None:
    certified = representation(certificates=b"\2" + bytes(6))
    assert decode(iso_2011(certified, certified=1)).minutiae == decode(iso_2011()).minutiae


def test_several_views_of_one_finger_and_several_fingers_are_all_read() -> None:
    later = (later_view(), later_view(number=1), later_view(position=2))
    parts = (representation(), representation(number=1), representation(position=2))
    for record in (incits_2009(*later), iso_2011(*parts)):
        assert [view.position for view in decode_views(record)] == [7, 7, 2]
        assert decode(record).warnings == ("the record holds 3 views, the first is used",)


def _with(record: bytes, offset: int, *values: int) -> bytes:
    return record[:offset] + bytes(values) + record[offset + len(values) :]


AREA = struct.pack(">HH7s", 1, 11, b"\1\1\2\3\1\3\4")

MALFORMED = {
    "2009: header cut short": (
        incits_2009()[:20],
        20,
        "header is cut short",
    ),
    "2009: no view at all": (_with(incits_2009(count=0), 17, 0, 0), 19, "no finger view"),
    "2009: reserved byte": (incits_2009(reserved=1), 20, "reserved byte"),
    "2009: certification": (incits_2009(certification=0x81), 16, "certification"),
    "2009: length beyond the data": (incits_2009(stated_more=1), 46, "states 47 bytes, 46 came"),
    "2009: length three short": (incits_2009(stated_more=-3), 8, "states 43 bytes, 46 came"),
    "2009: view announced": (incits_2009(count=2), 46, "view header is cut short"),
    "2009: view not announced": (
        incits_2009(later_view(), later_view(number=1), count=1),
        46,
        "after the last finger view: 25",
    ),
    "2009: view twice": (incits_2009(later_view(), later_view()), 46, "comes twice"),
    "2009: position 13": (incits_2009(later_view(position=13)), 21, "position 13"),
    "2009: impression 16": (incits_2009(later_view(impression=16)), 23, "impression type 16"),
    "2009: quality 101": (incits_2009(later_view(quality=101)), 24, "finger quality 101"),
    "2009: no width": (incits_2009(later_view(size=(0, 9))), 29, "no size"),
    "2009: no height": (incits_2009(later_view(size=(9, 0))), 31, "no size"),
    "2009: resolution 0": (incits_2009(later_view(ppcm=(0, 197))), 33, "resolution is 0"),
    "2009: count beyond the data": (_with(incits_2009(), 37, 2), 46, "2 minutiae"),
    "2009: minutia quality 101": (
        incits_2009(later_view(((1, 1, 1, 1, 101),))),
        43,
        "minutia quality 101",
    ),
    "2009: areas that overrun": (
        incits_2009(later_view(extended=b"\0\1\0\x09\0\0")),
        46,
        "do not fill",
    ),
    "2011: header cut short": (iso_2011()[:14], 14, "header is cut short"),
    "2011: no view": (iso_2011(count=0), 12, "no finger view"),
    "2011: flag": (iso_2011(certified=2), 14, "certification flag is 2"),
    "2011: flag without blocks": (iso_2011(certified=1), 72, "view header: the"),
    "2011: representation too long": (
        iso_2011(representation(stated_more=1)),
        15,
        "representation of 58 bytes is cut short",
    ),
    "2011: representation too short": (
        iso_2011(representation(stated_more=-1)),
        71,
        "extended data: the representation is cut short",
    ),
    "2011: view twice": (iso_2011(representation(), representation()), 72, "comes twice"),
    "2011: position 11": (iso_2011(representation(position=11)), 39, "position 11"),
    "2011: impression 16": (iso_2011(representation(impression=16)), 45, "impression type 16"),
    "2011: quality 101": (iso_2011(representation(qualities=(80, 101))), 39, "quality 101"),
    "2011: quality blocks beyond": (_with(iso_2011(), 33, 9), 72, "9 quality blocks"),
    "2011: no width": (iso_2011(representation(size=(0, 9))), 46, "no size"),
    "2011: resolution 0": (iso_2011(representation(ppcm=(197, 0))), 43, "resolution is 0"),
    "2011: minutiae of 7 bytes": (_with(iso_2011(), 50, 0x70), 50, "minutiae of 7 bytes"),
    "2011: ending type 2": (iso_2011(representation(ending=2)), 50, "ending type 2"),
    "2011: count beyond": (_with(iso_2011(), 51, 4), 72, "4 minutiae"),
    "2011: count below": (_with(iso_2011(), 51, 2), 66, "bytes after the finger view: 6"),
    "2011: y outside, five bytes": (
        iso_2011(representation(((1, 1, 1, 1, 1), (1, 1, 400, 1, 1)), minutia_bytes=5)),
        59,
        "y 400",
    ),
    "2011: bytes after the view": (
        iso_2011(representation(extended=AREA).replace(b"\0\x0b\0\1", b"\0\0\0\1")),
        72,
        "bytes after the finger view: 11",
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_broken_rule_is_named_with_its_offset(name: str) -> None:
    record, offset, rule = MALFORMED[name]
    with pytest.raises(TemplateMalformed) as refusal:
        decode(record)
    assert rule in refusal.value.rule
    assert offset == refusal.value.offset


UNSUPPORTED = {
    "2009: resolution 501": (incits_2009(later_view(ppcm=(501, 501))), "501 x 501"),
    "2011: oblong pixels": (iso_2011(representation(ppcm=(197, 394))), "not square"),
    "2011: image": (iso_2011(representation((), size=(9_000, 10))), "too large"),
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_is_beyond_a_limit_is_unsupported(name: str) -> None:
    record, message = UNSUPPORTED[name]
    with pytest.raises(TemplateUnsupported, match=message):
        decode(record)


ODD = {
    "ridge counts": struct.pack(">HH6s", 1, 10, bytes(6)),
    "cores without their places": struct.pack(">HH2s", 2, 6, b"\3\0"),
    "cores and no deltas": struct.pack(">HH1s", 2, 5, b"\0"),
}


@pytest.mark.parametrize("name", ODD)
def test_extended_data_of_odd_length_is_skipped_with_a_warning(name: str) -> None:
    for record in (
        incits_2009(later_view(extended=ODD[name])),
        iso_2011(representation(extended=ODD[name])),
    ):
        template = decode(record)
        assert len(template.warnings) == 1
        assert "of odd length was skipped" in template.warnings[0]
        assert template.extended_bytes == len(ODD[name])


def test_extended_data_whose_counts_fit_is_skipped_in_silence() -> None:
    cores = struct.pack(">HH6s5s", 2, 15, b"\x41\0\1\0\1\7", b"\1\0\1\0\1")
    for record in (
        incits_2009(later_view(extended=AREA + cores)),
        iso_2011(representation(extended=cores + AREA)),
    ):
        template = decode(record)
        assert not template.warnings
        assert template.extended_bytes == 26


def test_the_two_editions_that_share_a_version_are_told_apart_by_their_lengths() -> None:
    assert decode(iso_2011(representation(MINUTIAE * 85))).standard == "ISO/IEC 19794-2:2011"
    assert decode(incits_2009(later_view(ONE_MINUTIA * 255))).standard == "INCITS 378-2009"
