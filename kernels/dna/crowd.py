"""The passage of many queries at once through the planes of a small gallery.

Where the planes are short, most of the time of ``sieve`` goes into calls and not into words: each
query takes a hundred calls of a microsecond for some hundred words. Here each call takes many
queries. What is left over the exact rule judges, so this, too, never loses a match.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import cast

import numpy as np
from numpy.typing import NDArray

from kernels.dna import sieve
from kernels.dna.planes import ABSENT, EVERYONE, WILDCARD, WORD_BITS, Planes, Words
from kernels.dna.rule import Rule, Stringency

WORDS_MAX = 1_024
"""Words of a plane up to which queries are taken together: at most 65,536 profiles."""

WORDS_TOGETHER = 8_192
"""Words of all queries taken together: 64 KiB, so that what is computed stays in the caches."""

QUERIES_MAX = 128
OPENING_STEPS = 2

FEW_WORDS = 256
"""So few words of all queries together are given to the exact rule at once."""

SHRINK = 0.75
"""Share of words alive below which the empty ones are dropped."""

LAST = np.iinfo(np.int64).max

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plans:
    """What queries read at each step, int64 [queries, steps], those that rule out most first.

    ``first`` and ``second`` are the planes of a query's alleles. ``third`` is that of the profiles
    with one code twice or, where every allele counts and the query's own two differ, ``second``
    again. All are EVERYONE where a query reads nothing. ``numbers`` (int64) are the queries that
    can match anything; no other is here.
    """

    numbers: Numbers
    first: Numbers
    second: Numbers
    third: Numbers

    def part(self, own: slice) -> Plans:
        """Return those of some of the queries."""
        return Plans(self.numbers[own], self.first[own], self.second[own], self.third[own])


def plans(queries: NDArray[np.uint8], sliced: Planes, rule: Rule) -> Plans:
    """Return the plans of uint8 [n, slots, 2]; ``plan.plan`` says the same of one."""
    slots = np.array(rule.slots(), np.int64)
    a, b = queries[:, slots, 0].astype(np.int64), queries[:, slots, 1].astype(np.int64)
    is_read = a != ABSENT
    if not rule.double_wildcard_compared:
        is_read &= a != WILDCARD
    is_designated = is_read & (b != WILDCARD)
    usable = (is_read if rule.wildcard_counts_as_full else is_designated).sum(axis=1)
    is_twice = is_designated & (a == b)
    alleles, ones = np.array(sliced.alleles, np.int64), np.array(sliced.ones, np.int64)
    first, second = (np.where(is_read, alleles[slots, each], EVERYONE) for each in (a, b))
    third = np.where(is_read, np.array(sliced.twice, np.int64)[slots], EVERYONE)
    if rule.stringency is Stringency.EVERY_ALLELE:
        third = np.where(is_twice, third, second)
    # The fewer profiles have one of the alleles, the more the locus rules out. The leading loci,
    # by which the profiles stand in the planes, come before all others.
    held = ones[first] + np.where(is_twice, 0, ones[second])
    for place, slot in enumerate(sliced.leading):
        ahead = (len(sliced.leading) - place) * 2 * sliced.count
        held -= ahead * (is_designated & (slots == slot))
    held[~is_read] = LAST
    able = np.flatnonzero(usable >= rule.min_full_loci)
    order = np.argsort(held[able], axis=1, kind="stable")
    read = (np.take_along_axis(each[able], order, axis=1) for each in (first, second, third))
    return Plans(able, *read)


def survivors(
    queries: NDArray[np.uint8], sliced: Planes, rule: Rule
) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield numbers of queries and the places at which at most ``mismatch_max`` alleles differ.

    Both int64 [pairs]. No such pair is left out, and some others come, too. Pairs rise by query and
    then by place, from one yield to the next as well.
    """
    together = max(1, WORDS_TOGETHER // max(1, sliced.bits.shape[1]))
    for start in range(0, len(queries), QUERIES_MAX):
        made = plans(queries[start : start + QUERIES_MAX], sliced, rule)
        for begin in range(0, len(made.numbers), together):
            numbers, places = _passed(made.part(slice(begin, begin + together)), sliced, rule)
            yield start + numbers, places


def _passed(made: Plans, sliced: Planes, rule: Rule) -> tuple[Numbers, Numbers]:
    """Return the pairs that are left of queries taken together."""
    within: tuple[Words, ...] = (sliced.bits[EVERYONE],) * (rule.mismatch_max + 1)
    opening = min(OPENING_STEPS, made.first.shape[1])
    for step in range(opening):
        read = partial(_whole, sliced.bits, step)
        within = sieve.taken(_partners(made, rule, read), within)
    query, word = np.nonzero(within[-1] != 0)
    within = tuple(words[query, word] for words in within)
    for step in range(opening, made.first.shape[1]):
        if len(query) <= FEW_WORDS:
            break
        read = partial(_left, sliced.bits, step, query, word)
        within = sieve.taken(_partners(made, rule, read), within)
        alive = np.flatnonzero(within[-1] != 0)
        if len(alive) <= SHRINK * len(query):
            query, word = query[alive], word[alive]
            within = tuple(words[alive] for words in within)
    flags = np.unpackbits(within[-1].view(np.uint8), bitorder="little").reshape(-1, WORD_BITS)
    entry, bit = np.nonzero(flags)
    places = word[entry] * WORD_BITS + bit
    # Some planes also have the bits past the last profile set.
    kept = places < sliced.count
    return made.numbers[query[entry[kept]]], places[kept]


def _whole(bits: Words, step: int, rows: Numbers) -> Words:
    """Return the planes that the queries read at a step, [queries, words]."""
    return bits[rows[:, step]]


def _left(bits: Words, step: int, query: Numbers, word: Numbers, rows: Numbers) -> Words:
    """Return of these planes the words that are left, each of its query."""
    return cast(Words, bits[rows[query, step], word])


def _partners(made: Plans, rule: Rule, read: Callable[[Numbers], Words]) -> tuple[Words, Words]:
    """Return the profiles of which no allele differs at a locus, and at most one."""
    first, second = read(made.first), read(made.second)
    either = first | second
    if rule.stringency is Stringency.ONE_ALLELE:
        return either, either
    third = read(made.third)
    if rule.stringency is Stringency.ONE_SIDE:
        return first & second | either & third, either
    return first & third, either
