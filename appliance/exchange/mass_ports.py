"""What mass comparisons need of the rooms below them, as narrow as they need it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from appliance.domain.search import DnaMatch, Provenance


class Comparison(Protocol):
    """One state of the gallery under one rule; what a block is compared with."""

    @property
    def provenance(self) -> Provenance:
        """With what its matches are computed."""

    def compare(self, profiles: Sequence[bytes], limit: int) -> list[tuple[DnaMatch, ...]]:
        """Return for each packed profile its best matches, at most ``limit``, ranked."""


class Comparer(Protocol):
    """Compares blocks; ``appliance.matching.mass_comparison.MassComparer`` is one."""

    def begin(self, party: str) -> Comparison:
        """Return the gallery as it is now, under the rule agreed with ``party``."""
