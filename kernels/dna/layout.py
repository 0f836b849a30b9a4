"""The packed form of a DNA profile, and many of them resident side by side.

A profile is uint8 [slots, 2]: two allele codes for each locus slot. A code is unit × integer +
variant, unit being the repeat length in bases (9.3 of a tetranucleotide is 39), so that the
micro-variant table of the rule is exactly a code difference of one. A pair stands in ascending
order, hence a wildcard second. Both codes of a locus that was not typed are ABSENT.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels import limits
from kernels.dna import planes
from kernels.dna.planes import ABSENT, WILDCARD, Planes
from kernels.dna.rule import Rule

__all__ = [
    "ABSENT",
    "PROFILE_SHAPE",
    "WILDCARD",
    "DnaGallery",
    "LayoutError",
    "Profiles",
    "assemble",
    "concatenate",
    "require_profiles",
]

PROFILE_SHAPE = (limits.DNA_SLOTS_MAX, 2)

Profiles = NDArray[np.uint8]


class LayoutError(ValueError):
    """An array that does not hold packed profiles: nothing may be concluded from it."""


@dataclass(frozen=True, slots=True)
class DnaGallery:
    """Packed profiles side by side; immutable and safe to read from any thread.

    ``loci`` is uint8 [n, len(slots), 2] for exact classification and holds only the ``slots``
    (ascending) at which any profile is typed; ``planes`` are the same facts as one bit vector per
    locus and allele for the search.
    """

    loci: Profiles
    slots: tuple[int, ...]
    planes: Planes

    @property
    def count(self) -> int:
        """Number of profiles."""
        return len(self.loci)

    @property
    def nbytes(self) -> int:
        """Bytes held in memory."""
        return int(self.loci.nbytes) + self.planes.nbytes

    def profiles(self, rows: NDArray[np.int64] | slice = slice(None)) -> Profiles:
        """Return a copy of the profiles in these rows, uint8 [rows, slots, 2]."""
        held = self.loci[rows]
        profiles = np.zeros((len(held), *PROFILE_SHAPE), np.uint8)
        profiles[:, self.slots] = held
        return profiles

    def counted(self, rule: Rule) -> tuple[list[int], list[int]]:
        """Return the slots in use that count, and their places in ``loci``."""
        counted = set(rule.slots())
        places = [place for place, slot in enumerate(self.slots) if slot in counted]
        return [self.slots[place] for place in places], places


def require_profiles(profiles: Profiles) -> None:
    """Raise LayoutError unless the array is uint8 [..., slots, 2] with every pair in order."""
    if profiles.dtype != np.uint8 or profiles.shape[-2:] != PROFILE_SHAPE:
        raise LayoutError(
            f"profiles are {profiles.dtype} of shape {profiles.shape}, expected uint8 of a shape "
            f"that ends in {PROFILE_SHAPE}"
        )
    first, second = profiles[..., 0], profiles[..., 1]
    if np.any(first > second):
        raise LayoutError("the two codes of a locus must stand in ascending order, a wildcard last")
    if np.any((first == ABSENT) & (second != ABSENT)):
        raise LayoutError("one code of a locus is absent and the other is not")


def assemble(profiles: Profiles) -> DnaGallery:
    """Copy uint8 [n, slots, 2] into a gallery and slice it into planes; LayoutError if malformed.

    A million profiles take one to two seconds; each has two bytes for every slot in use, four for
    its place and one bit in every plane.
    """
    if profiles.ndim != len(PROFILE_SHAPE) + 1:
        raise LayoutError(f"profiles have {profiles.ndim} axes, expected n, slots and 2")
    require_profiles(profiles)
    slots = np.flatnonzero((profiles[:, :, 0] != ABSENT).any(axis=0))
    return _gallery(np.ascontiguousarray(profiles[:, slots]), tuple(slots.tolist()))


def concatenate(galleries: Sequence[DnaGallery]) -> DnaGallery:
    """Merge galleries in the given order into one."""
    slots = sorted({slot for gallery in galleries for slot in gallery.slots})
    loci = np.zeros((sum(gallery.count for gallery in galleries), len(slots), 2), np.uint8)
    start = 0
    for gallery in galleries:
        places = [slots.index(slot) for slot in gallery.slots]
        loci[start : start + gallery.count, places] = gallery.loci
        start += gallery.count
    return _gallery(loci, tuple(slots))


def _gallery(loci: Profiles, slots: tuple[int, ...]) -> DnaGallery:
    loci.setflags(write=False)
    return DnaGallery(loci, slots, planes.slice_profiles(loci, slots))
