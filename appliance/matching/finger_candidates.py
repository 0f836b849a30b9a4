"""From scored rows to candidates that an expert can look at: meaning, record, evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from appliance.codecs import finger_record
from appliance.domain.codes import Collection
from appliance.domain.finger import FingerTemplate
from appliance.domain.reference_data import StoredItem
from appliance.domain.search import FingerCandidate, FingerComparison
from appliance.gallery.epoch import Epoch
from appliance.matching import evidence
from appliance.matching.calibration import SCORE_HUNDREDTHS_MAX
from appliance.matching.subject_fusion import SEQUENCE_HUNDREDTHS_MIN, Subject

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
    views: Sequence[FingerTemplate],
    epoch: Epoch,
    subjects: Sequence[Subject],
    limit: int,
    stored: Callable[[Sequence[int]], Sequence[StoredItem]],
) -> tuple[FingerCandidate, ...]:
    """Return at most ``limit`` candidates, highest score first, ties by reference number.

    ``probe`` is the packed print of ``views``; ``subjects`` are in the order of ``subject_search``.
    """
    taken = best_with_ties(subjects, limit, _level)
    items = stored([item.ordinal for item in taken])
    rows = sorted(
        zip(taken, items, strict=True), key=lambda row: (_level(row[0]), row[1].reference_number)
    )
    found = []
    for rank, (subject, held) in enumerate(rows[:limit], start=1):
        fingers = _fingers(probe, views, epoch, subject, held)
        first = fingers[0]
        found.append(
            FingerCandidate(
                reference_number=held.reference_number,
                collection=Collection(held.collection),
                rank=rank,
                score_hundredths=min(subject.score_hundredths, SCORE_HUNDREDTHS_MAX),
                flagged=held.flagged,
                record=held.record,
                rotation=first.rotation,
                shift_x=first.shift_x,
                shift_y=first.shift_y,
                pairs=first.pairs,
                fingers=fingers,
                warnings=tuple(_out_of_sequence(fingers)),
            )
        )
    return tuple(found)


def _level(subject: Subject) -> tuple[int, int]:
    return -subject.score_hundredths, -subject.raw


def _fingers(
    probe: bytes,
    views: Sequence[FingerTemplate],
    epoch: Epoch,
    subject: Subject,
    held: StoredItem,
) -> tuple[FingerComparison, ...]:
    theirs = finger_record.decode_views(held.record)
    return tuple(
        replace(
            evidence.of_candidate(
                probe,
                views,
                epoch.chunks[pair.scored.chunk],
                pair.scored.row,
                theirs,
                pair.scored.part,
            ),
            score_hundredths=pair.score_hundredths,
        )
        for pair in subject.pairs
    )


def _out_of_sequence(fingers: Sequence[FingerComparison]) -> Iterator[str]:
    """Say which fingers agree beyond chance although they state different positions."""
    for each in fingers:
        mine, theirs = each.probe_position, each.candidate_position
        if mine and theirs and mine != theirs and each.score_hundredths >= SEQUENCE_HUNDREDTHS_MIN:
            yield (
                f"finger position {mine} of the probe corresponds to position {theirs} of the"
                " candidate: one of the records has its fingers out of sequence"
            )
