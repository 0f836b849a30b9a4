"""How often each allele occurs in a population: what the centre supplies, checked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LocusFrequencies:
    """The alleles of one locus.

    ``locus`` is the canonical name; ``individuals`` how many people were typed, None where the
    table does not say; ``alleles`` pairs of allele code (1..254) and share (0..1), ascending by
    code. The shares sum to one within the tolerance of the codec.
    """

    locus: str
    individuals: int | None
    alleles: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class PopulationTable:
    """One population of one published table.

    ``version`` is the SHA-256 of the file in hexadecimal, so that a figure names the very table it
    stems from; ``loci`` stand in the order of their slots, no locus twice.
    """

    source: str
    population: str
    version: str
    loci: tuple[LocusFrequencies, ...]

    @property
    def name(self) -> str:
        """Source and population, as people cite them."""
        return f"{self.source}: {self.population}"
