"""Match probabilities and kinship once more, by drawing every possible allele one after another.

Shares nothing with the kernels but the sampling rule of Balding & Nichols (1994) itself. Alleles
are names, None an allele that was not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

Pair = tuple[str | None, str | None]
Shares = Mapping[str, float]


def drawn(alleles: Sequence[str], shares: Shares, theta: float) -> float:
    """Return the probability to draw these alleles in this order."""
    probability = 1.0
    for number, allele in enumerate(alleles):
        before = alleles[:number].count(allele)
        top = before * theta + (1 - theta) * shares[allele]
        probability *= top / (1 + (number - 1) * theta) if number else shares[allele]
    return probability


def readings(pair: Pair, shares: Shares) -> Iterator[tuple[str, str]]:
    """Yield every ordered pair of alleles that the pair, in either order, may stand for."""
    for first, second in product(shares, repeat=2):
        if differing(pair, (first, second)) == 0:
            yield first, second


def differing(pair: Pair, person: tuple[str, ...]) -> int:
    """Return how many alleles of a person find no partner in the pair."""
    left = Counter(person) - Counter(allele for allele in pair if allele is not None)
    return max(0, left.total() - pair.count(None))


def differing_chances(pair: Pair, shares: Shares, theta: float) -> list[float]:
    """Return the probabilities that 0, 1 and 2 alleles of a random person differ from the pair.

    Of the pair what was read was drawn, and any allele may have been drawn where none was read.
    """
    total = 0.0
    chances = [0.0, 0.0, 0.0]
    for mine in product(*([each] if each else list(shares) for each in pair)):
        total += drawn(mine, shares, theta)
        for person in product(shares, repeat=2):
            chances[differing(pair, person)] += drawn((*mine, *person), shares, theta)
    return [each / total for each in chances]


def at_most(pairs: Sequence[Pair], tables: Sequence[Shares], most: int, theta: float) -> float:
    """Return the probability that a random person differs in at most so many alleles over all."""
    rows = [differing_chances(*row, theta) for row in zip(pairs, tables, strict=True)]
    total = 0.0
    for numbers in product(range(3), repeat=len(rows)):
        if sum(numbers) <= most:
            probability = 1.0
            for row, number in zip(rows, numbers, strict=True):
                probability *= row[number]
            total += probability
    return total


def shared_by_descent(a: Pair, b: Pair, shares: Shares, theta: float) -> tuple[float, float, float]:
    """Return the probability of both pairs with 0, 1 and 2 alleles shared by descent.

    Of people who share one, the first allele of each is that one, and each stands first as often as
    second: so every ordered reading of both pairs is taken, as drawn.
    """
    none = one = both = 0.0
    for mine in readings(a, shares):
        for other in readings(b, shares):
            none += drawn((*mine, *other), shares, theta)
            if mine[0] == other[0]:
                one += drawn((*mine, other[1]), shares, theta)
            if mine == other:
                both += drawn(mine, shares, theta)
    return none, one, both
