"""The search of search.cu, executed on fibres, equals the numpy search and the reference."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.dna import cpu, population
from kernels.dna.layout import ABSENT, PROFILE_SHAPE, WILDCARD, DnaGallery, assemble
from kernels.dna.reference import compare
from kernels.dna.rule import MISMATCH_MAX, Rule
from kernels.host.build import Order
from tests.kernels.dna import small_alphabet
from tests.kernels.dna.search_launches import search, survivors
from tests.kernels.host.fibre_modules import DNA, module

ORDERS = pytest.mark.parametrize("order", list(Order), ids=lambda order: order.name.lower())
RULES = [
    Rule(),
    Rule(min_full_loci=1, mismatch_max=0),
    Rule(min_full_loci=3, mismatch_max=2, microvariant_tolerance=False),
    Rule(min_full_loci=2, mismatch_max=3),
    Rule(min_full_loci=5, mismatch_max=9, counted=0xFF, wildcard_counts_as_full=True),
    Rule(min_full_loci=1, mismatch_max=MISMATCH_MAX),
]


def _require_equal(order: Order, queries: np.ndarray, gallery: DnaGallery, rule: Rule) -> int:
    """Compare the answers to all queries with those of numpy; return how many matches there are."""
    matches = 0
    found = search(module(DNA, order, seed=9), queries, gallery, rule)
    for query, one in zip(queries, found, strict=True):
        expected = cpu.search(query, gallery, rule)
        for field in ("rows", "qualities", "compared", "full", "matched", "mismatching"):
            assert getattr(expected, field).tolist() == getattr(one, field).tolist(), field
        matches += len(one.rows)
    return matches


@ORDERS
@pytest.mark.parametrize("rule", RULES)
def test_thousands_of_pairs_are_answered_as_by_numpy(order: Order, rule: Rule) -> None:
    gallery = assemble(small_alphabet.draw(400, seed=15))
    queries = small_alphabet.draw(10, seed=16 + order)
    assert _require_equal(order, queries, gallery, rule) > 10


@pytest.mark.parametrize("rule", RULES)
def test_the_answers_are_those_of_the_reference(rule: Rule) -> None:
    profiles = small_alphabet.draw(200, seed=17)
    queries = small_alphabet.draw(3, seed=18)
    found = search(module(DNA), queries, assemble(profiles), rule)
    for query, one in zip(queries, found, strict=True):
        said = [compare(query, profile, rule) for profile in profiles]
        rows = [row for row, comparison in enumerate(said) if comparison.quality]
        assert rows == one.rows.tolist()
        assert [said[row].quality for row in rows] == one.qualities.tolist()
        assert [said[row].mismatching_alleles for row in rows] == one.mismatching.tolist()
        assert [said[row].full_loci for row in rows] == one.full.tolist()


@ORDERS
def test_generated_people_are_found_among_thousands(order: Order) -> None:
    people = population.generate(20_000, seed=19, absent_share=0.05, wildcard_share=0.03)
    person = population.generate(1, seed=20)[0]
    places = [0, 63, 64, 16_383, 16_384, 19_999]
    people[places] = [
        population.degrade(person, 1, dropped=3),
        population.degrade(person, 2, wildcards=2),
        population.degrade(person, 3, micro_variants=1, wildcards=1),
        population.degrade(person, 4, mismatches=1, dropped=2),
        population.degrade(person, 5),
        population.degrade(person, 6, mismatches=2),
    ]
    gallery = assemble(people)
    (found,) = search(module(DNA, order), person[None], gallery, Rule())
    assert places[:5] == found.rows.tolist()
    assert found.qualities.tolist() == [1, 2, 3, 4, 1]
    _require_equal(order, np.stack([person, people[5]]), gallery, Rule())


@ORDERS
@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 129])
def test_every_gallery_size_is_searched_to_its_last_profile(order: Order, count: int) -> None:
    person = population.generate(1, seed=21)
    gallery = assemble(np.repeat(person, count, axis=0))
    (found,) = search(module(DNA, order), person, gallery, Rule())
    assert list(range(count)) == found.rows.tolist()


@ORDERS
@pytest.mark.parametrize("code", [ABSENT, WILDCARD])
def test_blank_profiles_are_treated_as_by_numpy(order: Order, code: int) -> None:
    blank = np.full((70, *PROFILE_SHAPE), code, np.uint8)
    people = population.generate(70, seed=22)
    lenient = Rule(min_full_loci=1, wildcard_counts_as_full=True)
    for rule in (Rule(), lenient):
        _require_equal(order, blank[:1], assemble(people), rule)
        _require_equal(order, people[:2], assemble(blank), rule)
        _require_equal(order, blank[:1], assemble(blank), rule)


@ORDERS
def test_too_little_room_keeps_the_first_rows_and_tells_how_many_there_are(order: Order) -> None:
    person = population.generate(1, seed=23)
    gallery = assemble(np.repeat(person, 200, axis=0))
    rows, totals = survivors(module(DNA, order), person, gallery, Rule(), room=70)
    assert totals.tolist() == [200]
    assert gallery.planes.order[:70].tolist() == rows[0].tolist()
