"""What chance and relatives can do, against an oracle that draws every possible allele."""

from __future__ import annotations

import random

import numpy as np
import pytest

from kernels.dna import frequencies, kinship, pair_chance, worth
from kernels.dna.frequencies import Frequencies, FrequencyError
from kernels.dna.layout import PROFILE_SHAPE, WILDCARD, Profiles
from tests.oracles import dna_worth as oracle

THETAS = (0.0, 0.01, 0.03, 0.2)
LOCI = 4
COUNTED = np.arange(PROFILE_SHAPE[0]) < PROFILE_SHAPE[0] - 1
FLOOR = 1e-9


def made_table(seed: int) -> tuple[Frequencies, list[dict[str, float]]]:
    """Return frequencies at LOCI loci of three to five alleles, and the same for the oracle."""
    source = random.Random(seed)
    shares: dict[int, dict[int, float]] = {}
    for slot in range(LOCI):
        weights = [source.random() + 0.05 for _ in range(source.randint(3, 5))]
        shares[slot] = {10 + k: weight / sum(weights) for k, weight in enumerate(weights)}
    built = frequencies.build(shares, dict.fromkeys(shares, FLOOR))
    named = [{str(code): share for code, share in table.items()} for table in shares.values()]
    return built, named


def made_pair(source: random.Random, table: dict[str, float]) -> oracle.Pair:
    first, second = source.choices(list(table), k=2)
    return (first, None) if source.random() < 0.3 else (first, second)


def packed(pairs: list[oracle.Pair]) -> Profiles:
    profile = np.zeros(PROFILE_SHAPE, np.uint8)
    for slot, pair in enumerate(pairs):
        profile[slot] = sorted(WILDCARD if allele is None else int(allele) for allele in pair)
    return profile


@pytest.mark.parametrize("theta", THETAS)
def test_the_chance_of_a_profile_is_that_of_drawing_every_person(theta: float) -> None:
    source = random.Random(3)
    for seed in range(8):
        built, named = made_table(seed)
        pairs = [made_pair(source, table) for table in named]
        for most in range(4):
            found = worth.match_probability(
                packed(pairs)[None], np.array([most]), COUNTED, built, theta
            )
            assert oracle.at_most(pairs, named, most, theta) == pytest.approx(found[0], rel=1e-9)


@pytest.mark.parametrize("theta", THETAS)
def test_kinship_is_that_of_drawing_both_people(theta: float) -> None:
    source = random.Random(4)
    for seed in range(12):
        built, named = made_table(seed)
        a, b = ([made_pair(source, table) for table in named] for _ in range(2))
        siblings, parent_child = 1.0, 1.0
        for mine, other, table in zip(a, b, named, strict=True):
            none, one, both = oracle.shared_by_descent(mine, other, table, theta)
            siblings *= (none / 4 + one / 2 + both / 4) / none
            parent_child *= one / none
        told = kinship.kinship_ratios(packed(a), packed(b), COUNTED, built, theta)
        assert told.siblings == pytest.approx(siblings, rel=1e-9)
        assert told.parent_child == pytest.approx(parent_child, rel=1e-9)
        turned = kinship.kinship_ratios(packed(b), packed(a), COUNTED, built, theta)
        assert turned.siblings == pytest.approx(siblings, rel=1e-9)


@pytest.mark.parametrize("theta", THETAS)
def test_the_chance_of_a_pair_is_the_mean_over_everybody(theta: float) -> None:
    built, named = made_table(9)
    for slot, table in enumerate(named):
        full = one_off = 0.0
        for first in table:
            for second in table:
                mine = oracle.drawn((first, second), table, theta)
                chances = oracle.differing_chances((first, second), table, theta)
                full, one_off = full + mine * chances[0], one_off + mine * chances[1]
        told = pair_chance.locus_chance(built, slot, theta)
        assert told.full == pytest.approx(full)
        assert told.one_off == pytest.approx(one_off)


def test_whole_genotypes_follow_the_printed_formulas() -> None:
    built = frequencies.build({0: {40: 0.1, 44: 0.2, 48: 0.7}}, {0: FLOOR})
    profiles = np.zeros((2, *PROFILE_SHAPE), np.uint8)
    profiles[0, 0], profiles[1, 0] = (40, 40), (40, 44)
    theta, p, q = 0.03, 0.1, 0.2
    scale = (1 + theta) * (1 + 2 * theta)
    homozygous = (2 * theta + (1 - theta) * p) * (3 * theta + (1 - theta) * p) / scale
    heterozygous = 2 * (theta + (1 - theta) * p) * (theta + (1 - theta) * q) / scale
    found = worth.match_probability(profiles, np.zeros(2, np.int64), COUNTED, built, theta)
    assert found.tolist() == pytest.approx([homozygous, heterozygous])


