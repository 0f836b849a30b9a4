"""Every bit of the planes says of one profile what the module promises, wherever tiles end."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.dna import planes, population
from kernels.dna.planes import ABSENT, EVERYONE, WILDCARD
from tests.kernels.dna import small_alphabet


def _sliced(drawn: np.ndarray) -> planes.Planes:
    slots = tuple(range(drawn.shape[1]))
    return planes.slice_profiles(drawn, slots)


def _members(sliced: planes.Planes, row: int) -> list[int]:
    """Return the rows of the gallery that a plane holds."""
    words = sliced.bits[row]
    places = planes.members(np.arange(len(words)), words)
    if row == EVERYONE:
        places = places[places < sliced.count]
    return sorted(sliced.order[places].tolist())


@pytest.mark.parametrize("profiles", [1, 63, 64, 65, 127, 128, 300])
def test_each_plane_holds_exactly_the_profiles_it_stands_for(
    profiles: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planes, "TILE_PROFILES", 64)
    drawn = small_alphabet.draw(profiles, seed=profiles)
    sliced = _sliced(drawn)
    for slot in range(drawn.shape[1]):
        first, second = drawn[:, slot, 0], drawn[:, slot, 1]
        # Who lacks the locus, or has a wildcard there, is not told from one with the allele.
        unbound = (first == ABSENT) | (second == WILDCARD)
        common = [
            code
            for code in range(1, WILDCARD)
            if (drawn[:, slot] == code).sum() * planes.RARE_ONE_IN >= max(1, profiles)
        ]
        rest = unbound | ~np.isin(first, common) | ~np.isin(second, common)
        for code in range(1, WILDCARD):
            has_it = (first == code) | (second == code) | unbound
            expected = np.flatnonzero(has_it if code in common else rest).tolist()
            assert expected == _members(sliced, sliced.alleles[slot][code])
        assert sliced.alleles[slot][WILDCARD] == EVERYONE
        twice = np.flatnonzero((first == second) | unbound)
        assert twice.tolist() == _members(sliced, sliced.twice[slot])
    held = [int(np.bitwise_count(words).sum()) for words in sliced.bits]
    assert held == sliced.ones


def test_everyone_has_a_place_by_the_genotypes_of_the_leading_loci() -> None:
    people = population.generate(3_000, seed=5, absent_share=0.05, wildcard_share=0.03)
    sliced = _sliced(people)
    assert list(range(3_000)) == sorted(sliced.order.tolist())
    genotypes = people[:, sliced.leading].reshape(3_000, -1)[sliced.order].tolist()
    assert sorted(genotypes) == genotypes
    assert _members(sliced, EVERYONE) == list(range(3_000))


def test_an_allele_of_few_shares_the_plane_of_the_rest() -> None:
    people = np.full((1_000, 1, 2), 48, np.uint8)
    people[7] = 48, 60
    people[8:20] = 48, 52
    sliced = _sliced(people)
    rows = sliced.alleles[0]
    assert rows[60] == rows[61] != rows[52]
    assert _members(sliced, rows[60]) == [7]
    assert _members(sliced, rows[52]) == list(range(8, 20))
