"""From scored rows to candidates that an expert can look at: meaning, record, evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from appliance.codecs import finger_record
from appliance.domain.codes import Collection
from appliance.domain.finger import FingerTemplate
from appliance.domain.reference_data import StoredItem
from appliance.domain.search import FingerCandidate
from appliance.gallery.epoch import Epoch
from appliance.matching import evidence
from appliance.matching.calibration import Calibration
from appliance.matching.finger_search import Scored

Ranked = TypeVar("Ranked")


def best_with_ties(
    ranked: Sequence[Ranked], limit: int, level: Callable[[Ranked], object]
) -> list[Ranked]:
    """Return the first ``limit`` of ``ranked`` and whatever ties with the last of them.

    The final order breaks ties by reference number, which only the store knows; so everything that
    may still take a place has to be read.
    """
    if limit <= 0:
        return []
    taken = list(ranked[:limit])
    for item in ranked[limit:]:
        if level(item) != level(taken[-1]):
            break
        taken.append(item)
    return taken


def candidates(
    probe: bytes,
    template: FingerTemplate,
    epoch: Epoch,
    scored: Sequence[Scored],
    calibration: Calibration,
    limit: int,
    stored: Callable[[Sequence[int]], Sequence[StoredItem]],
) -> tuple[FingerCandidate, ...]:
    """Return at most ``limit`` candidates, highest score first, ties by reference number."""
    taken = best_with_ties(scored, limit, lambda item: item.raw)
    items = stored([item.ordinal for item in taken])
    rows = sorted(
        zip(taken, items, strict=True), key=lambda row: (-row[0].raw, row[1].reference_number)
    )
    found = []
    for rank, (item, held) in enumerate(rows[:limit], start=1):
        view = finger_record.decode(held.record)
        figures, pairs = evidence.of_candidate(
            probe, template, epoch.chunks[item.chunk], item.row, view, item.part
        )
        found.append(
            FingerCandidate(
                reference_number=held.reference_number,
                collection=Collection(held.collection),
                rank=rank,
                score_hundredths=calibration.meaning(item.raw),
                flagged=held.flagged,
                record=held.record,
                rotation=figures.rotation,
                shift_x=figures.dx,
                shift_y=figures.dy,
                pairs=pairs,
            )
        )
    return tuple(found)
