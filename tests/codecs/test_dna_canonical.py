"""Values as laboratories write them become the canonical form of the Annex, or are refused."""

from __future__ import annotations

import csv
from collections.abc import Sequence

import pytest

from appliance.codecs.dna_canonical import canonical_profile
from appliance.codecs.dna_record import RECORD_BYTES_MAX, decode_dna_record, encode_dna_record
from appliance.domain import loci
from appliance.domain.dna import DoubleWildcard, Reading, SingleAllele
from appliance.domain.errors import ProfileMalformed
from tests.shared_data import shared_data_dir

DROP_OUT = Reading(single_allele=SingleAllele.DROP_OUT)
KEPT = Reading(double_wildcard=DoubleWildcard.KEPT)


def _pair(codes: bytes, name: str) -> list[str]:
    locus = loci.by_name(name)
    assert locus is not None
    first, second = codes[2 * locus.slot], codes[2 * locus.slot + 1]
    return [loci.value_of(locus, first), loci.value_of(locus, second)]


def test_each_locus_has_two_bytes_at_its_slot_and_absent_loci_are_zero() -> None:
    codes = canonical_profile([("TH01", ["9.3", "6"]), ("VWA", ["17", "17"])]).codes
    expected = bytearray(64)
    expected[0:2] = bytes((68, 68))
    expected[2:4] = bytes((24, 39))
    assert expected == codes


CONVERSIONS: dict[str, tuple[str, Sequence[str], list[str], str]] = {
    "pair out of order": ("TH01", ["9.3", "6"], ["6", "9.3"], ""),
    "wildcard first": ("FGA", ["*", "22"], ["22", "*"], ""),
    "blanks around": ("FGA", [" 21 ", "22\t"], ["21", "22"], ""),
    "letters": ("FGA", ["22", "o"], ["22", "*"], "'o' is not designated"),
    "off ladder": ("FGA", ["OL", "22"], ["22", "*"], "'OL' is not designated"),
    "below the ladder": ("D21S11", ["<24", "30"], ["30", "*"], "'<24' is not designated"),
    "above the ladder": ("D21S11", ["30", ">38"], ["30", "*"], "'>38' is not designated"),
    "zero": ("FGA", ["22", "0"], ["22", "*"], "'0' is no allele"),
    "one": ("Penta E", ["1", "12"], ["12", "*"], "'1' is no allele"),
    "one with a fraction of zero": ("Penta E", ["1.0", "12"], ["12", "*"], "'1.0' is no allele"),
    "ninety-nine": ("FGA", ["99", "22"], ["22", "*"], "'99' is no allele"),
    "leading zero": ("TH01", ["09", "6"], ["6", "9"], "'09' was read as 9"),
    "fraction of zero": ("TH01", ["9.0", "6"], ["6", "9"], "'9.0' was read as 9"),
    "three alleles": ("TPOX", ["10", "8", "11"], ["10", "*"], "the first was kept"),
    "three with a wildcard first": ("TPOX", ["o", "8", "11"], ["", ""], "carry no information"),
    "single value": ("TH01", ["7"], ["7", "7"], "read as a homozygote"),
    "second blank": ("TH01", ["7", ""], ["7", "7"], "read as a homozygote"),
    "blank": ("TH01", ["", " "], ["", ""], "no designated allele"),
    "no values": ("TH01", [], ["", ""], "no designated allele"),
    "two wildcards": ("TH01", ["*", "nr"], ["", ""], "the locus is absent"),
    "single wildcard": ("TH01", ["*"], ["", ""], "the locus is absent"),
    "above the observed range": ("TH01", ["6", "20"], ["6", "20"], "outside the range"),
    "below the observed range": ("D18S51", ["12", "4"], ["4", "12"], "outside the range"),
    "sex": ("AMEL", ["Y", "X"], ["X", "Y"], ""),
    "sex in small letters": ("AMEL", ["x", "X"], ["X", "X"], "'x' was read as X"),
    "sex unknown": ("AMEL", ["X", "?"], ["X", "*"], "'?' is not designated"),
    "micro-variant of a pentanucleotide": ("Penta D", ["13.4", "2.2"], ["2.2", "13.4"], ""),
    "micro-variant of a trinucleotide": ("D22S1045", ["15.2", "11"], ["11", "15.2"], ""),
    "locus without published range": ("CD4", ["5", "12"], ["5", "12"], ""),
}


