"""When two DNA profiles match: the settings that a User manual may change."""

from __future__ import annotations

from dataclasses import dataclass

from kernels import limits

AMELOGENIN_SLOT = limits.DNA_SLOTS_MAX - 1
COUNTED_DEFAULT = (1 << AMELOGENIN_SLOT) - 1
MISMATCH_MAX = 2 * limits.DNA_SLOTS_MAX


class RuleError(ValueError):
    """Settings that no comparison could follow."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Settings of the comparison of Decision 2008/616/JHA, Annex, chapter 1; immutable.

    ``min_full_loci`` (1..32) loci must be fully designated on both sides and equal, and at most
    ``mismatch_max`` (0..64) alleles may differ over all compared loci. ``microvariant_tolerance``
    tells a differing allele of the micro-variant table (class 3) from any other (class 4); without
    it every differing allele is of class 4. Bit s of ``counted`` says that slot s takes part; the
    amelogenin slot does not by default. ``wildcard_counts_as_full`` lets a locus that is equal
    only by a wildcard count as one of the full loci. RuleError on values out of range.
    """

    min_full_loci: int = 6
    mismatch_max: int = 1
    microvariant_tolerance: bool = True
    counted: int = COUNTED_DEFAULT
    wildcard_counts_as_full: bool = False

    def __post_init__(self) -> None:
        # Without one full locus two profiles that share no typed locus at all would match.
        _require_range("min_full_loci", self.min_full_loci, 1, limits.DNA_SLOTS_MAX)
        _require_range("mismatch_max", self.mismatch_max, 0, MISMATCH_MAX)
        _require_range("counted", self.counted, 0, (1 << limits.DNA_SLOTS_MAX) - 1)

    def slots(self) -> list[int]:
        """Return the slots that count, ascending."""
        return [slot for slot in range(limits.DNA_SLOTS_MAX) if self.counted >> slot & 1]


def _require_range(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise RuleError(f"{name} is {value}, must lie in {least}..{most}")
