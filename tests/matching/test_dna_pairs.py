"""How often unrelated people match by chance: the arithmetic of whole files, on real tables."""

from __future__ import annotations

import itertools

import pytest

from appliance.codecs import allele_frequencies
from appliance.domain import loci
from appliance.domain.errors import FrequencyTableInvalid
from appliance.matching import dna_pairs
from appliance.matching.dna_frequencies import frequencies_of
from appliance.matching.dna_pairs import ExpectedMatches
from kernels.dna import frequencies
from kernels.dna.frequencies import Frequencies
from kernels.dna.pair_chance import pair_chance
from tests.oracles import dna_worth as oracle
from tests.shared_data import shared_data_dir

EUROPE, BOSNIA, SLOVENIA = "Europe", "BOSNIA AND HERZEGOWINA", "SLOVENIA"
THETA = 0.01

# Pairs in which one match is expected, as rounded in the published table. The set of fifteen stands
# there as sixteen, with amelogenin.
FULL = {
    EUROPE: {6: 5.0e7, 7: 1.05e9, 8: 1.2e10, 10: 5.6e12, 12: 2.4e15, 15: 1.3e19},
    BOSNIA: {6: 4.1e7, 7: 8.4e8, 8: 7.5e9, 10: 2.8e12, 12: 2.0e15},
    SLOVENIA: {6: 4.4e7, 7: 9.3e8, 8: 1.0e10, 10: 4.7e12, 12: 2.1e15},
}
FULL_WITH_THETA = {6: 3.0e7, 7: 5.7e8, 8: 6.1e9, 10: 2.4e12, 12: 8.4e14, 15: 3.5e18}
ONE_OFF = {7: 1.6e7, 8: 1.7e8, 10: 6.2e10, 12: 2.1e13, 15: 9.3e16}
ONE_OFF_OF_SIX = 9.2e5

# Expected matches, full and one allele off, for (stains, persons).
EXPECTED = {
    (1, 1_000_000): {
        6: (0.02, None),
        7: (0.00096, 0.062),
        8: (8.5e-5, 0.006),
        10: (1.8e-7, 1.6e-5),
        12: (4e-10, 5e-8),
    },
    (1, 5_000_000): {
        6: (0.10, None),
        7: (0.0048, 0.31),
        8: (4e-4, 0.03),
        10: (9e-7, 8e-5),
        12: (2e-9, 2e-7),
    },
    (10_000, 1_000_000): {
        6: (200, None),
        7: (9.6, 615),
        8: (0.85, 60),
        10: (0.0018, 0.16),
        12: (4e-6, 5e-4),
    },
    (100_000, 1_000_000): {
        6: (2_000, None),
        7: (96, 6_150),
        8: (8.5, 598),
        10: (0.018, 1.6),
        12: (4e-5, 0.005),
    },
    (500_000, 5_000_000): {
        6: (50_000, None),
        7: (2_390, 154_000),
        8: (212, 14_900),
        10: (0.45, 40),
        12: (0.001, 0.12),
    },
}


def population(name: str) -> Frequencies:
    path = shared_data_dir() / "dna" / "allele_frequencies_long.csv"
    return frequencies_of(allele_frequencies.load(path, name, "STRidER-2025-08-06"), 0.0)


def rows(name: str, stains: int = 1, persons: int = 1, theta: float = 0.0) -> list[ExpectedMatches]:
    return dna_pairs.expected_matches(population(name), stains, persons, theta)


def as_printed(printed: float, value: float, units: float = 0.51) -> bool:
    """Say whether a value is so many units of the last digit from what is printed."""
    text = f"{printed:e}".split("e")[0].rstrip("0").rstrip(".")
    digits = max(0, len(text) - 2)
    step = 10.0 ** (int(f"{printed:e}".split("e")[1]) - digits)
    return bool(abs(value - printed) <= units * step)


@pytest.mark.parametrize("name", FULL)
def test_the_published_chances_of_a_full_match_come_from_the_frequencies(name: str) -> None:
    told = {row.loci: 1 / row.full for row in rows(name)}
    for count, printed in FULL[name].items():
        assert as_printed(printed, told[count]), (count, printed, told[count])


def test_common_ancestry_makes_chance_matches_as_much_likelier_as_published() -> None:
    told = {row.loci: 1 / row.full for row in rows(EUROPE, theta=THETA)}
    for count, printed in FULL_WITH_THETA.items():
        assert as_printed(printed, told[count]), (count, printed, told[count])


def test_the_published_chances_of_one_allele_off_come_from_the_frequencies() -> None:
    told = {row.loci: row.one_off for row in rows(EUROPE)}
    assert told[6] is None
    for count, printed in ONE_OFF.items():
        value = 1 / (told[count] or 0)
        assert as_printed(printed, value), (count, printed, value)
    slots = [locus.slot for locus in loci.LOCI if locus.name in loci.ISSOL]
    sixes = [[slot for slot in slots if slot != left_out] for left_out in slots]
    mean = sum(pair_chance(population(EUROPE), six).one_off for six in sixes) / len(sixes)
    assert as_printed(ONE_OFF_OF_SIX, 1 / mean)


@pytest.mark.parametrize(("stains", "persons"), EXPECTED)
def test_the_published_numbers_of_false_matches_come_from_the_frequencies(
    stains: int, persons: int
) -> None:
    told = {row.loci: row for row in rows(EUROPE, stains, persons)}
    # One unit: 0.00096 is printed beside 2,390 among 2.5·10^12 pairs, which makes 0.000956.
    units = 1.0
    for count, (full, one_off) in EXPECTED[stains, persons].items():
        row = told[count]
        assert as_printed(full, row.full_expected, units), (count, full, row.full_expected)
        if one_off is None:
            assert row.one_off_expected is None
        else:
            value = row.one_off_expected or 0.0
            assert as_printed(one_off, value, units), (count, one_off, value)


def test_a_table_without_a_locus_of_the_standard_set_is_refused_by_name() -> None:
    bare = population(EUROPE)
    known = bare.known.copy()
    known[3] = False
    with pytest.raises(FrequencyTableInvalid, match="locus FGA"):
        dna_pairs.expected_matches(Frequencies(bare.shares, bare.least, known), 1, 1)


@pytest.mark.parametrize("theta", [0.0, 0.01, 0.2])
def test_the_chance_of_a_pair_is_that_of_drawing_both_people(theta: float) -> None:
    shares = {"a": 0.5, "b": 0.3, "c": 0.2}
    drawn = [0.0, 0.0, 0.0]
    for alleles in itertools.product(shares, repeat=4):
        differing = oracle.differing(alleles[:2], alleles[2:])
        drawn[differing] += oracle.drawn(alleles, shares, theta)
    codes = dict(zip((40, 44, 48), shares.values(), strict=True))
    known = frequencies.build({0: codes, 3: codes}, {0: 0.01, 3: 0.01})
    one = pair_chance(known, [0], theta)
    assert (one.full, one.one_off) == pytest.approx((drawn[0], drawn[1]))
    two = pair_chance(known, [0, 3], theta)
    assert (two.full, two.one_off) == pytest.approx((drawn[0] ** 2, 2 * drawn[0] * drawn[1]))
