"""Profiles as laboratories write them, turned into codes with the lengths of their repeats."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kernels.dna.layout import PROFILE_SHAPE, WILDCARD
from kernels.dna.rule import AMELOGENIN_SLOT

SLOTS = {
    "vWA": 0,
    "TH01": 1,
    "D21S11": 2,
    "FGA": 3,
    "D8S1179": 4,
    "D3S1358": 5,
    "D18S51": 6,
    "Penta D": 15,
    "Penta E": 16,
    "SE33": 20,
    "CD4": 21,
    "D22S1045": 27,
    "AMELOGENIN": AMELOGENIN_SLOT,
}
UNITS = dict.fromkeys(SLOTS, 4) | {"Penta D": 5, "Penta E": 5, "CD4": 5, "D22S1045": 3}


def code(locus: str, value: str) -> int:
    """Return the code of a written allele."""
    if value == "*":
        return WILDCARD
    if locus == "AMELOGENIN":
        return {"X": 1, "Y": 3}[value]
    whole, _, variant = value.partition(".")
    return UNITS[locus] * int(whole) + int(variant or 0)


def profile(values: Mapping[str, tuple[str, str]]) -> np.ndarray:
    """Return the packed form, uint8 [slots, 2]."""
    packed = np.zeros(PROFILE_SHAPE, np.uint8)
    for locus, pair in values.items():
        packed[SLOTS[locus]] = sorted(code(locus, value) for value in pair)
    return packed
