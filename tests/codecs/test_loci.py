"""Loci, their names and the byte codes of their alleles."""

from __future__ import annotations

import pytest

from appliance.domain import loci
from appliance.domain.errors import InvariantBroken, ProfileMalformed


def _locus(name: str) -> loci.Locus:
    found = loci.by_name(name)
    assert found is not None
    return found


def test_each_locus_stands_at_its_own_slot() -> None:
    assert list(range(loci.SLOTS)) == [locus.slot for locus in loci.LOCI]
    assert len({locus.name for locus in loci.LOCI}) == loci.SLOTS


@pytest.mark.requirement("I6.1")
def test_the_groups_are_those_of_the_annex_and_of_the_resolution_of_2009() -> None:
    assert loci.ISSOL == ("vWA", "TH01", "D21S11", "FGA", "D8S1179", "D3S1358", "D18S51")
    added = {"D1S1656", "D2S441", "D10S1248", "D12S391", "D22S1045"}
    assert set(loci.ISSOL) | added == set(loci.ESS_12)
    assert sum("ANNEX_2008" in locus.groups for locus in loci.LOCI) == 24


def test_amelogenin_alone_is_not_counted_and_has_the_last_slot() -> None:
    assert [locus.name for locus in loci.LOCI if not locus.counted] == ["AMELOGENIN"]
    assert _locus("AMELOGENIN").slot == 31


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("VWA", "vWA"),
        ("vwa", "vWA"),
        ("PentaD", "Penta D"),
        ("PENTA_E", "Penta E"),
        ("penta c", "Penta C"),
        ("AMEL", "AMELOGENIN"),
        ("Amelogenin", "AMELOGENIN"),
        ("D3", "D3S1358"),
        ("FES/FPS", "FES"),
    ],
)
def test_common_spellings_name_the_same_locus(name: str, expected: str) -> None:
    assert expected == _locus(name).name


@pytest.mark.parametrize("name", ["", "D2", "DYS391", "D99S1", "name", "\0", "vWA" + "_" * 30])
def test_an_ambiguous_or_foreign_name_is_no_locus(name: str) -> None:
    assert loci.by_name(name) is None


def test_a_code_is_the_unit_times_the_repeats_plus_the_variant() -> None:
    assert loci.code_of(_locus("TH01"), "9.3") == 4 * 9 + 3
    assert loci.code_of(_locus("Penta D"), "13.4") == 5 * 13 + 4
    assert loci.code_of(_locus("D22S1045"), "15.2") == 3 * 15 + 2
    assert loci.code_of(_locus("FGA"), "*") == 255


def test_the_letters_of_amelogenin_are_further_apart_than_a_micro_variant() -> None:
    locus = _locus("AMEL")
    x, y = loci.code_of(locus, "X"), loci.code_of(locus, "Y")
    assert 0 < x < 255
    assert 0 < y < 255
    assert abs(x - y) > 1


def test_every_code_that_has_a_text_comes_back_from_it() -> None:
    for locus in loci.LOCI:
        codes = range(locus.unit, 255) if locus.counted else loci.SEX_CODES.values()
        for code in (*codes, loci.WILDCARD):
            assert code == loci.code_of(locus, loci.value_of(locus, code))
        assert loci.value_of(locus, loci.ABSENT) == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TH01", "9.4"),
        ("D22S1045", "15.3"),
        ("TH01", "64"),
        ("Penta D", "51"),
        ("TH01", "0"),
        ("TH01", "09"),
        ("TH01", "9.0"),
        ("TH01", "OL"),
        ("TH01", ""),
        ("TH01", "X"),
        ("AMEL", "12"),
        ("AMEL", "x"),
        ("TH01", "٩"),
    ],
)
def test_a_text_that_is_no_canonical_allele_is_refused(name: str, text: str) -> None:
    with pytest.raises(ProfileMalformed) as refusal:
        loci.code_of(_locus(name), text)
    assert _locus(name).name == refusal.value.locus


@pytest.mark.parametrize(("name", "code"), [("TH01", 3), ("TH01", 256), ("AMEL", 2), ("TH01", -1)])
def test_a_code_that_no_value_has_is_a_defect(name: str, code: int) -> None:
    with pytest.raises(InvariantBroken):
        loci.value_of(_locus(name), code)


def test_the_observed_ranges_can_all_be_written_as_codes() -> None:
    for locus in loci.LOCI:
        low, high = loci.observed_codes(locus)
        assert 0 < low < high < 255
