"""ANSI/NIST-ITL files give the minutiae of their Type-9 records, and never personal data."""

from __future__ import annotations

import re

import nistitl
import pytest

from appliance.codecs import ansi_nist
from appliance.codecs.finger_record import decode, decode_views
from appliance.domain.errors import PersonalDataRefused, TemplateMalformed, TemplateUnsupported
from appliance.domain.finger import Minutia
from tests.codecs.nist_files import INCITS, RS, STANDARD, US, nist_file, text_record, type9
from tests.shared_data import shared_data_dir

IMAGE = b"\0\0\0\x15\1" + b"\x1d\x1c9.001:9\x1c" + bytes(6)


@pytest.mark.requirement("I9.1")
def test_the_standard_block_counts_hundredths_of_a_millimetre_and_looks_out_of_the_ridge() -> None:
    template = decode(nist_file(type9(STANDARD)))
    # 1 mm is 157.6 eighths of a pixel; 90 degrees out of the ridge are 270 into it.
    assert template.minutiae == (Minutia(158, 315, 192, 1, 100), Minutia(0, 0, 127, 2, 1))
    assert (template.position, template.impression, template.quality) == (2, 4, 0)
    assert (template.width, template.height) == (160, 320)
    assert template.standard == "ANSI/NIST-ITL Type-9, standard block"
    assert not template.warnings


@pytest.mark.requirement("I9.1")
def test_the_block_of_incits_378_counts_pixels_from_above_and_two_degrees() -> None:
    template = decode(nist_file(type9(INCITS)))
    assert template.minutiae == (
        Minutia(80, 379 * 8, 64, 1, 90),
        Minutia(299 * 8, 0, 255, 2, 0),
    )
    assert (template.position, template.impression, template.quality) == (21, 10, 80)
    assert (template.width, template.height, template.ppcm) == (2400, 3200, (197, 197))
    assert template.standard == "ANSI/NIST-ITL Type-9, INCITS 378 block"


def test_pixels_per_inch_are_those_of_the_other_records() -> None:
    for ppi, ppcm in (("500", 197), ("1000", 394)):
        record = type9(INCITS, f130="1", f131=ppi, f132=ppi)
        assert decode(nist_file(record)).ppcm == (ppcm, ppcm)


def test_the_block_of_incits_378_is_preferred() -> None:
    assert decode(nist_file(type9({**STANDARD, **INCITS}))).position == 21


def test_every_type_9_record_is_a_view() -> None:
    file = nist_file(type9(STANDARD), type9(INCITS), type9(STANDARD, f6="07"))
    assert [view.position for view in decode_views(file)] == [2, 21, 7]
    assert decode(file).warnings == ("the record holds 3 views, the first is used",)


def test_a_latent_of_several_possible_fingers_has_an_unknown_position() -> None:
    template = decode(nist_file(type9(STANDARD, f6=f"02{RS}03{RS}07")))
    assert template.position == 0
    assert template.warnings == ("3 possible positions were read as unknown",)
    assert decode(nist_file(type9(STANDARD, f6="18"))).position == 0
    assert decode(nist_file(type9(STANDARD, f6="11"))).position == 1


@pytest.mark.parametrize(
    ("quality", "read"), [("00", 0), ("01", 0), ("", 0), ("2", 100), ("63", 1)]
)
def test_qualities_of_the_standard_block_fall_from_2_to_63(quality: str, read: int) -> None:
    row = f"001{US}01000200090{US}{quality}{US}D"
    (minutia,) = decode(nist_file(type9(STANDARD, f10="1", f12=row))).minutiae
    assert (minutia.quality, minutia.kind) == (read, 0)


def test_images_are_skipped_whatever_their_bytes_are() -> None:
    file = nist_file((4, IMAGE), type9(STANDARD), (14, text_record(14, {2: "00", 999: "\x1d\xff"})))
    assert decode(file) == decode(nist_file(type9(STANDARD)))


def test_a_field_of_another_record_is_skipped_with_a_warning() -> None:
    kind, record = type9(STANDARD)
    foreign = record.replace(b"9.005:", b"8.005:")
    template = decode(nist_file((kind, foreign)))
    assert template.warnings == ("field 8.005 in a Type-9 record was skipped",)


PERSONAL = {
    "a name": (2, text_record(2, {2: "00", 18: "X"})),
    "a field without a number": (2, text_record(2, {2: "00\x1dX"})),
    "a photograph": (10, text_record(10, {2: "00"})),
    "a signature": (8, IMAGE),
    "a subject of another kind": (16, text_record(16, {2: "00"})),
}


@pytest.mark.requirement("A1.2")
@pytest.mark.parametrize("name", PERSONAL)
def test_a_file_with_more_than_prints_is_refused(name: str) -> None:
    with pytest.raises(PersonalDataRefused, match=f"Type-{PERSONAL[name][0]}"):
        decode(nist_file(PERSONAL[name], type9(STANDARD)))


