"""One made-up DNA profile, and variations of it locus by locus."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from appliance.codecs.dna_canonical import canonical_profile
from appliance.domain.dna import DnaProfile
from appliance.matching.encoder import dna_array

STAIN: dict[str, tuple[str, ...]] = {
    "vWA": ("16", "17"),
    "TH01": ("6", "9.3"),
    "D21S11": ("28", "30"),
    "FGA": ("22", "24"),
    "D8S1179": ("12", "14"),
    "D3S1358": ("15", "16"),
    "D18S51": ("13", "17"),
    "D16S539": ("9", "11"),
}


def profile(**changes: tuple[str, ...]) -> DnaProfile:
    """Return the profile with some loci changed or added; an empty value leaves one out."""
    values = {**STAIN, **changes}
    return canonical_profile([(locus, alleles) for locus, alleles in values.items() if alleles])


def codes(**changes: tuple[str, ...]) -> NDArray[np.uint8]:
    """Return the same as uint8 [slots, 2]."""
    return dna_array(profile(**changes).codes)
