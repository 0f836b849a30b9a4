"""Packed items side by side: the same arrays in one go or in parts, and their true size."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from appliance.domain.codes import Category
from appliance.matching.assemblers import assemblers
from kernels.dna import layout as dna_layout
from kernels.dna.layout import DnaGallery
from kernels.finger import layout as finger_layout
from kernels.finger.layout import FingerGallery
from tests.matching import made_fingers
from tests.matching.made_profiles import profile

FINGER, DNA = assemblers()[Category.DACTYLOSCOPIC], assemblers()[Category.DNA]
PRINTS = [made_fingers.gallery_item(each).packed for each in range(5)]
PROFILES = [profile(FGA=(str(15 + each), "24")).codes for each in range(5)]


def test_every_category_has_its_assembler() -> None:
    assert set(assemblers()) == set(Category)


@pytest.mark.parametrize("cut", range(6))
def test_prints_in_two_parts_are_the_prints_in_one(cut: int) -> None:
    whole = cast(FingerGallery, FINGER.assemble(PRINTS))
    parts = [FINGER.assemble(PRINTS[:cut]), FINGER.assemble(PRINTS[cut:])]
    joined = cast(FingerGallery, FINGER.concatenate(parts))
    for name in ("codes", "minutiae", "starts"):
        assert np.array_equal(getattr(whole, name), getattr(joined, name)), name
    held = [int(count) for count in np.diff(whole.starts)]
    assert held == [len(finger_layout.unpack(each)[0]) for each in PRINTS]


@pytest.mark.parametrize("cut", range(6))
def test_profiles_in_two_parts_are_the_profiles_in_one(cut: int) -> None:
    whole = cast(DnaGallery, DNA.assemble(PROFILES))
    parts = [DNA.assemble(PROFILES[:cut]), DNA.assemble(PROFILES[cut:])]
    joined = cast(DnaGallery, DNA.concatenate(parts))
    assert [each.tobytes() for each in whole.profiles()] == PROFILES
    assert np.array_equal(whole.profiles(), joined.profiles())
    assert np.array_equal(whole.planes.bits, joined.planes.bits)


def test_the_size_is_that_of_all_arrays_in_memory() -> None:
    prints = cast(FingerGallery, FINGER.assemble(PRINTS))
    arrays = (prints.codes, prints.minutiae, prints.starts)
    assert FINGER.nbytes(prints) == sum(each.nbytes for each in arrays)
    profiles = cast(DnaGallery, DNA.assemble(PROFILES))
    assert DNA.nbytes(profiles) == profiles.loci.nbytes + profiles.planes.nbytes


def test_a_malformed_item_is_refused_before_anything_is_resident() -> None:
    with pytest.raises(finger_layout.LayoutError):
        FINGER.assemble([PRINTS[0], PRINTS[1][:-1]])
    with pytest.raises((ValueError, dna_layout.LayoutError)):
        DNA.assemble([PROFILES[0], PROFILES[1][:-1]])
    with pytest.raises(dna_layout.LayoutError):
        DNA.assemble([PROFILES[0], bytes([9, 0]) + PROFILES[1][2:]])