def test_a_type_2_record_that_says_nothing_is_skipped() -> None:
    decode(nist_file((2, text_record(2, {2: "00", 3: ""})), type9(STANDARD)))


@pytest.mark.requirement("A1.2")
def test_a_reduced_file_holds_minutiae_and_nothing_else() -> None:
    record = type9({**STANDARD, **INCITS}, f5="SECRET", f353="SECRET")
    file = nist_file((2, text_record(2, {2: "00", 18: "SECRET"})), record, (4, IMAGE))
    reduced, left_out = ansi_nist.reduced(file)
    assert b"SECRET" not in reduced
    assert b"20260101" not in reduced
    assert b"ORI" not in reduced
    fields = ("field 9.005", "field 9.007", "field 9.127", "field 9.353")
    assert left_out == ("a Type-2 record", "a Type-4 record", *fields)
    assert decode(reduced) == decode(nist_file(record))
    assert ansi_nist.reduced(reduced) == (reduced, ())


def _record(fields: dict[int, str], **changed: str) -> bytes:
    return nist_file(type9(fields, **changed))


def _minutia(row: str) -> bytes:
    return _record(dict(INCITS), f136="1", f137=row.replace(",", US))


MALFORMED = {
    "header length": (
        re.sub(rb"^1.001:\d+", b"1.001:9999", nist_file(type9(STANDARD))),
        "record of 9999 bytes",
    ),
    "header end": (nist_file(type9(STANDARD)).replace(b"ORI\x1c", b"ORI\x1d"), "does not end"),
    "no list": (text_record(1, {2: "0500"}), "field 1.003 is missing"),
    "list of one item": (text_record(1, {3: f"1{US}1{RS}9"}), "not a list of records"),
    "list of letters": (text_record(1, {3: f"1{US}1{RS}A{US}0"}), "not a list of records"),
    "count of records": (nist_file(type9(STANDARD), counted_more=1), "counts another number"),
    "record not there": (text_record(1, {3: f"1{US}1{RS}9{US}0"}), "no Type-9 record begins"),
    "record of another type": (nist_file((9, type9(STANDARD)[1].replace(b"9.", b"8."))), "no Type"),
    "record too long": (nist_file((9, text_record(9, STANDARD, stated_more=1))), "is cut short"),
    "record too short": (nist_file((9, text_record(9, STANDARD, stated_more=-1))), "does not end"),
    "image cut short": (nist_file((4, IMAGE[:-1])), "Type-4 record of 21 bytes is cut short"),
    "image of no length": (nist_file((4, bytes(4)), type9(STANDARD)), "of 0 bytes is cut short"),
    "bytes behind": (nist_file(type9(STANDARD)) + b"\0", "bytes after the last record: 1"),
    "field twice": (
        nist_file((9, type9(STANDARD)[1].replace(b"9.011:", b"9.010:"))),
        "9.010 comes twice",
    ),
    "field without number": (
        nist_file((9, type9(STANDARD)[1].replace(b"9.011:", b"9X011:"))),
        "does not begin with its number",
    ),
    "length of another record": (
        nist_file((9, type9(STANDARD)[1].replace(b"9.002:00", b"9.002:XX"))),
        "cannot be read",
    ),
    "impression missing": (_record(dict(STANDARD), f3=""), "9.003: is missing"),
    "impression 17": (_record(dict(STANDARD), f3="17"), "impression type 17"),
    "format X": (_record(dict(STANDARD), f4="X"), "9.004: is neither S nor U"),
    "position missing": (_record(dict(STANDARD), f6=""), "9.006: is missing"),
    "position 12A": (_record(dict(STANDARD), f6="12A"), "9.006: '12A'"),
    "position 60, a sole": (_record(dict(STANDARD), f6="60"), "position 60"),
    "count above": (_record(dict(STANDARD), f10="3"), "9.012: 3 minutiae are announced, 2 came"),
    "count below": (_record(dict(STANDARD), f10="1"), "9.012: 1 minutiae are announced, 2 came"),
    "count missing": (_record(dict(STANDARD), f10=""), "9.010: is missing"),
    "count in superscript": (_record(dict(STANDARD), f10="\xb2"), "9.010: '?'"),
    "place of ten digits": (
        _record(dict(STANDARD), f10="1", f12=f"1{US}0100020090{US}0{US}A"),
        "minutia 1: is not XXXXYYYYTTT",
    ),
    "angle 360": (_record(dict(STANDARD), f10="1", f12=f"1{US}01000200360{US}0{US}A"), "below 360"),
    "quality 64": (_record(dict(STANDARD), f10="1", f12=f"1{US}01000200000{US}64{US}A"), "'64'"),
    "type E": (_record(dict(STANDARD), f10="1", f12=f"1{US}01000200000{US}0{US}E"), "A, B, C and"),
    "three items": (_record(dict(STANDARD), f10="1", f12=f"1{US}01000200000{US}0"), "has 3 items"),
    "width 0": (_record(dict(INCITS), f128="0"), "9.128: '0' is outside 1..99999"),
    "width missing": (_record(dict(INCITS), f128=""), "9.128: is missing"),
    "resolution 0": (_record(dict(INCITS), f131="0"), "resolution is 0"),
    "view 16": (_record(dict(INCITS), f133="16"), "9.133: '16'"),
    "several views": (_record(dict(INCITS), f133=f"1{RS}2"), "9.133: has not 1 items in one part"),
    "finger quality 101": (_record(dict(INCITS), f135=f"101{US}0{US}0"), "quality 101"),
    "no minutiae": (_record(dict(INCITS), f137=""), "9.137: 2 minutiae are announced, 0 came"),
    "x at the width": (_minutia("1,300,0,0,1,0"), "9.137: minutia 1: x '300' is outside 0..299"),
    "y at the height": (_minutia("1,0,400,0,1,0"), "y '400'"),
    "negative x": (_minutia("1,-1,0,0,1,0"), "x '-1'"),
    "angle 180": (_minutia("1,0,0,180,1,0"), "angle '180'"),
    "type 3": (_minutia("1,0,0,0,3,0"), "type '3'"),
    "minutia quality 101": (_minutia("1,0,0,0,1,101"), "quality '101'"),
    "five items": (_minutia("1,0,0,0,1"), "has 5 items, not 6"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_broken_rule_is_named_with_its_field_and_offset(name: str) -> None:
    file, rule = MALFORMED[name]
    with pytest.raises(TemplateMalformed) as refusal:
        decode(file)
    assert rule in refusal.value.rule
    assert 0 <= refusal.value.offset <= len(file)
    if refusal.value.rule.startswith("field 9.") and "missing" not in refusal.value.rule:
        at = refusal.value.offset
        field = refusal.value.rule[6:11].encode()
        assert file[at : at + 5] == field or field not in file


UNSUPPORTED = {
    "no minutiae": (nist_file((4, IMAGE)), "no Type-9 record"),
    "extended features alone": (_record({3: "0", 331: f"1{US}2{US}3{US}E"}), "other blocks"),
    "another format of CBEFF": (_record(dict(INCITS), f126=f"27{US}8{US}0"), "CBEFF format 8"),
    "no scale": (_record(dict(INCITS), f130="0"), "states no scale"),
    "coarse": (_record(dict(INCITS), f131="40", f132="40"), "40 x 40"),
    "1,001 fields": (_record(dict.fromkeys(range(3, 1004), "0")), "more than 1000 fields"),
    "too many parts": (_record(dict(INCITS), f137=RS * 79_993), "too many parts"),
    "1,001 records": (nist_file(*[type9(STANDARD)] * 1_001), "more than 1000 records"),
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_is_not_read_or_beyond_a_limit_is_unsupported(name: str) -> None:
    file, message = UNSUPPORTED[name]
    with pytest.raises(TemplateUnsupported, match=message):
        decode(file)


def test_whatever_the_library_raises_is_a_named_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("unexpected")

    monkeypatch.setattr(nistitl, "parse_record", fail)
    with pytest.raises(TemplateMalformed, match="cannot be read"):
        decode(nist_file(type9(STANDARD)))


def test_the_published_files_with_minutiae_are_read() -> None:
    folder = shared_data_dir() / "formats" / "an2"
    template = decode((folder / "type9.an2k").read_bytes())
    assert (len(template.minutiae), template.position, template.impression) == (28, 0, 6)
    # 1.32 mm and 7.15 mm from the lower left corner, 248 degrees out of the ridge.
    assert template.minutiae[0] == Minutia(208, 1127, 48, 1, 0)
    with_image, _ = ansi_nist.reduced((folder / "type9-13.an2k").read_bytes())
    assert len(decode(with_image).minutiae) == 28
    assert decode(with_image).minutiae[0].angle == 48
    rolled, left_out = ansi_nist.reduced((folder / "type-9-10-14.an2").read_bytes())
    assert (len(decode(rolled).minutiae), decode(rolled).position) == (48, 8)
    assert "a Type-10 record" in left_out


def test_the_published_files_that_name_persons_or_hold_no_minutiae_are_refused() -> None:
    folder = shared_data_dir() / "formats" / "an2"
    refusals = {
        "valid1.1.an2": PersonalDataRefused,
        "type-9-10-14.an2": PersonalDataRefused,
        "type9-13.an2k": PersonalDataRefused,
        "type9-efs.an2k": TemplateUnsupported,
        "type-1.an2": TemplateUnsupported,
        "type-13.an2": TemplateUnsupported,
    }
    for name, refusal in refusals.items():
        with pytest.raises(refusal):
            decode((folder / name).read_bytes())
