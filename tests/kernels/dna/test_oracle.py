"""The reference against an oracle that works on written values and tries every pairing."""

import numpy as np
import pytest

from kernels.dna.layout import ABSENT, WILDCARD
from kernels.dna.reference import compare
from kernels.dna.rule import Rule
from tests.kernels.dna import small_alphabet
from tests.oracles import dna_rule

PAIRS = 3_500


def _written(code: int, unit: int) -> str:
    if code == WILDCARD:
        return "*"
    whole, variant = divmod(code, unit)
    return f"{whole}.{variant}" if variant else str(whole)


def _values(profile: np.ndarray, unit: int) -> dict[str, tuple[str, str]]:
    return {
        str(slot): (_written(int(profile[slot, 0]), unit), _written(int(profile[slot, 1]), unit))
        for slot in range(small_alphabet.LOCI)
        if profile[slot, 0] != ABSENT
    }


@pytest.mark.parametrize("unit", [3, 4, 5])
@pytest.mark.parametrize(("full_min", "differing_max"), [(6, 1), (3, 2)])
def test_reference_agrees_with_the_oracle(unit: int, full_min: int, differing_max: int) -> None:
    twelve = 12 * unit
    codes = (twelve - 1, twelve, twelve + 1, twelve + unit, twelve + 2, WILDCARD)
    left = small_alphabet.draw(PAIRS, seed=unit, codes=codes)
    right = small_alphabet.draw(PAIRS, seed=unit + 100, codes=codes)
    rule = Rule(min_full_loci=full_min, mismatch_max=differing_max)
    bases = {str(slot): unit for slot in range(small_alphabet.LOCI)}
    seen = set()
    for a, b in zip(left, right, strict=True):
        found = compare(a, b, rule)
        expected = dna_rule.judge(
            _values(a, unit), _values(b, unit), bases, full_min, differing_max
        )
        assert expected == {name: getattr(found, name) for name in expected}
        seen.add(found.quality)
    assert {0, 1, 2, 3, 4} == seen


@pytest.mark.parametrize("unit", [3, 4, 5])
def test_one_code_step_is_exactly_the_printed_micro_variant_table(unit: int) -> None:
    for x in range(8 * unit, 10 * unit):
        for y in range(8 * unit, 10 * unit):
            one, other = _written(x, unit), _written(y, unit)
            printed = one in dna_rule.taken_for(other, unit) or other in dna_rule.taken_for(
                one, unit
            )
            assert (abs(x - y) <= 1) == printed, (one, other)
