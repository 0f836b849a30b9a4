"""A mass comparison finds what single searches find, however it is cut, resumed or bounded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.dna import crowd, mass, population
from kernels.dna.classifier import Figures
from kernels.dna.layout import PROFILE_SHAPE, DnaGallery, LayoutError, assemble
from kernels.dna.rule import Rule, Stringency
from tests.kernels.dna import small_alphabet
from tests.kernels.dna.backends import by_mass, by_search

Rows = list[tuple[int, ...]]


def _rows(blocks: list[mass.MatchBlock]) -> Rows:
    """Return stain, row and figures of each match in the order in which they came."""
    columns = [
        (each.stains, each.rows, each.qualities, each.compared, each.full, each.matched)
        for each in blocks
    ]
    return [tuple(map(int, row)) for fields in columns for row in zip(*fields, strict=True)]


def _run(
    stains: np.ndarray,
    gallery: DnaGallery,
    rule: Rule,
    start: int = 0,
    pairs_max: int = mass.PAIRS_MAX,
) -> Rows:
    return _rows(list(mass.compare(stains, gallery, rule, start=start, pairs_max=pairs_max)))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.builds(
        Rule,
        min_full_loci=st.integers(1, 6),
        mismatch_max=st.integers(0, 3),
        microvariant_tolerance=st.booleans(),
        wildcard_counts_as_full=st.booleans(),
        double_wildcard_compared=st.booleans(),
        stringency=st.sampled_from(Stringency),
    ),
)
def test_a_run_finds_what_single_searches_find(seed: int, rule: Rule) -> None:
    # One step is a micro-variant, and four of ten alleles are wildcards.
    codes = (48, 49, 52, 255, 255)
    profiles = small_alphabet.draw(130, seed, codes)
    stains = small_alphabet.draw(12, seed + 1, codes)
    assert by_search(stains, profiles, rule) == by_mass(stains, profiles, rule)


def test_people_are_found_again_among_thousands() -> None:
    people = population.generate(5_000, seed=1, absent_share=0.05, wildcard_share=0.03)
    stains = population.generate(400, seed=2, absent_share=0.05, wildcard_share=0.03)
    for place in range(0, 400, 4):
        person = people[place * 12]
        stains[place] = population.degrade(person, place, mismatches=place // 4 % 2, wildcards=1)
    told = _run(stains, assemble(people), Rule())
    assert {(place, place * 12) for place in range(0, 400, 4)} <= {row[:2] for row in told}
    assert told == sorted(told)


@pytest.mark.parametrize("start", [0, 1, 37, 64, 99, 100])
def test_a_run_resumed_at_any_stain_continues_as_if_it_had_not_stopped(
    start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mass, "BLOCK_STAINS", 16)
    gallery = assemble(small_alphabet.draw(200, seed=3))
    stains = small_alphabet.draw(100, seed=4)
    whole = _run(stains, gallery, Rule())
    assert len(whole) > 100
    assert [row for row in whole if row[0] >= start] == _run(stains, gallery, Rule(), start)


@pytest.mark.parametrize(("stains_max", "pairs_max"), [(1, 1), (7, 40), (100, 65_536)])
def test_blocks_and_batches_do_not_change_the_matches(
    stains_max: int, pairs_max: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery = assemble(small_alphabet.draw(80, seed=5))
    stains = small_alphabet.draw(30, seed=6)
    expected = _run(stains, gallery, Rule())
    monkeypatch.setattr(mass, "BLOCK_STAINS", stains_max)
    assert expected == _run(stains, gallery, Rule(), pairs_max=pairs_max)


def test_blocks_with_more_matches_than_are_held_are_halved_and_none_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gallery = assemble(small_alphabet.draw(150, seed=7))
    stains = small_alphabet.draw(64, seed=8)
    rule = Rule(min_full_loci=2, mismatch_max=2)
    expected = _run(stains, gallery, rule)
    monkeypatch.setattr(mass, "MATCHES_MAX", 200)
    done: list[int] = []
    blocks = list(mass.compare(stains, gallery, rule, progress=done.append, pairs_max=100))
    assert expected == _rows(blocks)
    assert max(len(block.rows) for block in blocks if block.stop - block.start > 1) <= 200
    assert len(blocks) > 2
    # Nothing is skipped and nothing is told twice.
    assert [block.start for block in blocks] == [0, *(block.stop for block in blocks[:-1])]
    assert blocks[-1].stop == 64
    assert done[-1] == 64
    assert {block.stop for block in blocks} <= set(done)


def test_no_stains_and_no_profiles_are_no_matches() -> None:
    people, nobody = population.generate(3, seed=2), population.generate(0, seed=2)
    assert list(mass.compare(nobody, assemble(people), Rule())) == []
    (block,) = mass.compare(people, assemble(nobody), Rule())
    assert (block.start, block.stop, len(block.rows)) == (0, 3, 0)


@pytest.mark.parametrize("shape", [PROFILE_SHAPE, (2, 31, 2), (1, 2, *PROFILE_SHAPE)])
def test_stains_of_another_shape_are_refused_before_the_first_block(
    shape: tuple[int, ...],
) -> None:
    gallery = assemble(population.generate(3, seed=2))
    with pytest.raises(LayoutError):
        mass.compare(np.zeros(shape, np.uint8), gallery, Rule())


@pytest.mark.parametrize("words_max", [-1, crowd.WORDS_MAX], ids=["in turn", "together"])
def test_a_run_gives_way_between_short_steps_and_ends_where_that_raises(
    words_max: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd, "WORDS_MAX", words_max)
    gallery, stains = (assemble(small_alphabet.draw(80, seed=5)), small_alphabet.draw(300, seed=6))
    judged: list[int] = []
    classify = mass.classify

    def counted(left: np.ndarray, right: np.ndarray, rule: Rule) -> Figures:
        judged.append(left.shape[2])
        return classify(left, right, rule)

    monkeypatch.setattr(mass, "classify", counted)
    calls: list[int] = []
    rows = list(
        mass.compare(
            stains, gallery, Rule(), give_way=lambda: calls.append(len(judged)), pairs_max=64
        )
    )
    assert rows
    assert max(judged) < 2 * 64
    assert set(range(len(judged))) <= set(calls), "two judgements without giving way"
    assert len(calls) >= len(judged) + 300 // crowd.QUERIES_MAX + 1, "stains without giving way"

    class Enough(Exception):
        pass

    def stop() -> None:
        raise Enough

    with pytest.raises(Enough):
        list(mass.compare(stains, gallery, Rule(), give_way=stop))
