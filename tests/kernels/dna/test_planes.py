"""Every bit of the planes says of one profile what the module promises, wherever tiles end."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.dna import planes
from kernels.dna.planes import ABSENT, EVERYONE, WILDCARD
from tests.kernels.dna import small_alphabet


def _members(sliced: planes.Planes, row: int) -> list[int]:
    return [int(profile) for profile in planes.members(sliced.bits[row])]


@pytest.mark.parametrize("profiles", [1, 63, 64, 65, 127, 128, 300])
def test_each_plane_holds_exactly_the_profiles_it_stands_for(
    profiles: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planes, "TILE_PROFILES", 64)
    drawn = small_alphabet.draw(profiles, seed=profiles)
    sliced = planes.slice_profiles(drawn)
    for slot in range(drawn.shape[1]):
        first, second = drawn[:, slot, 0], drawn[:, slot, 1]
        # Who lacks the locus, or has two wildcards there, can differ in no allele.
        unbound = (first == ABSENT) | (first == WILDCARD)
        if unbound.all():
            assert set(sliced.alleles[slot]) == {EVERYONE}
            continue
        for code in range(1, WILDCARD):
            expected = np.flatnonzero((first == code) | (second == code) | unbound).tolist()
            assert expected == _members(sliced, sliced.alleles[slot, code])
        assert sliced.alleles[slot, WILDCARD] == EVERYONE
        wild, twice = np.flatnonzero(second == WILDCARD), np.flatnonzero(first == second)
        assert wild.tolist() == _members(sliced, sliced.wild[slot])
        assert twice.tolist() == _members(sliced, sliced.twice[slot])
    held = [len(_members(sliced, row)) for row in range(len(sliced.bits))]
    assert held == sliced.ones.tolist()
