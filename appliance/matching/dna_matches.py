"""From matched profiles to matches that an expert can read: quality class and locus table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from appliance.codecs.dna_record import decode_dna_record
from appliance.domain import limits
from appliance.domain.dna_worth import MatchWorth
from appliance.domain.reference_data import StoredItem
from appliance.domain.search import DnaMatch
from appliance.gallery.epoch import Epoch
from appliance.matching import dna_search, dna_view
from appliance.matching.dna_search import MatchedProfile
from appliance.matching.dna_worth import DnaWeigher, Weighing
from appliance.matching.engine import CPU, Engine
from appliance.matching.finger_candidates import best_with_ties
from kernels.dna.rule import Rule

Level = tuple[float, ...]


def _levels(
    probe: NDArray[np.uint8], found: Sequence[MatchedProfile], weighing: Weighing | None
) -> list[Level]:
    """Return the place of each match, least first; equal levels are ties.

    With a ``weighing`` by the chance of each: all are expected in one and the same file.
    """
    if weighing is None or not found:
        return [(match.quality, -match.full_loci) for match in found]
    chances = weighing.chances(probe, np.stack([match.profile for match in found]))
    return [(each, match.quality) for each, match in zip(chances, found, strict=True)]


def matches(
    probe: NDArray[np.uint8],
    epochs: Sequence[Epoch],
    rule: Rule,
    limit: int,
    stored: Callable[[Sequence[int]], Sequence[StoredItem]],
    weigher: DnaWeigher | None = None,
    engine: Engine = CPU,
) -> tuple[DnaMatch, ...]:
    """Search the collections for one profile, uint8 [slots, 2], and return its best matches.

    With a ``weigher`` each tells its worth in files of the size of all collections together.
    """
    found = [match for epoch in epochs for match in dna_search.search(probe, epoch, rule, engine)]
    searched = sum(epoch.size for epoch in epochs)
    weighing = weigher.search(rule, searched) if weigher else None
    return best(probe, found, rule, limit, stored, weighing)


def best(
    probe: NDArray[np.uint8],
    found: Sequence[MatchedProfile],
    rule: Rule,
    limit: int,
    stored: Callable[[Sequence[int]], Sequence[StoredItem]],
    weighing: Weighing | None = None,
    give_way: Callable[[], None] = lambda: None,
) -> tuple[DnaMatch, ...]:
    """Return at most ``limit`` matches, best first.

    With a ``weighing``: fewest matches expected by chance, then quality, then reference number.
    Without: best quality, then most full loci, then reference number. All are ranked before any
    is left out. ``limit`` is capped at DNA_MATCHES_PER_ANSWER_MAX, the bound of the exchange's
    message. ``give_way`` is called before each match is laid out, which takes a millisecond or two.
    """
    if not found:
        return ()
    limit = min(limit, limits.DNA_MATCHES_PER_ANSWER_MAX)
    levelled = zip(_levels(probe, found, weighing), found, strict=True)
    by_level = itemgetter(0)
    taken = best_with_ties(sorted(levelled, key=by_level), limit, by_level)
    items = stored([match.ordinal for _, match in taken])
    rows = sorted(
        ((level, held, match) for (level, match), held in zip(taken, items, strict=True)),
        key=lambda row: (row[0], row[1].reference_number, row[1].collection),
    )
    told = []
    for rank, (level, held, match) in enumerate(rows[:limit], start=1):
        give_way()
        worth = weighing.worth(probe, match.profile, level[0]) if weighing else None
        told.append(_match(probe, rank, match, held, rule, worth))
    return tuple(told)


def _match(
    probe: NDArray[np.uint8],
    rank: int,
    match: MatchedProfile,
    held: StoredItem,
    rule: Rule,
    worth: MatchWorth | None,
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
        warnings=(*comparison.warnings, *_warnings_of(held)),
        worth=worth,
    )


def _warnings_of(held: StoredItem) -> Iterable[str]:
    """Return what the canonical form of a stored profile warns of, once each."""
    return dict.fromkeys(f"candidate: {each}" for each in decode_dna_record(held.record).warnings)
