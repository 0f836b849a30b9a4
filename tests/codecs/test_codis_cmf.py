"""Specimens of a CODIS import file: what takes part, what is skipped, and what must never stay."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.codecs.codis_cmf import CmfFile, CmfSpecimen, is_cmf
from appliance.codecs.dna_canonical import canonical_profile
from appliance.codecs.dna_record import decode_dna_record
from appliance.domain.codes import Collection
from appliance.domain.dna import Reading, SingleAllele
from appliance.domain.errors import ProfileMalformed
from tests.codecs.cmf_files import COMMENT, LOCI, NAME_OF_A_READER, cmf, specimen
from tests.shared_data import shared_data_dir


def read(data: bytes, reading: Reading | None = None) -> CmfFile:
    return CmfFile(io.BytesIO(data), reading or Reading())


def test_a_specimen_gives_its_number_its_kind_and_its_profile() -> None:
    (found,) = read(cmf(specimen("S-0001")))
    assert (found.line, found.reference_number) == (4, "S-0001")
    assert found.collection is Collection.DNA_UNIDENTIFIED
    assert canonical_profile(list(LOCI.items())) == found.profile
    assert found.profile == decode_dna_record(found.raw_record)
    assert found.raw_record.endswith(b"D3S1358=15;D18S51=13,17")


KINDS = {
    "Convicted Offender": Collection.DNA_REFERENCE,
    "Arrestee": Collection.DNA_REFERENCE,
    "Suspect, Known": Collection.DNA_REFERENCE,
    "Forensic, Unknown": Collection.DNA_UNIDENTIFIED,
}


@pytest.mark.parametrize("category", KINDS)
def test_a_category_of_the_exchange_names_the_collection(category: str) -> None:
    (found,) = read(cmf(specimen(category=category)))
    assert found.collection is KINDS[category]


SKIPPED = {
    "Forensic Mixture": "mixed profile",
    "Victim, Known": "never exchanged",
    "Elimination, Known": "never exchanged",
    "Staff": "never exchanged",
    "Missing Person": "flow of their own",
    "Unidentified Person": "flow of their own",
    "Biological Mother": "no counterpart",
    "Population": "no counterpart",
}


def test_other_categories_are_skipped_and_counted_with_the_reason() -> None:
    pairs = [specimen(f"S-{n}", each) for n, each in enumerate(SKIPPED)] * 2
    file = read(cmf(*pairs, specimen("S-99")))
    assert [each.reference_number for each in file] == ["S-99"]
    assert dict.fromkeys(SKIPPED, 2) == {
        category: count for (category, _), count in file.skipped.items()
    }
    for category, reason in file.skipped:
        assert SKIPPED[category] in reason


def test_however_many_categories_a_file_invents_only_some_are_named() -> None:
    file = read(cmf(*(specimen(f"S-{n}", f"Category {n}") for n in range(200))))
    assert list(file) == []
    assert sum(file.skipped.values()) == 200
    assert len(file.skipped) <= 65


@pytest.mark.requirement("A1.2")
def test_nothing_that_names_a_person_or_a_case_stays() -> None:
    (found,) = read(cmf(specimen()))
    kept = repr(found).encode()
    for dropped in (NAME_OF_A_READER, COMMENT, "CASE-7", "RSMUP0000", "2026-11-21", "Identifiler"):
        assert dropped.encode() not in kept


def test_values_beyond_the_ladder_become_wildcards() -> None:
    (found,) = read(cmf(specimen(values={**LOCI, "TPOX": ("<9", "10"), "Penta D": ("9", ">17")})))
    expected = {**LOCI, "TPOX": ("*", "10"), "Penta D": ("9", "*")}
    assert canonical_profile(list(expected.items())).codes == found.profile.codes
    assert ("TPOX", "<9", "10") in found.profile.received


def test_a_single_allele_is_a_homozygote_or_for_traces_a_drop_out() -> None:
    file = cmf(specimen("T"), specimen("P", "Arrestee"))
    trace, person = read(file, Reading(SingleAllele.DROP_OUT))
    assert canonical_profile([*LOCI.items()]).codes == person.profile.codes
    expected = {**LOCI, "D3S1358": ("15", "*")}
    assert canonical_profile(list(expected.items())).codes == trace.profile.codes
    assert decode_dna_record(trace.raw_record).codes == trace.profile.codes


def test_a_required_allele_is_warned_about() -> None:
    (found,) = read(cmf(specimen(required="9.3")))
    assert found.profile.warnings[-1] == "TH01: a required allele is compared like any other"


def test_y_chromosomal_loci_are_left_out_with_a_warning() -> None:
    (found,) = read(cmf(specimen(values={**LOCI, "DYS391": ("10",), "Yindel": ("1",)})))
    assert canonical_profile(list(LOCI.items())).codes == found.profile.codes
    assert "DYS391: a Y-chromosomal locus is no part of the exchange" in found.profile.warnings


REFUSED = {
    "four alleles": (specimen(values={"TH01": ("6", "7", "8", "9")}), "locus TH01: more than 3"),
    "nine alleles": (specimen(values={"TH01": ("6",) * 9}), "locus TH01: 9 alleles, 1..8"),
    "no allele": (specimen(values={"TH01": ()}), "locus TH01: 0 alleles"),
    "two loci of three": (
        specimen(values={"TH01": ("6", "7", "8"), "FGA": ("20", "21", "22")}),
        "locus FGA: a second locus has three",
    ),
    "unknown locus": (specimen(values={"D99S1": ("6", "7")}), "locus D99S1: the locus is not"),
    "impossible variant": (specimen(values={"TH01": ("9.7", "6")}), "locus TH01: '9.7'"),
    "no loci": (specimen(values={}), "the profile is empty"),
    "locus twice": (specimen(values={"TH01": ("6", "7"), "THO1": ("6", "7")}), "comes twice"),
    "no category": (specimen(category=""), "SPECIMENCATEGORY is missing"),
    "no number": (specimen(number=""), "SPECIMENID is missing"),
    "number twice": (specimen("S-0"), "SPECIMENID comes twice"),
    "long number": (specimen(number="n" * 25), "SPECIMENID has more than 24"),
    "long value": (specimen(values={"TH01": ("12345678901",)}), "ALLELEVALUE has more than 10"),
    "long locus": (specimen(values={"D" * 11: ("6", "7")}), "LOCUSNAME has more than 10"),
    "person": (specimen(inner="<SURNAME>x</SURNAME>"), "SURNAME is no element of a specimen"),
    "allele in allele": (
        specimen(inner="<LOCUS><LOCUSNAME>FES</LOCUSNAME><ALLELE/></LOCUS>"),
        "does not hold one ALLELEVALUE",
    ),
    "too many loci": (
        specimen(inner="<LOCUS><LOCUSNAME>FES</LOCUSNAME></LOCUS>" * 58),
        "more than 64 loci",
    ),
    "foreign element": ("<NOTE>x</NOTE>\n", "NOTE is no element of a CODIS"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_specimen_that_cannot_be_used_does_not_harm_the_next_one(name: str) -> None:
    bad, rule = REFUSED[name]
    file = read(cmf(specimen("S-0"), bad, specimen("S-2")))
    assert next(file).reference_number == "S-0"
    with pytest.raises(ProfileMalformed) as refusal:
        next(file)
    assert rule in refusal.value.message
    assert refusal.value.line > 4
    assert next(file).reference_number == "S-2"
    assert not list(file)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (cmf(specimen(), version="4.0"), "HEADERVERSION is '4.0', only 3.2 is read"),
        (cmf(specimen(), message="Export"), "MESSAGETYPE is 'Export'"),
        (cmf(specimen()).replace(b"<MESSAGETYPE>Import</MESSAGETYPE>", b""), "before MESSAGETYPE"),
    ],
)
def test_another_message_is_refused(data: bytes, rule: str) -> None:
    with pytest.raises(ProfileMalformed, match=rule):
        next(read(data))


def test_another_document_is_refused_at_once() -> None:
    with pytest.raises(ProfileMalformed, match="root element is not CODISImportFile"):
        read(b"<html/>")
    with pytest.raises(ProfileMalformed, match="root element"):
        read(b'<CODISImportFile xmlns="urn:other"/>')


def test_of_a_file_that_was_cut_only_whole_specimens_are_given() -> None:
    whole = cmf(specimen("S-1"), specimen("S-2"))
    for end in range(whole.index(b"S-2"), whole.index(b"</CODIS"), 97):
        file = read(whole[:end])
        found: list[CmfSpecimen] = []
        with pytest.raises(ProfileMalformed, match="not well-formed"):
            found.extend(file)
        assert [each.reference_number for each in found] == ["S-1"]
        assert not list(file)


def test_a_cmf_file_is_told_from_a_table() -> None:
    assert is_cmf(cmf(specimen())[:1024])
    assert is_cmf(cmf(specimen()).decode().encode("utf-16")[:1024])
    assert not is_cmf(b"sample,TH01_1,TH01_2\nR-1,6,7\n")


def test_the_published_example_is_read() -> None:
    """Its second specimen holds four alleles at a locus: a mixture under the name of a trace."""
    path = shared_data_dir() / "dna" / "cmf" / "CODIS-32.AppendixAexample.xml"
    with path.open("rb") as stream:
        file = CmfFile(stream)
        first = next(file)
        with pytest.raises(ProfileMalformed, match="locus D16S539: more than 3 values"):
            next(file)
        assert not list(file)
    assert first.reference_number == "IMP_0001A"
    assert sum(map(bool, first.profile.codes[::2])) == 13
    assert sum("required" in warning for warning in first.profile.warnings) == 3


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_damage_of_a_file_is_refused_or_read(data: st.DataObject) -> None:
    file = bytearray(cmf(specimen("S-1"), specimen("S-2", "Arrestee")))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(file) - 1))
        file[place : place + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=12))
    with contextlib.suppress(ProfileMalformed):
        found = read(bytes(file))
        for _ in range(10):
            with contextlib.suppress(ProfileMalformed, StopIteration):
                next(found)
