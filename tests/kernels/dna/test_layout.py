"""Packed profiles: what a gallery holds, and what it refuses to hold."""

import numpy as np
import pytest

from kernels.dna import cpu, layout, population
from kernels.dna.layout import PROFILE_SHAPE, WILDCARD, LayoutError
from kernels.dna.reference import compare
from kernels.dna.rule import Rule


def _profile(pair: tuple[int, int]) -> np.ndarray:
    profile = np.zeros(PROFILE_SHAPE, np.uint8)
    profile[3] = pair
    return profile


@pytest.mark.parametrize("pair", [(52, 48), (WILDCARD, 48), (0, 48), (48, 0), (0, WILDCARD)])
def test_a_pair_out_of_order_or_half_absent_is_refused_everywhere(pair: tuple[int, int]) -> None:
    bad, good = _profile(pair), _profile((48, 52))
    gallery = layout.assemble(good[None])
    with pytest.raises(LayoutError):
        layout.assemble(bad[None])
    with pytest.raises(LayoutError):
        cpu.search(bad, gallery, Rule())
    with pytest.raises(LayoutError):
        cpu.compare_all(good[None], bad[None], Rule())
    with pytest.raises(LayoutError):
        compare(good, bad, Rule())


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((2, 31, 2), np.uint8),
        np.zeros((2, 32, 3), np.uint8),
        np.zeros((2, 32, 2), np.int16),
        np.zeros((1, 2, 32, 2), np.uint8),
        np.zeros((32, 2), np.uint8),
    ],
)
def test_another_shape_or_type_is_refused(array: np.ndarray) -> None:
    with pytest.raises(LayoutError):
        layout.assemble(array)
    with pytest.raises(LayoutError):
        cpu.compare_all(array, array, Rule())


def test_one_profile_is_not_mistaken_for_many() -> None:
    people = population.generate(2, seed=1)
    with pytest.raises(LayoutError):
        cpu.search(people, layout.assemble(people), Rule())
    with pytest.raises(LayoutError):
        compare(people, people, Rule())


def test_a_gallery_keeps_its_own_profiles() -> None:
    people = population.generate(5, seed=1)
    gallery = layout.assemble(people)
    before = people.copy()
    people[:] = 0
    assert np.array_equal(before, gallery.profiles())
    with pytest.raises(ValueError, match="read-only"):
        gallery.loci[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        gallery.planes.bits[0] = 0


def test_concatenated_galleries_answer_as_one() -> None:
    people = population.generate(200, seed=7, absent_share=0.1)
    parts = [layout.assemble(people[a:b]) for a, b in ((0, 70), (70, 70), (70, 200))]
    joined = layout.concatenate(parts)
    assert joined.count == 200
    assert np.array_equal(people, joined.profiles())
    for row in (0, 69, 70, 199):
        assert row in cpu.search(people[row], joined, Rule()).rows


def test_galleries_of_different_loci_are_joined_at_all_of_them() -> None:
    one, other = population.generate(70, seed=1), population.generate(50, seed=2)
    one[:, :4], other[:, 9:20] = 0, 0
    joined = layout.concatenate([layout.assemble(one), layout.assemble(other)])
    assert np.array_equal(np.concatenate([one, other]), joined.profiles())
    assert joined.slots == tuple(range(24))
    assert np.array_equal(other[[1, 3]], joined.profiles(np.array([71, 73])))


def test_no_galleries_make_an_empty_one() -> None:
    assert layout.concatenate([]).count == 0


def test_a_profile_costs_two_bytes_a_locus_and_eighty_of_planes_at_most() -> None:
    people = population.generate(20_000, seed=9, absent_share=0.05, wildcard_share=0.03)
    gallery = layout.assemble(people)
    assert gallery.loci.nbytes == 48 * gallery.count
    assert gallery.planes.nbytes <= 80 * gallery.count
    assert gallery.nbytes == gallery.loci.nbytes + gallery.planes.nbytes


def test_the_planes_stay_within_eighty_bytes_however_many_rare_alleles_a_locus_has() -> None:
    random = np.random.default_rng(10)
    people = population.generate(20_000, seed=9)
    rare = random.random((20_000, 24)) < 0.02
    people[:, :24][rare] = np.sort(random.integers(1, 255, (int(rare.sum()), 2), np.uint8))
    gallery = layout.assemble(people)
    assert gallery.planes.nbytes <= 80 * gallery.count
    for row in range(0, 200, 7):
        assert row in cpu.search(people[row], gallery, Rule()).rows
