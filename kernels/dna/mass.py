"""Many profiles against a gallery: every pair that matches, as single searches would find it.

Profiles that read the same planes first share what these leave, and the pairs that the planes could
not rule out are judged by the exact rule many at a time. Exact for every rule; what is compared
pair by pair is what single searches compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels.dna import crowd, sieve
from kernels.dna.classifier import classify
from kernels.dna.layout import PROFILE_SHAPE, DnaGallery, LayoutError, Profiles, require_profiles
from kernels.dna.plan import Step, plan
from kernels.dna.reference import NO_MATCH
from kernels.dna.rule import Rule

BLOCK_STAINS = 32_768
"""Stains taken together: the more, the more share their first planes."""

PAIRS_MAX = 65_536
"""Pairs judged together, which bounds the scratch memory."""

MATCHES_MAX = 4_000_000
"""Matches of a block; one with more is halved, down to single stains."""

FIGURES = 5

PROGRESS_STAINS = 256

Progress = Callable[[int], None]
"""Hears how many of the stains are done, from time to time."""

GiveWay = Callable[[], None]
"""Called between short steps; it may wait, so that others go first, or raise to end the run."""


def go_on() -> None:
    """Give way to nobody."""


@dataclass(frozen=True, slots=True)
class MatchBlock:
    """The matches of stains ``start`` to ``stop``; a run may be resumed from ``stop``.

    ``stains`` and ``rows`` (int64) are the rows of the pair, by stain and then row; ``qualities``
    1..4 and the figures of ``classifier.Figures`` are uint8. All have one entry for each match.
    """

    start: int
    stop: int
    stains: NDArray[np.int64]
    rows: NDArray[np.int64]
    qualities: NDArray[np.uint8]
    compared: NDArray[np.uint8]
    full: NDArray[np.uint8]
    matched: NDArray[np.uint8]
    mismatching: NDArray[np.uint8]


class _TooManyMatches(Exception):
    """A block with more matches than are held at once."""


def compare(
    stains: Profiles,
    gallery: DnaGallery,
    rule: Rule,
    *,
    start: int = 0,
    progress: Progress | None = None,
    give_way: GiveWay = go_on,
    pairs_max: int = PAIRS_MAX,
) -> Iterator[MatchBlock]:
    """Yield the matches of every stain from ``start`` on, uint8 [m, slots, 2], block by block.

    Blocks rise and leave out no stain; where they end depends on the arguments alone, the matches
    of a stain not even on where the run starts. ``progress`` hears how many stains are done, fewer
    than before where a block had to be halved. ``give_way`` is called before and after each passage
    of one stain through the planes and each judgement of about ``pairs_max`` pairs; what it raises
    ends the run. Memory beside the gallery is bounded by MATCHES_MAX and by what one stain matches.
    LayoutError if malformed, before the first block. Safe from any thread.
    """
    require_profiles(stains)
    if stains.shape != (len(stains), *PROFILE_SHAPE):
        raise LayoutError(f"stains have shape {stains.shape}, expected n, slots and 2")
    steps = _Steps(progress or (lambda done: None), give_way, pairs_max)
    return _blocks(stains, gallery, rule, start, steps)


@dataclass(frozen=True, slots=True)
class _Steps:
    """Who is told between the steps of a run, and how large they are."""

    progress: Progress
    give_way: GiveWay
    pairs_max: int


def _blocks(
    stains: Profiles, gallery: DnaGallery, rule: Rule, start: int, steps: _Steps
) -> Iterator[MatchBlock]:
    size = BLOCK_STAINS
    while start < len(stains):
        stop = min(start + size, len(stains))
        try:
            block = _Block(stains[start:stop], gallery, rule, start, steps).matches()
        except _TooManyMatches:
            size = (stop - start) // 2
            continue
        steps.progress(stop)
        yield block
        start, size = stop, BLOCK_STAINS


class _Block:
    """One block of stains on its way through the planes and the rule."""

    def __init__(
        self, stains: Profiles, gallery: DnaGallery, rule: Rule, start: int, steps: _Steps
    ) -> None:
        slots, self._places = gallery.counted(rule)
        self._start = start
        self._stains = stains
        self._counted = np.ascontiguousarray(stains[:, slots])
        self._gallery = gallery
        self._rule = rule
        self._steps = steps
        self._waiting: list[tuple[NDArray[np.int64], NDArray[np.int32]]] = []
        self._pairs = 0
        self._found: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]] = []
        self._matches = 0

    def matches(self) -> MatchBlock:
        """Return the matches of the block; _TooManyMatches if they are more than are held."""
        if self._gallery.planes.bits.shape[1] <= crowd.WORDS_MAX:
            self._pass_together()
        else:
            self._pass_in_turn()
        self._judge()
        stains, rows, figures = self._sorted()
        stop = self._start + len(self._stains)
        return MatchBlock(self._start, stop, stains + self._start, rows, *figures)

    def _pass_together(self) -> None:
        """Take the stains through short planes many at a time."""
        planes = self._gallery.planes
        done = 0
        self._steps.progress(self._start)
        for stains, places in crowd.survivors(self._stains, planes, self._rule):
            self._judge_later(stains, planes.order[places])
            self._steps.give_way()
            if len(stains) and stains[-1] >= done + PROGRESS_STAINS:
                done = int(stains[-1])
                self._steps.progress(self._start + done)

    def _pass_in_turn(self) -> None:
        """Take the stains through long planes one after the other."""
        planes, allowed = self._gallery.planes, self._rule.mismatch_max
        opening: list[Step] = []
        # Sorted by their plans, stains with the same first steps follow one another.
        for done, (steps, stain) in enumerate(sorted(self._plans())):
            if done % PROGRESS_STAINS == 0:
                self._steps.progress(self._start + done)
            if not steps:
                continue
            self._steps.give_way()
            if opening != steps[: sieve.OPENING_STEPS]:
                opening = steps[: sieve.OPENING_STEPS]
                opened = sieve.opened(opening, planes, allowed)
            rows = planes.order[sieve.finish(steps, planes, opened)]
            self._judge_later(np.full(len(rows), stain, np.int64), rows)

    def _plans(self) -> Iterator[tuple[list[Step], int]]:
        for number, stain in enumerate(self._stains):
            self._steps.give_way()
            yield plan(stain, self._gallery.planes, self._rule), number

    def _judge_later(self, stains: NDArray[np.int64], rows: NDArray[np.int32]) -> None:
        pairs_max = self._steps.pairs_max
        for first in range(0, len(rows), pairs_max):
            part = slice(first, first + pairs_max)
            self._waiting.append((stains[part], rows[part]))
            self._pairs += len(rows[part])
            if self._pairs >= pairs_max:
                self._judge()

    def _judge(self) -> None:
        """Keep those of the waiting pairs that match."""
        if not self._pairs:
            return
        self._steps.give_way()
        stains = np.concatenate([stains for stains, _ in self._waiting])
        rows = np.concatenate([rows for _, rows in self._waiting]).astype(np.int64)
        left = self._counted[stains].transpose(1, 2, 0)
        right = self._gallery.loci[rows][:, self._places].transpose(1, 2, 0)
        figures = np.stack(
            classify(np.ascontiguousarray(left), np.ascontiguousarray(right), self._rule).arrays()
        )
        kept = np.flatnonzero(figures[0] != NO_MATCH)
        self._found.append((stains[kept], rows[kept], figures[:, kept]))
        self._waiting, self._pairs = [], 0
        self._matches += len(kept)
        if self._matches > MATCHES_MAX and len(self._stains) > 1:
            raise _TooManyMatches

    def _sorted(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
        """Return stains, rows and figures of the matches by stain and then row."""
        stains = np.concatenate([np.empty(0, np.int64), *(found[0] for found in self._found)])
        rows = np.concatenate([np.empty(0, np.int64), *(found[1] for found in self._found)])
        none = np.empty((FIGURES, 0), np.uint8)
        figures = np.concatenate([none, *(found[2] for found in self._found)], axis=1)
        order = np.lexsort((rows, stains))
        return stains[order], rows[order], figures[:, order]
