"""When two DNA profiles match: the settings that a User manual may change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from kernels import limits

AMELOGENIN_SLOT = limits.DNA_SLOTS_MAX - 1
COUNTED_DEFAULT = (1 << AMELOGENIN_SLOT) - 1
MISMATCH_MAX = 2 * limits.DNA_SLOTS_MAX


class RuleError(ValueError):
    """Settings that no comparison could follow."""


class Stringency(IntEnum):
    """When the genotypes of a locus agree; a wildcard stands for whatever makes them agree.

    EVERY_ALLELE is the rule of the Prüm exchange and CODIS's high stringency, ONE_SIDE (all alleles
    of one side are among those of the other) its moderate, ONE_ALLELE (one in common) its low one.
    """

    EVERY_ALLELE = 0
    ONE_SIDE = 1
    ONE_ALLELE = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """Settings of the comparison of Decision 2008/616/JHA, Annex, chapter 1; immutable.

    ``min_full_loci`` (1..32) loci must be fully designated on both sides and agree, and at most
    ``mismatch_max`` (0..64) alleles may differ over all compared loci that do not agree.
    ``microvariant_tolerance`` tells a differing allele of the micro-variant table (class 3) from
    any other (class 4); without it every differing allele is of class 4. Bit s of ``counted`` says
    that slot s takes part; the amelogenin slot does not by default. ``wildcard_counts_as_full``
    lets a locus that agrees by a wildcard count as one of the full loci. A locus of two wildcards
    says nothing and is left out, unless ``double_wildcard_compared``. RuleError on values out of
    range.
    """

    min_full_loci: int = 6
    mismatch_max: int = 1
    microvariant_tolerance: bool = True
    counted: int = COUNTED_DEFAULT
    wildcard_counts_as_full: bool = False
    double_wildcard_compared: bool = False
    stringency: Stringency = Stringency.EVERY_ALLELE

    def __post_init__(self) -> None:
        # Without one full locus two profiles that share no typed locus at all would match.
        _require_range("min_full_loci", self.min_full_loci, 1, limits.DNA_SLOTS_MAX)
        _require_range("mismatch_max", self.mismatch_max, 0, MISMATCH_MAX)
        _require_range("counted", self.counted, 0, (1 << limits.DNA_SLOTS_MAX) - 1)
        _require_range("stringency", self.stringency, min(Stringency), max(Stringency))

    def slots(self) -> list[int]:
        """Return the slots that count, ascending."""
        return [slot for slot in range(limits.DNA_SLOTS_MAX) if self.counted >> slot & 1]


def _require_range(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise RuleError(f"{name} is {value}, must lie in {least}..{most}")
