"""The population on which DNA matching is measured: that of the exchange's own figures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.dna import population
from kernels.dna.layout import DnaGallery

MISSING_RATIO = 0.05
WILDCARD_RATIO = 0.03


def draw(profiles: int, seed: int) -> NDArray[np.uint8]:
    """Return made-up profiles, uint8 [n, slots, 2], some loci missing, some read in part."""
    return population.generate(
        profiles, seed, absent_share=MISSING_RATIO, wildcard_share=WILDCARD_RATIO
    )


def described() -> dict[str, object]:
    """Return what is said of the population beside every figure."""
    return {
        "loci": population.LOCI_DEFAULT,
        "missing_ratio": MISSING_RATIO,
        "wildcard_ratio": WILDCARD_RATIO,
    }


def memory(gallery: DnaGallery) -> dict[str, float]:
    """Return the bytes that a profile takes, exact form and planes apart."""
    return {
        "exact": round(gallery.loci.nbytes / gallery.count, 1),
        "planes": round(gallery.planes.nbytes / gallery.count, 1),
    }
