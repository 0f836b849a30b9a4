"""Whatever bytes or texts come, a codec gives a domain object or a named refusal."""

from __future__ import annotations

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.codecs import dna_csv
from appliance.codecs.dna_canonical import canonical_profile
from appliance.codecs.dna_record import decode_dna_record, encode_dna_record
from appliance.codecs.finger_record import decode, decode_views
from appliance.codecs.finger_writer import (
    FingerFormat,
    encode_iso19794_2_2005,
    encode_views,
)
from appliance.domain import loci
from appliance.domain.errors import (
    PersonalDataRefused,
    ProfileMalformed,
    TemplateMalformed,
    TemplateUnsupported,
)
from appliance.domain.finger import FingerTemplate, Minutia
from tests.codecs.nist_files import INCITS, STANDARD, nist_file, text_record, type9
from tests.codecs.records import (
    MINUTIAE,
    incits,
    incits_2009,
    iso,
    iso_2011,
    later_view,
    representation,
    view,
)

EXTENDED = view(extended=b"\0\1\0\x0b\1\1\2\3\1\3\4\0\2\0\6\0\0")
VALID = (
    iso(),
    iso(view(MINUTIAE * 20), EXTENDED.replace(b"\7", b"\2", 1)),
    iso(view(()), ppcm=(224, 224)),
    incits(),
    incits(EXTENDED, view((), number=1)),
    incits_2009(later_view(), later_view(number=1, extended=b"\0\1\0\x0b\1\1\2\3\1\3\4")),
    incits_2009(later_view(position=40), version=b"035\0"),
    iso_2011(representation(certificates=b"\1\0\0\1"), certified=1),
    iso_2011(representation(minutia_bytes=5), representation(number=1, extended=b"\0\2\0\4")),
    nist_file(type9(STANDARD)),
    nist_file((4, b"\0\0\0\6\1\xff"), type9(INCITS), type9(STANDARD)),
    nist_file((2, text_record(2, {2: "00"})), type9({**STANDARD, **INCITS})),
)
QUICK = settings(max_examples=300, deadline=None)


def _refused_or_sound(data: bytes) -> None:
    offset = 0
    views: tuple[FingerTemplate, ...] = ()
    try:
        views = decode_views(data)
    except TemplateMalformed as refusal:
        offset = refusal.offset
    except (TemplateUnsupported, PersonalDataRefused):
        return
    assert 0 <= offset <= len(data)
    for template in views:
        assert len(template.minutiae) <= 9_999
        for minutia in template.minutiae:
            assert 0 <= minutia.x < template.width
            assert 0 <= minutia.y < template.height
            assert 0 <= minutia.angle <= 255
            assert 0 <= minutia.kind <= 2
            assert 0 <= minutia.quality <= 100
        again = decode(encode_views((template,), FingerFormat.INCITS_2009_AM1))
        assert len(again.minutiae) == len(template.minutiae)


@QUICK
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    _refused_or_sound(data)
    for prefix in (*(record[:size] for record in VALID for size in (8, 15, 21, 26)), b"1.001:"):
        _refused_or_sound(prefix + data)


@QUICK
@given(st.data())
def test_a_valid_record_with_flipped_missing_or_added_bytes_is_refused_or_read(
    data: st.DataObject,
) -> None:
    record = bytearray(data.draw(st.sampled_from(VALID)))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(record) - 1)) if record else 0
        change = data.draw(st.sampled_from(("flip", "cut", "insert", "drop")))
        if change == "flip" and record:
            record[place] ^= 1 << data.draw(st.integers(0, 7))
        elif change == "cut":
            del record[place:]
        elif change == "drop":
            del record[place : place + data.draw(st.integers(1, 8))]
        else:
            record[place:place] = data.draw(st.binary(min_size=1, max_size=8))
    _refused_or_sound(bytes(record))


def test_every_truncation_of_a_valid_record_is_refused() -> None:
    for record in VALID:
        for length in range(len(record)):
            with contextlib.suppress(TemplateMalformed):
                decode(record[:length])
                raise AssertionError(f"{length} of {len(record)} bytes were read")


MINUTIA = st.builds(
    Minutia,
    st.integers(0, 2_000),
    st.integers(0, 2_000),
    st.integers(0, 255),
    st.integers(0, 2),
    st.integers(0, 100),
)


@QUICK
@given(st.lists(MINUTIA, max_size=20), st.integers(0, 10), st.integers(0, 15))
def test_what_is_written_is_read_back(
    minutiae: list[Minutia], position: int, impression: int
) -> None:
    template = FingerTemplate(tuple(minutiae), 2_008, 2_008, position, impression, 50, "")
    found = decode(encode_iso19794_2_2005(template))
    assert (position, impression) == (found.position, found.impression)
    for before, after in zip(minutiae, found.minutiae, strict=True):
        assert max(abs(before.x - after.x), abs(before.y - after.y)) <= 4
        assert before[2:] == after[2:]


NAMES = st.one_of(st.sampled_from([locus.name for locus in loci.LOCI]), st.text(max_size=8))
TEXTS = st.one_of(
    st.sampled_from(["", "*", "9.3", "12", "OL", "0", "99", "X", "y"]),
    st.from_regex(r"[0-9.,+\-]{1,9}", fullmatch=True),
    st.text(max_size=9),
)


@QUICK
@given(st.lists(st.tuples(NAMES, st.lists(TEXTS, max_size=5)), max_size=6))
def test_any_values_are_refused_or_become_canonical(values: list[tuple[str, list[str]]]) -> None:
    try:
        profile = canonical_profile(values)
    except ProfileMalformed:
        return
    assert len(profile.codes) == 2 * loci.SLOTS
    for locus in loci.LOCI:
        first, second = profile.codes[2 * locus.slot : 2 * locus.slot + 2]
        assert (first == 0) == (second == 0)
        assert first <= second
        assert first != loci.WILDCARD
        for code in (first, second):
            text = loci.value_of(locus, code)
            assert not text or code == loci.code_of(locus, text)
    assert profile.codes == decode_dna_record(encode_dna_record(profile)).codes


@QUICK
@given(st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)))
def test_any_stored_record_is_refused_or_read(record: bytes) -> None:
    with contextlib.suppress(ProfileMalformed):
        decode_dna_record(record)


@QUICK
@given(
    st.one_of(
        st.binary(max_size=120),
        st.binary(max_size=60).map(lambda rows: b"sample,TH01_1,TH01_2\n" + rows),
        st.lists(TEXTS, max_size=9).map(
            lambda cells: b"s,TH01_1,TH01_2\n" + ",".join(cells).encode(errors="ignore")
        ),
    )
)
def test_any_table_is_refused_or_read(data: bytes) -> None:
    lines = data.splitlines()
    try:
        rows = dna_csv.read(lines)
    except (ProfileMalformed, PersonalDataRefused):
        return
    for _ in lines:
        refused_line = 2
        try:
            if next(rows, None) is None:
                break
        except ProfileMalformed as refusal:
            refused_line = refusal.line
        assert 2 <= refused_line <= len(lines)
    assert next(rows, None) is None
