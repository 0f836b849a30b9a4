"""Candidates as tables in a terminal: what an expert reads before looking at the picture."""

from __future__ import annotations

import math

from rich.table import Table
from rich.text import Text

from appliance.v1 import dactyloscopic_pb2

CANDIDATE_FIGURES = ("Score", "Different fingers", "By chance here", "Pairs", "Positions")
"""Heads of: score, how rarely different fingers reach it, how many of this gallery do, pairs of
minutiae, positions of the fingers that correspond."""

NO_FIGURES = ("",) * len(CANDIDATE_FIGURES)

PLAIN_MAX = 10_000_000
"""Larger numbers are written with a power of ten."""


def meaning(score_hundredths: int) -> str:
    """Return a score in words: how rarely two different fingers score as high."""
    comparisons = 10 ** (score_hundredths / 1000)
    if comparisons < PLAIN_MAX:
        return f"1 in {comparisons:,.0f}"
    power = math.floor(score_hundredths / 1000)
    return f"1 in {comparisons / 10**power:.1f}·10^{power}"


def by_chance(score_hundredths: int, gallery_size: int) -> str:
    """Return how many different fingers of this gallery are expected to score as high."""
    return f"{gallery_size * 10 ** (-score_hundredths / 1000):.2g}"


def figures(candidate: dactyloscopic_pb2.FingerCandidate, gallery_size: int) -> tuple[str, ...]:
    """Return what stands under CANDIDATE_FIGURES."""
    return (
        f"{candidate.score_hundredths / 100:.2f}",
        meaning(candidate.score_hundredths),
        by_chance(candidate.score_hundredths, gallery_size),
        str(sum(len(finger.pairs) for finger in candidate.fingers)),
        " ".join(positions(finger) for finger in candidate.fingers),
    )


def positions(finger: dactyloscopic_pb2.FingerComparison) -> str:
    """Return the position of a finger: 7 on both sides, 2→7 where they differ, ? unknown."""
    mine, theirs = (
        str(each) if each else "?" for each in (finger.probe_position, finger.candidate_position)
    )
    return mine if mine == theirs else f"{mine}→{theirs}"


def finger_result(result: dactyloscopic_pb2.FingerResult, gallery_size: int) -> Table:
    """Return one probe's candidates."""
    table = Table(title=f"Probe {result.reference_number}", title_justify="left")
    table.add_column("Rank", justify="right")
    table.add_column("Reference number", overflow="fold", no_wrap=True)
    for head in CANDIDATE_FIGURES:
        table.add_column(head, justify="right")
    for candidate in result.candidates:
        table.add_row(
            str(candidate.rank),
            candidate.reference_number + (" (contested)" if candidate.flagged else ""),
            *figures(candidate, gallery_size),
        )
    if not result.matched:
        table.add_row("", "no match", *NO_FIGURES)
    warned = [
        f"{each.reference_number}: {told}" for each in result.candidates for told in each.warnings
    ]
    if warned:
        table.caption, table.caption_justify = Text("\n".join(warned)), "left"
    return table
