"""Whatever format a template is written in, reading it gives the same template.

"The same" is what the format can hold: positions to half a pixel of its resolution, angles to half
its unit, and in the standard block of ANSI/NIST-ITL hundredths of a millimetre and 62 qualities.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.codecs import finger_record
from appliance.codecs.finger_writer import FingerFormat, encode_views
from appliance.domain import limits
from appliance.domain.errors import TemplateUnsupported
from appliance.domain.finger import FingerTemplate, Minutia
from tests.codecs.records import (
    incits,
    incits_2009,
    iso,
    iso_2011,
    later_view,
    representation,
    view,
)
from tests.shared_data import shared_data_dir

QUICK = settings(max_examples=30, deadline=None)


@dataclass(frozen=True)
class Precision:
    """How far a value may be off: 1/8 px at 500 ppi, 1/256 turn, quality."""

    place: float
    angle: int
    quality: int


def _precision(to: FingerFormat, ppcm: int) -> Precision:
    # Half a pixel on the way out, half a unit on the way in; 0.01 mm is 1.576 units.
    pixel = 8 * 197 / ppcm / 2 + 0.5
    incits_angles = Precision(pixel, 1, 0)
    return {
        FingerFormat.ISO_2005: Precision(pixel, 0, 0),
        FingerFormat.ISO_2011: Precision(pixel, 0, 0),
        FingerFormat.ANSI_NIST_STANDARD: Precision(1.576 / 2 + 0.5, 1, 1),
    }.get(to, incits_angles)


MINUTIAE = st.lists(
    st.builds(
        Minutia,
        st.integers(0, 2_400),
        st.integers(0, 3_200),
        st.integers(0, 255),
        st.integers(0, 2),
        st.integers(0, 100),
    ),
    min_size=1,
    max_size=30,
)
TEMPLATES = st.builds(
    FingerTemplate,
    MINUTIAE.map(tuple),
    st.just(2_408),
    st.just(3_208),
    st.sampled_from((0, 1, 10, 20, 36)),
    st.sampled_from((0, 1, 4, 8, 15)),
    st.integers(0, 100),
    st.just(""),
    st.just(()),
    st.sampled_from(((197, 197), (394, 394), (100, 100), (224, 220), (500, 500))),
)


@pytest.mark.parametrize("to", FingerFormat)
@QUICK
@given(template=TEMPLATES)
def test_what_is_written_is_read_back(to: FingerFormat, template: FingerTemplate) -> None:
    found = finger_record.decode(encode_views((template,), to))
    assert (template.position, template.impression) == (found.position, found.impression)
    standard = to is FingerFormat.ANSI_NIST_STANDARD
    assert found.quality == (0 if standard else template.quality)
    allowed = _precision(to, min(template.ppcm))
    for before, after in zip(template.minutiae, found.minutiae, strict=True):
        assert abs(before.x - after.x) <= allowed.place
        assert abs(before.y - after.y) <= allowed.place
        assert before.kind == after.kind
        assert min((before.angle - after.angle) % 256, (after.angle - before.angle) % 256) <= (
            allowed.angle
        )
        assert abs(before.quality - after.quality) <= allowed.quality
        assert bool(before.quality) == bool(after.quality)


@pytest.mark.parametrize("to", FingerFormat)
@QUICK
@given(template=TEMPLATES)
def test_what_was_read_once_is_written_and_read_without_change(
    to: FingerFormat, template: FingerTemplate
) -> None:
    once = finger_record.decode(encode_views((template,), to))
    assert once == finger_record.decode(encode_views((once,), to))


@pytest.mark.parametrize("ppcm", [50, 100, 197, 224, 394, 500])
def test_pixels_keep_their_numbers_from_one_edition_to_the_next(ppcm: int) -> None:
    minutiae = tuple((1, at * 7 % 300, at * 13 % 400, at % 180, at % 101) for at in range(255))
    source = iso(view(minutiae), ppcm=(ppcm, ppcm))
    templates = finger_record.decode_views(source)
    for to in (FingerFormat.ISO_2011, FingerFormat.INCITS_2009, FingerFormat.ISO_2005):
        templates = finger_record.decode_views(encode_views(templates, to))
    # The angles passed through 2 degrees; all else is the record that came.
    again = encode_views(templates, FingerFormat.ISO_2005)
    assert len(source) == len(again)
    differing = {at for at in range(len(source)) if source[at] != again[at]}
    assert all((at - 28) % 6 == 4 for at in differing)


RECORDS = {
    FingerFormat.ISO_2005: iso(view(), view((), number=1), view(position=2)),
    FingerFormat.INCITS_2009_AM1: incits_2009(later_view(position=13), version=b"035\0"),
    FingerFormat.ISO_2011: iso_2011(representation(), representation(number=1, position=7)),
}


def test_a_record_without_its_makers_fields_is_written_byte_for_byte() -> None:
    assert encode_views(finger_record.decode_views(iso()), FingerFormat.ISO_2005) == iso()
    assert encode_views(finger_record.decode_views(incits()), FingerFormat.INCITS_2004) == incits()


def test_several_views_travel_in_one_record() -> None:
    for to in FingerFormat:
        views = finger_record.decode_views(RECORDS[FingerFormat.ISO_2011])
        found = finger_record.decode_views(encode_views(views, to))
        assert [(each.position, len(each.minutiae)) for each in found] == [(7, 3), (7, 3)]


@pytest.mark.parametrize("name", ["iso19794p2v2005-sample.dat", "ansi378v2009-sample.dat"])
def test_the_published_samples_travel_through_every_format(name: str) -> None:
    views = finger_record.decode_views((shared_data_dir() / "formats" / "fmr" / name).read_bytes())
    for to in FingerFormat:
        found = finger_record.decode_views(encode_views(views, to))
        for before, after in zip(views, found, strict=True):
            for old, new in zip(before.minutiae, after.minutiae, strict=True):
                off = 1 if to is FingerFormat.ANSI_NIST_STANDARD else 0
                assert max(abs(old.x - new.x), abs(old.y - new.y)) <= off
                assert min((old.angle - new.angle) % 256, (new.angle - old.angle) % 256) <= 1


ONE = FingerTemplate((Minutia(8, 8, 0, 1, 50),), 80, 80, 1, 0, 50, "")
MANY = replace(ONE, minutiae=ONE.minutiae * 256)
REFUSED = {
    "256 minutiae in a view": (FingerFormat.ISO_2011, (MANY,), "256 minutiae"),
    "impression beyond four bits": (
        FingerFormat.INCITS_2004,
        (replace(ONE, impression=24),),
        "impression 24 is outside 0..15",
    ),
    "resolutions of two views": (
        FingerFormat.ISO_2005,
        (ONE, replace(ONE, ppcm=(394, 394))),
        "different resolutions",
    ),
    "17 views of a finger": (FingerFormat.INCITS_2004, (ONE,) * 17, "more than 16 views"),
    "no view": (FingerFormat.ISO_2011, (), "0 views"),
    "position 11": (FingerFormat.ISO_2011, (replace(ONE, position=11),), "position 11"),
    "several fingers before the amendment": (
        FingerFormat.INCITS_2009,
        (replace(ONE, position=13),),
        "position 13 does not exist",
    ),
    "no resolution": (FingerFormat.ISO_2011, (replace(ONE, ppcm=(0, 197)),), "is none"),
    "resolution beyond the limits": (
        FingerFormat.ISO_2011,
        (replace(ONE, ppcm=(600, 600)),),
        "600 x 600",
    ),
    "no minutiae in a Type-9 record": (
        FingerFormat.ANSI_NIST,
        (replace(ONE, minutiae=()),),
        "at least one minutia",
    ),
    "beyond the standard block": (
        FingerFormat.ANSI_NIST_STANDARD,
        (replace(ONE, minutiae=(Minutia(16_000, 8, 0, 1, 50),), width=16_008),),
        "101.52 mm away",
    ),
    "10,000 minutiae": (
        FingerFormat.ANSI_NIST,
        (replace(ONE, minutiae=ONE.minutiae * 10_000),),
        "10000 minutiae",
    ),
    "101 views in a file": (FingerFormat.ANSI_NIST, (ONE,) * 101, "101 views"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_format_cannot_hold_is_refused(name: str) -> None:
    to, templates, message = REFUSED[name]
    with pytest.raises(TemplateUnsupported, match=message):
        encode_views(templates, to)


def test_a_record_of_incits_beyond_64_kib_is_written_in_its_long_form() -> None:
    wide = tuple(replace(ONE, minutiae=ONE.minutiae * 255, position=at) for at in range(11)) * 5
    record = encode_views(wide, FingerFormat.INCITS_2004)
    assert len(record) > 65_535
    assert [each.position for each in finger_record.decode_views(record)] == [*range(11)] * 5
    iso_record = encode_views(wide, FingerFormat.ISO_2005)
    assert finger_record.decode(iso_record).standard == "ISO/IEC 19794-2:2005"


@pytest.mark.parametrize("to", [FingerFormat.ANSI_NIST, FingerFormat.ANSI_NIST_STANDARD])
def test_a_palm_of_9999_minutiae_fits_one_file(to: FingerFormat) -> None:
    palm = tuple(
        Minutia(at * 37 % 15_000, at * 61 % 15_000, at % 256, 1, 50) for at in range(9_999)
    )
    template = FingerTemplate(palm, 15_008, 15_008, 21, 10, 60, "")
    record = encode_views((template,), to)
    assert len(record) <= limits.TEMPLATE_BYTES_MAX
    assert len(finger_record.decode(record).minutiae) == 9_999
