"""A DNA profile in canonical form, beside the values as they were received."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DnaProfile:
    """One profile.

    ``codes`` is the packed canonical form, two bytes for each slot of ``appliance.domain.loci``:
    unit × integer + variant of the allele, 0 where the locus is absent, 255 for a wildcard.
    ``received`` holds (locus, first value, second value, ...) as they came, in their order;
    ``warnings`` what the canonical form changed or an expert should know.
    """

    codes: bytes
    received: tuple[tuple[str, ...], ...]
    warnings: tuple[str, ...] = ()
