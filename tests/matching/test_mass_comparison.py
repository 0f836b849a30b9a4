"""What a comparison leaves behind in the memory of the thread that made it."""

from __future__ import annotations

import numpy as np
import pytest

from appliance.domain import dna_rule
from appliance.domain.codes import Collection
from appliance.domain.reference_data import LoadItem
from appliance.domain.search import Provenance
from appliance.matching.dna_comparison import DnaComparison
from appliance.matching.mass_comparison import GalleryComparison
from kernels import limits
from tests.matching import shelf
from tests.matching.made_profiles import profile

PAIR_BYTES = 2 * limits.DNA_SLOTS_MAX
SIZES = range(1, PAIR_BYTES + 1)


@pytest.mark.requirement("A13.3")
@pytest.mark.parametrize("to_the_end", [True, False], ids=["to the end", "given up"])
def test_a_comparison_leaves_no_profile_in_the_small_arrays_of_its_thread(to_the_end: bool) -> None:
    items = [LoadItem(Collection.DNA_REFERENCE, "P", b"", profile(FGA=("19", "20")).codes)]
    made = GalleryComparison(
        Provenance("cpu", "ab" * 32, 1, 1, "pack", "model", "PCC-SEE/1"),
        DnaComparison(shelf.store(items)),
        (shelf.epoch(items),),
        dna_rule.PCC_SEE,
    )
    taken = [profile().codes, profile().codes]
    marks = [np.full(size, 0xA5, np.uint8) for size in SIZES]
    answers = made.compare(taken, 5, lambda: None)
    next(answers)
    # As if they had held columns of a profile.
    del marks
    if to_the_end:
        assert len(list(answers)) == 1
    answers.close()
    left = [np.empty(size, np.uint8) for size in SIZES]
    assert [each.size for each in left if (each == 0xA5).all()] == []
