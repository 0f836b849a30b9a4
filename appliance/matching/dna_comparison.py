"""Many DNA profiles against collections: the step of a mass comparison (Agreement, Art. 4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from appliance.domain.dna_rule import DnaRuleProfile
from appliance.domain.reference_data import StoredItem
from appliance.domain.search import DnaMatch
from appliance.gallery.epoch import Epoch
from appliance.matching import dna_matches, encoder
from appliance.matching.dna_rules import kernel_rule
from appliance.matching.dna_search import MatchedProfile, matched
from appliance.matching.dna_worth import DnaWeigher
from appliance.matching.engine import CPU, Engine


class DnaComparison:
    """Compares blocks of profiles with whole collections. Thread-safe."""

    def __init__(
        self,
        stored: Callable[[Sequence[int]], Sequence[StoredItem]],
        weigher: DnaWeigher | None = None,
        engine: Engine = CPU,
    ) -> None:
        """``stored`` reads the store's side of ordinals, as ``Gallery.stored`` does.

        ``weigher`` tells what a match is worth; without it nothing is said.
        """
        self._stored = stored
        self._weigher = weigher
        self._engine = engine

    def compare(
        self, profiles: Sequence[bytes], epochs: Sequence[Epoch], rule: DnaRuleProfile, limit: int
    ) -> list[tuple[DnaMatch, ...]]:
        """Return for each packed profile what a search for it would: its best matches, ranked.

        At most ``limit`` for each; the caller bounds the block by the answers it can hold. Removed
        items never appear. An answer depends on the profile, the epochs and the rule alone, never
        on the other profiles of the block.
        """
        chosen = kernel_rule(rule)
        stains = encoder.dna_arrays(profiles)
        found: list[list[MatchedProfile]] = [[] for _ in profiles]
        for epoch in epochs:
            for chunk, block in self._engine.compare_dna(stains, epoch, chosen):
                # The matches of a block stand by stain: those of one are a slice.
                ends = np.searchsorted(block.stains, np.arange(block.start, block.stop + 1))
                for stain, (begin, end) in enumerate(pairwise(ends.tolist()), start=block.start):
                    if begin < end:
                        own = slice(begin, end)
                        found[stain] += matched(
                            chunk, block.rows[own], block.qualities[own], block.full[own]
                        )
        searched = sum(epoch.size for epoch in epochs)
        weighing = self._weigher.search(chosen, searched) if self._weigher else None
        return [
            dna_matches.best(stain, matches, chosen, limit, self._stored, weighing)
            for stain, matches in zip(stains, found, strict=True)
        ]
