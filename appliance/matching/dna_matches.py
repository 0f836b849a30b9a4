"""From matched profiles to matches that an expert can read: quality class and locus table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from appliance.domain import limits
from appliance.domain.reference_data import StoredItem
from appliance.domain.search import DnaMatch
from appliance.gallery.epoch import Epoch
from appliance.matching import dna_search, dna_view
from appliance.matching.dna_search import MatchedProfile
from appliance.matching.finger_candidates import best_with_ties
from kernels.dna.rule import Rule


def _level(match: MatchedProfile) -> tuple[int, int]:
    return match.quality, -match.full_loci


def matches(
    probe: NDArray[np.uint8],
    epochs: Sequence[Epoch],
    rule: Rule,
    limit: int,
    stored: Callable[[Sequence[int]], Sequence[StoredItem]],
) -> tuple[DnaMatch, ...]:
    """Search the collections for one profile, uint8 [slots, 2], and return its best matches."""
    found = [match for epoch in epochs for match in dna_search.search(probe, epoch, rule)]
    return best(probe, found, rule, limit, stored)


def best(
    probe: NDArray[np.uint8],
    found: Sequence[MatchedProfile],
    rule: Rule,
    limit: int,
    stored: Callable[[Sequence[int]], Sequence[StoredItem]],
) -> tuple[DnaMatch, ...]:
    """Return at most ``limit`` matches: best quality, then most full loci, then reference number.

    ``limit`` is capped at DNA_MATCHES_PER_ANSWER_MAX, the bound of the exchange's message.
    """
    limit = min(limit, limits.DNA_MATCHES_PER_ANSWER_MAX)
    taken = best_with_ties(sorted(found, key=_level), limit, _level)
    items = stored([match.ordinal for match in taken])
    rows = sorted(
        zip(taken, items, strict=True),
        key=lambda row: (*_level(row[0]), row[1].reference_number, row[1].collection),
    )
    return tuple(
        _match(probe, rank, match, held, rule)
        for rank, (match, held) in enumerate(rows[:limit], start=1)
    )


def _match(
    probe: NDArray[np.uint8], rank: int, match: MatchedProfile, held: StoredItem, rule: Rule
) -> DnaMatch:
    comparison = dna_view.view(probe, match.profile, rule)
    figures = comparison.figures
    return DnaMatch(
        reference_number=held.reference_number,
        collection=held.collection,
        rank=rank,
        quality=figures.quality,
        compared_loci=figures.compared_loci,
        full_loci=figures.full_loci,
        matching_loci=figures.matched_loci,
        mismatching_alleles=figures.mismatching_alleles,
        flagged=held.flagged,
        loci=comparison.loci,
        warnings=comparison.warnings,
    )
