"""What mass comparisons need of the rooms below them, as narrow as they need it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from appliance.domain.search import DnaMatch, Provenance


class Comparison(Protocol):
    """One state of the gallery under one rule; what a block is compared with."""

    @property
    def provenance(self) -> Provenance:
        """With what its matches are computed."""

    def compare(
        self, profiles: Sequence[bytes], limit: int, give_way: Callable[[], None]
    ) -> Iterator[tuple[DnaMatch, ...]]:
        """Yield for each packed profile its best matches, at most ``limit``, ranked.

        ``give_way`` is called every millisecond or two of computing; it may wait, and what it
        raises ends the comparison.
        """


class Comparer(Protocol):
    """Compares blocks; ``appliance.matching.mass_comparison.MassComparer`` is one."""

    def begin(self, party: str) -> Comparison:
        """Return the gallery as it is now, under the rule agreed with ``party``."""
