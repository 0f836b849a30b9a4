"""Made-up genotypes: repeatable, in canonical form, distributed as asked, degraded as told."""

import numpy as np
import pytest

from kernels.dna import layout, population
from kernels.dna.layout import ABSENT, WILDCARD
from kernels.dna.population import LocusModel, PopulationError
from kernels.dna.reference import compare
from kernels.dna.rule import Rule


def test_the_same_seed_draws_the_same_profiles() -> None:
    assert np.array_equal(population.generate(50, 1), population.generate(50, 1))
    assert not np.array_equal(population.generate(50, 1), population.generate(50, 2))


def test_profiles_are_canonical_and_typed_at_24_loci() -> None:
    people = population.generate(500, 3)
    layout.require_profiles(people)
    assert (people[:, :, 0] != ABSENT).sum(axis=1).tolist() == [24] * 500
    assert not (people == WILDCARD).any()


def test_shares_of_absent_loci_and_wildcards_are_kept() -> None:
    people = population.generate(5_000, 4, absent_share=0.2, wildcard_share=0.1)
    layout.require_profiles(people)
    typed = people[:, :24, 0] != ABSENT
    assert typed.mean() == pytest.approx(0.8, abs=0.01)
    wild = (people[:, :24] == WILDCARD).sum(axis=2)
    assert wild[typed].mean() == pytest.approx(0.1, abs=0.01)
    assert wild.max() == 1


def test_alleles_follow_the_weights_of_the_model() -> None:
    people = population.generate(5_000, 5, [LocusModel(7, (40, 44, 49), (5.0, 3.0, 2.0))])
    shares = [float((people[:, 7] == code).mean()) for code in (40, 44, 49)]
    assert shares == pytest.approx([0.5, 0.3, 0.2], abs=0.02)
    assert not np.delete(people, 7, axis=1).any()


@pytest.mark.parametrize(
    ("deviations", "quality"),
    [
        ({}, 1),
        ({"dropped": 10}, 1),
        ({"wildcards": 10}, 2),
        ({"wildcards": 3, "micro_variants": 1}, 3),
        ({"dropped": 3, "wildcards": 3, "mismatches": 1}, 4),
        ({"mismatches": 2}, 0),
        ({"mismatches": 1, "micro_variants": 1}, 0),
    ],
)
def test_a_degraded_profile_deviates_exactly_as_told(
    deviations: dict[str, int], quality: int
) -> None:
    for seed, person in enumerate(population.generate(40, 6)):
        near = population.degrade(person, seed, **deviations)
        layout.require_profiles(near)
        comparison = compare(person, near, Rule())
        assert quality == comparison.quality
        assert comparison.compared_loci == 24 - deviations.get("dropped", 0)
        assert comparison.wildcard_loci == deviations.get("wildcards", 0)


def test_more_deviations_than_loci_are_refused() -> None:
    person = population.generate(1, 7)[0]
    with pytest.raises(PopulationError, match="25 loci to change, 24 are fully designated"):
        population.degrade(person, 1, dropped=20, mismatches=5)
