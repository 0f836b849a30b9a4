"""Many DNA profiles against collections: the step of a mass comparison (Agreement, Art. 4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from appliance.domain.dna_rule import DnaRuleProfile
from appliance.domain.reference_data import StoredItem
from appliance.domain.search import DnaMatch
from appliance.gallery.epoch import Epoch
from appliance.matching import dna_matches, encoder
from appliance.matching.dna_rules import kernel_rule
from appliance.matching.dna_worth import DnaWeigher


class DnaComparison:
    """Compares blocks of profiles with whole collections. Thread-safe."""

    def __init__(
        self,
        stored: Callable[[Sequence[int]], Sequence[StoredItem]],
        weigher: DnaWeigher | None = None,
    ) -> None:
        """``stored`` reads the store's side of ordinals, as ``Gallery.stored`` does.

        ``weigher`` tells what a match is worth; without it nothing is said.
        """
        self._stored = stored
        self._weigher = weigher

    def compare(
        self, profiles: Sequence[bytes], epochs: Sequence[Epoch], rule: DnaRuleProfile, limit: int
    ) -> list[tuple[DnaMatch, ...]]:
        """Return for each packed profile what a search for it would: its best matches, ranked.

        At most ``limit`` for each; the caller bounds the block by the answers it can hold. Removed
        items never appear. An answer depends on the profile, the epochs and the rule alone, never
        on the other profiles of the block.
        """
        chosen = kernel_rule(rule)
        return [
            dna_matches.matches(
                encoder.dna_array(packed), epochs, chosen, limit, self._stored, self._weigher
            )
            for packed in profiles
        ]
