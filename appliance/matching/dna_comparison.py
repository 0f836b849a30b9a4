"""Many DNA profiles against collections: the step of a mass comparison (Agreement, Art. 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from appliance.domain.dna_rule import DnaRuleProfile
from appliance.domain.reference_data import StoredItem
from appliance.domain.search import DnaMatch
from appliance.gallery.epoch import Chunk, Epoch
from appliance.matching import dna_matches, encoder
from appliance.matching.dna_rules import kernel_rule
from appliance.matching.dna_search import MatchedProfile, matched
from appliance.matching.dna_worth import DnaWeigher, Weighing
from appliance.matching.engine import CPU, Engine
from kernels.dna.layout import Profiles
from kernels.dna.mass import GiveWay, MatchBlock, go_on
from kernels.dna.rule import Rule

FOUND_MAX = 1_000_000
"""Matches held before they are ranked; a block with more is halved, down to single profiles."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a block is compared with, and how."""

    epochs: Sequence[Epoch]
    rule: Rule
    weighing: Weighing | None
    limit: int
    give_way: GiveWay


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
        self,
        profiles: Sequence[bytes],
        epochs: Sequence[Epoch],
        rule: DnaRuleProfile,
        limit: int,
        give_way: GiveWay = go_on,
    ) -> Iterator[tuple[DnaMatch, ...]]:
        """Yield for each packed profile what a search for it would: its best matches, ranked.

        At most ``limit`` for each; who takes them bounds the answers held. Removed items never
        appear. An answer depends on the profile, the epochs and the rule alone, never on the other
        profiles of the block. ``give_way`` is called every millisecond or two of computing: it may
        wait, and what it raises ends the comparison.
        """
        chosen = kernel_rule(rule)
        searched = sum(epoch.size for epoch in epochs)
        asked = _Asked(
            epochs,
            chosen,
            self._weigher.search(chosen, searched) if self._weigher else None,
            limit,
            give_way,
        )
        return self._answers(encoder.dna_arrays(profiles), asked)

    def _answers(self, stains: Profiles, asked: _Asked) -> Iterator[tuple[DnaMatch, ...]]:
        found: list[tuple[Chunk, MatchBlock]] = []
        held = 0
        for epoch in asked.epochs:
            for chunk, block in self._engine.compare_dna(stains, epoch, asked.rule, asked.give_way):
                held += len(block.stains)
                if held > FOUND_MAX and len(stains) > 1:
                    found.clear()
                    half = len(stains) // 2
                    yield from self._answers(stains[:half], asked)
                    yield from self._answers(stains[half:], asked)
                    return
                if len(block.stains):
                    found.append((chunk, block))
        for number, stain in enumerate(stains):
            matches = [match for each in found for match in _of_stain(number, *each)]
            asked.give_way()
            yield dna_matches.best(
                stain,
                matches,
                asked.rule,
                asked.limit,
                self._stored,
                asked.weighing,
                asked.give_way,
            )


def _of_stain(number: int, chunk: Chunk, block: MatchBlock) -> list[MatchedProfile]:
    # The matches of a block stand by stain: those of one are a slice.
    begin, end = np.searchsorted(block.stains, (number, number + 1)).tolist()
    if begin == end:
        return []
    own = slice(begin, end)
    return matched(chunk, block.rows[own], block.qualities[own], block.full[own])