@pytest.mark.parametrize("name", CONVERSIONS)
def test_a_value_becomes_what_the_annex_says_and_the_change_is_told(name: str) -> None:
    locus, texts, expected, warning = CONVERSIONS[name]
    profile = canonical_profile([("SE33", ["14", "23.2"]), (locus, texts)])
    if "no designated" in warning:
        profile = canonical_profile([(locus, texts)])
    assert expected == _pair(profile.codes, locus)
    assert (locus, *texts) == profile.received[-1]
    if warning:
        assert any(warning in given for given in profile.warnings)
    else:
        assert not profile.warnings


READINGS: dict[str, tuple[Reading, Sequence[str], list[str]]] = {
    "homozygote": (Reading(), ["9.3"], ["9.3", "9.3"]),
    "drop-out": (DROP_OUT, ["9.3"], ["9.3", "*"]),
    "drop-out, second blank": (DROP_OUT, ["9.3", ""], ["9.3", "*"]),
    "drop-out never touches a pair": (DROP_OUT, ["9.3", "9.3"], ["9.3", "9.3"]),
    "single wildcard of a drop-out": (DROP_OUT, ["OL"], ["", ""]),
    "two wildcards left out": (Reading(), ["OL", "*"], ["", ""]),
    "two wildcards kept": (KEPT, ["OL", "*"], ["*", "*"]),
    "single wildcard kept": (KEPT, ["OL"], ["*", "*"]),
    "blank is never kept": (KEPT, ["", ""], ["", ""]),
}


@pytest.mark.parametrize("name", READINGS)
def test_a_source_may_be_read_in_another_way_and_its_record_says_so(name: str) -> None:
    reading, texts, expected = READINGS[name]
    values = [("SE33", ["14", "23.2"]), ("TH01", texts)]
    profile = canonical_profile(values, reading=reading)
    assert expected == _pair(profile.codes, "TH01")
    assert (("SE33", "14", "23.2"), ("TH01", *texts)) == profile.received
    record = encode_dna_record(profile)
    assert record.startswith(b"READING=") == (reading != Reading())
    assert profile == decode_dna_record(record)


def test_a_second_locus_with_three_values_makes_a_mixed_profile() -> None:
    rare = [("TPOX", ["8", "10", "11"]), ("FGA", ["22", "24", ""])]
    assert canonical_profile(rare).warnings
    with pytest.raises(ProfileMalformed, match="locus TH01: a second locus has three values"):
        canonical_profile([*rare, ("TH01", ["6", "7", "o"])])


