"""How packed items become resident arrays: the gallery holds them without knowing what they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from appliance.domain.codes import Category
from appliance.gallery.ports import Assembler
from appliance.matching import encoder, print_parts
from kernels.dna import layout as dna_layout
from kernels.finger import layout as finger_layout


class FingerAssembler:
    """Packed prints to kernels.finger.layout.FingerGallery, each part of a print a row."""

    def assemble(self, packed: Sequence[bytes]) -> object:
        """Lay the parts of the prints side by side."""
        return finger_layout.assemble([part for each in packed for part in print_parts.split(each)])

    def rows(self, packed: Sequence[bytes]) -> Sequence[int]:
        """Return how many parts each print has."""
        return [len(print_parts.split(each)) for each in packed]

    def concatenate(self, residents: Sequence[object]) -> object:
        """Merge resident galleries in order."""
        return finger_layout.concatenate(cast(Sequence[finger_layout.FingerGallery], residents))

    def nbytes(self, resident: object) -> int:
        """Return the bytes a resident gallery holds in memory."""
        return cast(finger_layout.FingerGallery, resident).nbytes


class DnaAssembler:
    """Packed profiles to kernels.dna.layout.DnaGallery."""

    def assemble(self, packed: Sequence[bytes]) -> object:
        """Lay profiles side by side and slice them into bit planes."""
        return dna_layout.assemble(encoder.dna_arrays(packed))

    def rows(self, packed: Sequence[bytes]) -> Sequence[int]:
        """Return one row for each profile."""
        return [1] * len(packed)

    def concatenate(self, residents: Sequence[object]) -> object:
        """Merge resident galleries in order."""
        return dna_layout.concatenate(cast(Sequence[dna_layout.DnaGallery], residents))

    def nbytes(self, resident: object) -> int:
        """Return the bytes a resident gallery holds in memory."""
        return cast(dna_layout.DnaGallery, resident).nbytes


def assemblers() -> dict[Category, Assembler]:
    """Return the assembler of each data category."""
    return {Category.DACTYLOSCOPIC: FingerAssembler(), Category.DNA: DnaAssembler()}
