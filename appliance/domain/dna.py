"""A DNA profile in canonical form, beside the values as they were received."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SingleAllele(StrEnum):
    """What a single value at a locus means; it depends on who wrote the profile."""

    HOMOZYGOTE = "homozygote"  # both alleles are equal: profiles of persons, clean stains
    DROP_OUT = "drop_out"  # the other allele was not seen: a wildcard stands for it


class DoubleWildcard(StrEnum):
    """What becomes of a locus whose two values are wildcards."""

    ABSENT = "absent"  # it carries no information
    KEPT = "kept"  # for an exchange whose rule compares such loci


@dataclass(frozen=True, slots=True)
class Reading:
    """How a source's values are read where the Annex leaves room; one per source, not per locus."""

    single_allele: SingleAllele = SingleAllele.HOMOZYGOTE
    double_wildcard: DoubleWildcard = DoubleWildcard.ABSENT


USUAL_READING = Reading()


@dataclass(frozen=True, slots=True)
class DnaProfile:
    """One profile.

    ``codes`` is the packed canonical form, two bytes for each slot of ``appliance.domain.loci``:
    unit × integer + variant of the allele, 0 where the locus is absent, 255 for a wildcard.
    ``received`` holds (locus, first value, second value, ...) as they came, in their order;
    ``warnings`` what the canonical form changed or an expert should know; ``reading`` how the
    received values were read, so that the canonical form can be computed from them again.
    """

    codes: bytes
    received: tuple[tuple[str, ...], ...]
    warnings: tuple[str, ...] = ()
    reading: Reading = USUAL_READING
