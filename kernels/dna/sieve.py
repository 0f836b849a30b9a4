"""The passage of a query through the planes: who is left with few enough differing alleles.

Two loci are taken on every word. As the planes stand in the order of the leading loci, most words
are empty then, and the other loci are taken on what is left of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels.dna import planes
from kernels.dna.plan import Kind, Step
from kernels.dna.planes import EVERYONE, Planes, Words

OPENING_STEPS = 2

TILE_WORDS = 8_000
"""Words of a plane opened together: 62 KiB, so that what is computed stays in the caches."""

FEW_WORDS = 24
"""So few words are given to the exact rule at once: it judges a handful in the time of a locus."""

SHRINK = 0.75
"""Share of words alive below which the empty ones are dropped."""

Read = Callable[[int], Words]


@dataclass(frozen=True, slots=True)
class Passage:
    """What is left after some steps: of the words ``numbers`` (int64) the profiles alive.

    ``within[k]`` holds those with at most k differing alleles.
    """

    numbers: NDArray[np.int64]
    within: tuple[Words, ...]


def survivors(steps: Sequence[Step], sliced: Planes, mismatch_max: int) -> NDArray[np.int64]:
    """Return the places with at most ``mismatch_max`` differing alleles, and maybe some others."""
    return finish(steps, sliced, opened(steps, sliced, mismatch_max))


def opened(steps: Sequence[Step], sliced: Planes, mismatch_max: int) -> Passage:
    """Take the first OPENING_STEPS on every word; queries that share them may share the result."""
    parts = []
    for start in range(0, sliced.bits.shape[1], TILE_WORDS):
        tile = sliced.bits[:, start : start + TILE_WORDS]
        within: tuple[Words, ...] = (tile[EVERYONE],) * (mismatch_max + 1)
        for step in steps[:OPENING_STEPS]:
            within = taken(_partners(step, tile.__getitem__), within)
        alive = _alive(within)
        parts.append(Passage(start + alive, tuple(words[alive] for words in within)))
    if len(parts) == 1:
        return parts[0]
    return Passage(
        np.concatenate([np.empty(0, np.int64), *(part.numbers for part in parts)]),
        tuple(
            np.concatenate([np.empty(0, np.uint64), *(part.within[k] for part in parts)])
            for k in range(mismatch_max + 1)
        ),
    )


def finish(steps: Sequence[Step], sliced: Planes, passage: Passage) -> NDArray[np.int64]:
    """Take the other steps while more than a few words are left, and return who stands there."""
    for step in steps[OPENING_STEPS:]:
        if len(passage.numbers) <= FEW_WORDS:
            break
        passage = _after(step, sliced, passage)
    places = planes.members(passage.numbers, passage.within[-1])
    # Some planes also have the bits past the last profile set.
    return places[places < sliced.count]


def _after(step: Step, sliced: Planes, passage: Passage) -> Passage:
    """Take one step on the words that are left, and drop the empty ones if they are many."""
    numbers = passage.numbers
    partners = _partners(step, lambda row: sliced.bits[row].take(numbers))
    within = taken(partners, passage.within)
    alive = _alive(within)
    if len(alive) > SHRINK * len(numbers):
        return Passage(numbers, within)
    return Passage(numbers[alive], tuple(words[alive] for words in within))


def _alive(within: tuple[Words, ...]) -> NDArray[np.int64]:
    """Return the places of the words in which anybody is left."""
    # Of truth values the places are found three times as fast as of words.
    return np.flatnonzero(within[-1] != 0)


def taken(partners: tuple[Words, Words], within: tuple[Words, ...]) -> tuple[Words, ...]:
    """Return the profiles with at most 0, 1, ... differing alleles after one more locus.

    ``partners`` are those of which no allele differs at it, and at most one.
    """
    none_differs, one_differs = partners
    after = []
    for allowed, words in enumerate(within):
        alive = words & none_differs
        if allowed >= 1:
            alive |= within[allowed - 1] & one_differs
        if allowed >= 2:
            alive |= within[allowed - 2]
        after.append(alive)
    return tuple(after)


def _partners(step: Step, read: Read) -> tuple[Words, Words]:
    """Return the profiles of which no allele differs at a locus, and at most one."""
    first = read(step.first)
    if step.kind == Kind.HOMOZYGOUS:
        return first & read(step.twice), first
    second = read(step.second)
    either = first | second
    if step.kind == Kind.SHARED:
        return either, either
    if step.kind == Kind.ONE_SIDE:
        return first & second | either & read(step.twice), either
    return first & second, either
