"""The search and the table of all pairs equal the reference, figure by figure."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.dna import cpu, population, sieve
from kernels.dna.layout import ABSENT, PROFILE_SHAPE, WILDCARD, assemble
from kernels.dna.reference import Comparison, compare
from kernels.dna.rule import Rule
from tests.kernels.dna import small_alphabet

FIGURES = {
    "compared": "compared_loci",
    "full": "full_loci",
    "matched": "matched_loci",
    "mismatching": "mismatching_alleles",
}
RULES = [
    Rule(),
    Rule(min_full_loci=1, mismatch_max=0),
    Rule(min_full_loci=2, mismatch_max=3),
    Rule(min_full_loci=4, mismatch_max=2, microvariant_tolerance=False),
    Rule(min_full_loci=5, mismatch_max=4, counted=0xFF, wildcard_counts_as_full=True),
]


def _require_equal(
    expected: list[Comparison], query: np.ndarray, profiles: np.ndarray, rule: Rule
) -> None:
    found = cpu.search(query, assemble(profiles), rule)
    table = cpu.compare_all(query[None], profiles, rule)
    rows = [row for row, comparison in enumerate(expected) if comparison.quality]
    assert rows == found.rows.tolist()
    assert [expected[row].quality for row in rows] == found.qualities.tolist()
    assert [comparison.quality for comparison in expected] == table.quality[0].tolist()
    for figure, name in FIGURES.items():
        values = [getattr(comparison, name) for comparison in expected]
        assert values == getattr(table, figure)[0].tolist()
        assert [values[row] for row in rows] == getattr(found, figure).tolist()


@pytest.mark.parametrize("rule", RULES)
def test_search_equals_the_reference_on_thousands_of_pairs(rule: Rule) -> None:
    profiles = small_alphabet.draw(300, seed=5)
    seen = set()
    for query in small_alphabet.draw(10, seed=6):
        expected = [compare(query, profile, rule) for profile in profiles]
        _require_equal(expected, query, profiles, rule)
        seen |= {comparison.quality for comparison in expected}
    assert len(seen) >= 3


CODES = (47, 48, 52, WILDCARD)
PAIRS = [(ABSENT, ABSENT), *((a, b) for a in CODES for b in CODES if a <= b)]
LOCI = 4


def _profiles(drawn: list[list[tuple[int, int]]]) -> np.ndarray:
    profiles = np.zeros((len(drawn), *PROFILE_SHAPE), np.uint8)
    if drawn:
        profiles[:, :LOCI] = drawn
    return profiles


_profile = st.lists(st.sampled_from(PAIRS), min_size=LOCI, max_size=LOCI)


@settings(max_examples=150, deadline=None)
@given(
    _profile,
    st.lists(_profile, max_size=66),
    st.builds(
        Rule,
        min_full_loci=st.integers(1, 3),
        mismatch_max=st.integers(0, 3),
        microvariant_tolerance=st.booleans(),
        wildcard_counts_as_full=st.booleans(),
    ),
)
def test_search_equals_the_reference_on_any_profiles(
    query: list[tuple[int, int]], gallery: list[list[tuple[int, int]]], rule: Rule
) -> None:
    probe, profiles = _profiles([query])[0], _profiles(gallery)
    expected = [compare(probe, profile, rule) for profile in profiles]
    _require_equal(expected, probe, profiles, rule)


@given(_profile, _profile)
def test_the_rule_is_symmetric(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    a, b = _profiles([one, other])
    rule = Rule(min_full_loci=1)
    assert compare(a, b, rule) == compare(b, a, rule)


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 129])
def test_every_gallery_size_is_searched_to_its_last_profile(count: int) -> None:
    person = population.generate(1, seed=1)[0]
    found = cpu.search(person, assemble(np.repeat(person[None], count, axis=0)), Rule())
    assert list(range(count)) == found.rows.tolist()
    assert [1] * count == found.qualities.tolist()


def test_tiles_and_blocks_do_not_change_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    profiles = small_alphabet.draw(500, seed=8)
    query, gallery = profiles[0], assemble(profiles)
    rule = Rule(min_full_loci=1, mismatch_max=6)
    whole, table = cpu.search(query, gallery, rule), cpu.compare_all(profiles, profiles, rule)
    assert len(whole.rows) > 64
    monkeypatch.setattr(sieve, "TILE_WORDS", 3)
    monkeypatch.setattr(cpu, "PAIRS_MAX", 70)
    tiled = cpu.search(query, gallery, rule)
    assert whole.rows.tolist() == tiled.rows.tolist()
    assert whole.qualities.tolist() == tiled.qualities.tolist()
    blocks = cpu.compare_all(profiles, profiles, rule)
    assert all(map(np.array_equal, table.arrays(), blocks.arrays()))
    monkeypatch.setattr(cpu, "PAIRS_MAX", 1_700)
    blocks = cpu.compare_all(profiles, profiles, rule)
    assert all(map(np.array_equal, table.arrays(), blocks.arrays()))


def test_leaving_few_words_to_the_rule_does_not_change_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    profiles = small_alphabet.draw(500, seed=9)
    gallery = assemble(profiles)
    thorough = [cpu.search(query, gallery, Rule()).rows.tolist() for query in profiles[:20]]
    for few in (3, 24):
        monkeypatch.setattr(sieve, "FEW_WORDS", few)
        found = [cpu.search(query, gallery, Rule()).rows.tolist() for query in profiles[:20]]
        assert thorough == found


@pytest.mark.parametrize("code", [ABSENT, WILDCARD])
def test_profiles_without_a_designated_allele_match_nothing(code: int) -> None:
    blank = np.full(PROFILE_SHAPE, code, np.uint8)
    people = population.generate(70, seed=2)
    assert len(cpu.search(blank, assemble(people), Rule()).rows) == 0
    assert len(cpu.search(people[0], assemble(np.stack([blank] * 70)), Rule()).rows) == 0


def test_the_table_of_no_profiles_is_empty() -> None:
    people, nobody = population.generate(3, seed=2), population.generate(0, seed=2)
    assert cpu.compare_all(people, nobody, Rule()).quality.shape == (3, 0)
    assert cpu.compare_all(nobody, people, Rule()).quality.shape == (0, 3)


def test_near_matches_are_found_among_ten_thousand_profiles() -> None:
    people = population.generate(10_000, seed=3, absent_share=0.05, wildcard_share=0.03)
    person = population.generate(1, seed=4)[0]
    near = [
        population.degrade(person, 1, dropped=3),
        population.degrade(person, 2, wildcards=2),
        population.degrade(person, 3, micro_variants=1, wildcards=1),
        population.degrade(person, 4, mismatches=1, dropped=2),
        population.degrade(person, 5, mismatches=2),
    ]
    places = [0, 63, 4_242, 9_998, 9_999]
    people[places] = near
    found = cpu.search(person, assemble(people), Rule())
    assert places[:4] == found.rows.tolist()
    assert found.qualities.tolist() == [1, 2, 3, 4]