def test_an_allele_that_nobody_was_seen_with_has_the_least_share() -> None:
    built = frequencies.build({0: {40: 0.999, 44: 0.001}}, {0: frequencies.least_share(100)})
    assert built.least[0] == 0.025
    profiles = np.zeros((2, *PROFILE_SHAPE), np.uint8)
    profiles[0, 0], profiles[1, 0] = (40, 44), (40, 200)
    rare, unseen = worth.match_probability(profiles, np.zeros(2, np.int64), COUNTED, built, 0.0)
    assert rare == unseen == pytest.approx(2 * 0.999 * 0.025)


def test_loci_without_frequencies_or_not_compared_say_nothing() -> None:
    built, _ = made_table(1)
    profile = packed([("10", "11"), ("10", "10")])
    beyond = profile.copy()
    beyond[20], beyond[-1] = (10, 11), (1, 3)
    none = np.zeros(1, np.int64)
    told = [
        worth.match_probability(each[None], none, COUNTED, built, 0.01)[0]
        for each in (profile, beyond)
    ]
    assert told[0] == told[1]
    assert worth.loci_used(beyond, COUNTED, built) == 2
    nothing = np.zeros(PROFILE_SHAPE, np.uint8)
    assert worth.match_probability(nothing[None], none, COUNTED, built, 0.01)[0] == 1


@pytest.mark.parametrize(
    ("probe", "stored", "shown"),
    [
        ((12, 14), (12, 14), (12, 14)),
        ((12, 14), (12, 15), (12, 15)),
        ((12, WILDCARD), (12, 14), (12, WILDCARD)),
        ((12, 14), (12, WILDCARD), (12, WILDCARD)),
        ((12, WILDCARD), (12, WILDCARD), (12, WILDCARD)),
        ((12, WILDCARD), (13, WILDCARD), (WILDCARD, WILDCARD)),
        ((WILDCARD, WILDCARD), (12, 14), (WILDCARD, WILDCARD)),
        ((12, WILDCARD), (WILDCARD, WILDCARD), (WILDCARD, WILDCARD)),
        ((0, 0), (12, 14), (0, 0)),
        ((12, 14), (0, 0), (0, 0)),
    ],
)
def test_only_what_both_profiles_show_is_weighed(
    probe: tuple[int, int], stored: tuple[int, int], shown: tuple[int, int]
) -> None:
    mine, theirs = (np.array([pair], np.uint8) for pair in (probe, stored))
    assert worth.evidence(mine, theirs).tolist() == [list(shown)]


def test_a_bulk_of_profiles_is_weighed_as_each_alone() -> None:
    built, named = made_table(2)
    source = random.Random(5)
    count = worth.PROFILES_AT_ONCE + 3
    profiles = np.array(
        [packed([made_pair(source, table) for table in named]) for _ in range(count)]
    )
    most = np.arange(count) % 3
    bulk = worth.match_probability(profiles, most, COUNTED, built, 0.01)
    for row in (0, 1, 2, count - 2, count - 1):
        alone = worth.match_probability(
            profiles[row : row + 1], most[row : row + 1], COUNTED, built, 0.01
        )
        assert bulk[row] == pytest.approx(alone[0], rel=1e-12)


@pytest.mark.parametrize(
    ("shares", "least"),
    [
        ({32: {40: 1.0}}, 0.1),
        ({0: {0: 1.0}}, 0.1),
        ({0: {WILDCARD: 1.0}}, 0.1),
        ({0: {40: 1.5}}, 0.1),
        ({0: {40: -0.5}}, 0.1),
        ({0: {40: float("nan")}}, 0.1),
        ({0: {}}, 0.1),
        ({0: {40: 1.0}}, 0.0),
        ({0: {40: 1.0}}, 1.5),
    ],
)
def test_shares_that_describe_no_population_are_refused(
    shares: dict[int, dict[int, float]], least: float
) -> None:
    with pytest.raises(FrequencyError):
        frequencies.build(shares, dict.fromkeys(shares, least))