REFUSALS: dict[str, tuple[str, Sequence[str], str]] = {
    "unknown locus": ("DYS391", ["10", "11"], "not known"),
    "endless locus name": ("A" * 5_000, ["10", "11"], "not known"),
    "variant of no unit": ("TH01", ["9.7", "6"], "'9.7' is not an allele"),
    "four values": ("TH01", ["6", "7", "8", "9"], "mixed profile"),
    "nine blanks": ("TH01", [""] * 9, "mixed profile"),
    "decimal comma": ("TH01", ["9,3", "6"], "'9,3' is not an allele"),
    "negative": ("TH01", ["-6", "7"], "'-6' is not an allele"),
    "two decimals": ("TH01", ["9.33", "6"], "'9.33' is not an allele"),
    "two points": ("TH01", ["9.3.", "6"], "'9.3.' is not an allele"),
    "fraction of nothing": ("TH01", ["0.3", "6"], "'0.3' is not an allele"),
    "impossible variant": ("TH01", ["9.4", "6"], "a repeat has 4 bases"),
    "impossible trinucleotide": ("D22S1045", ["15.3", "11"], "a repeat has 3 bases"),
    "impossible pentanucleotide": ("Penta D", ["9.5", "11"], "'9.5' is not an allele"),
    "too large": ("FGA", ["64", "22"], "larger than any known allele"),
    "number at amelogenin": ("AMEL", ["12", "X"], "neither X nor Y"),
    "nine characters": ("TH01", ["uncertain", "6"], "more than 8 characters"),
    "endless blank": ("TH01", [" " * 9, "6"], "more than 8 characters"),
    "separator": ("TH01", ["a;b", "6"], "no value has"),
    "control character": ("TH01", ["a\0b", "6"], "no value has"),
    "half a surrogate pair": ("TH01", ["\udc80", "6"], "no value has"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_no_profile_is_refused_with_line_and_locus(name: str) -> None:
    locus, texts, rule = REFUSALS[name]
    with pytest.raises(ProfileMalformed, match="line 7") as refusal:
        canonical_profile([("SE33", ["14", "23.2"]), (locus, texts)], line=7)
    assert rule in refusal.value.rule
    known = loci.by_name(locus)
    assert (known.name if known else locus[:32]) == refusal.value.locus


def test_a_locus_under_two_names_is_refused() -> None:
    with pytest.raises(ProfileMalformed, match="comes twice"):
        canonical_profile([("Penta D", ["9", "10"]), ("PENTA_D", ["9", "10"])])


def test_values_are_kept_as_received_in_their_order() -> None:
    values = [("vwa", ["o", "17"]), ("Penta_D", ["09"]), ("D21", ["30", "28", "31.2"])]
    expected = (("vwa", "o", "17"), ("Penta_D", "09"), ("D21", "30", "28", "31.2"))
    assert expected == canonical_profile(values).received


def test_a_stored_record_gives_the_same_profile_again() -> None:
    values = [("vwa", ["o", "17"]), ("Penta_D", ["09"]), ("D21", ["30", "28", "31.2"])]
    profile = canonical_profile(values)
    record = encode_dna_record(profile)
    assert record == b"vwa=o,17;Penta_D=09;D21=30,28,31.2"
    assert profile == decode_dna_record(record)


def test_the_longest_profile_fits_a_record() -> None:
    texts = ["\U0001f9ec" * 8, *[" " * 8] * 7]  # four bytes a character
    values = [(name.name.ljust(loci.NAME_CHARS_MAX, "_"), texts) for name in loci.LOCI]
    record = encode_dna_record(canonical_profile(values))
    assert len(record) <= RECORD_BYTES_MAX
    assert not any(decode_dna_record(record).codes)


@pytest.mark.parametrize(
    "record",
    [
        *(b"\xff", b"TH01", b"TH01=6,7;", b"X=1,2", b";", b"TH01=6,7;TH01=6,7"),
        *(b"READING=", b"READING=twice;TH01=6,7", b"READING=drop_out,absent,kept;TH01=6,7"),
        *(b"TH01=6,7;READING=drop_out,absent",),
    ],
)
def test_bytes_that_are_no_record_are_refused(record: bytes) -> None:
    with pytest.raises(ProfileMalformed):
        decode_dna_record(record)


def test_a_record_beyond_its_largest_length_is_refused_unread() -> None:
    with pytest.raises(ProfileMalformed, match=f"more than {RECORD_BYTES_MAX} bytes"):
        decode_dna_record(b"=" * (RECORD_BYTES_MAX + 1))


def test_every_published_allele_of_a_known_locus_is_read_without_refusal() -> None:
    path = shared_data_dir() / "dna" / "allele_frequencies_long.csv"
    with path.open(newline="") as stream:
        seen = {(row["locus"], row["allele"]) for row in csv.DictReader(stream)}
    known = [(name, allele) for name, allele in seen if loci.by_name(name)]
    assert len(known) > 500
    for name, allele in known:
        warnings = canonical_profile([(name, [allele, allele])]).warnings
        assert allele == "1" or not [text for text in warnings if "outside" in text]
