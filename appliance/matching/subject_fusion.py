"""One score for a subject from its fingers: how rarely different subjects agree as much.

The prints of a probe that state one finger position are impressions of one finger; one without a
position is a finger of its own. A pair of fingers counts by its best pair of impressions, less what
chance gains by so many tries. Fingers are paired one to one, the strongest pair first: those of one
position, those of which one states none, and those of different positions only where the agreement
is beyond chance, for then positions were mixed up. A finger that one side lacks costs nothing.

The pairs' false-match rates are then one rate for all, by Fisher's method for independent tests
(R. A. Fisher, Statistical Methods for Research Workers, 1932): minus the logarithm of their product
follows a gamma distribution. One pair keeps its own rate. All in integers and correctly rounded
decimals, so that every machine finds the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from appliance.matching.calibration import SCORE_HUNDREDTHS_MAX, Calibration
from appliance.matching.encoder import Place
from appliance.matching.finger_search import Scored

SEQUENCE_HUNDREDTHS_MIN = 4_000
"""Fingers of different positions are paired from here on: one in 10,000 by chance, all tries
counted."""

_EXACT = Context(prec=28)
_NATS = _EXACT.ln(Decimal(10)) / 1000
"""Natural logarithm of a hundredth of a decibel's ratio."""

Finger = tuple[int, int]
"""A known position and 0, or 0 and the view's number, from 1."""


@dataclass(frozen=True, slots=True)
class FingerPair:
    """Two fingers compared: their best parts, and what their likeness means, all tries counted."""

    scored: Scored
    probe: Place
    candidate: Place
    score_hundredths: int

    @property
    def disagrees(self) -> bool:
        """Whether both state a position and not the same one."""
        return disagree(self.probe, self.candidate)


@dataclass(frozen=True, slots=True)
class Subject:
    """A candidate before its record: ``pairs`` strongest first, at least one.

    ``score_hundredths`` has the meaning of ``Calibration.meaning`` but no upper bound other than
    SCORE_HUNDREDTHS_MAX a finger; ``raw``, the sum of the pairs' raw scores, orders equal ones.
    """

    ordinal: int
    score_hundredths: int
    raw: int
    pairs: tuple[FingerPair, ...]


def disagree(probe: Place, candidate: Place) -> bool:
    """Tell whether both state a position and not the same one."""
    return bool(probe.position and candidate.position and probe.position != candidate.position)


def fuse(
    ordinal: int,
    found: Iterable[tuple[int, Scored]],
    probe: Sequence[Place],
    candidate: Sequence[Place],
    calibration: Calibration,
) -> Subject | None:
    """Return what the compared parts of one item make of it; None if nothing is alike.

    ``found`` tells of each pair the candidate's part, a place in ``candidate``, beside its score,
    whose ``part`` is a place in ``probe``. Pure; does not depend on the order of ``found``.
    """
    best: dict[tuple[Finger, Finger], tuple[Scored, int]] = {}
    for place, scored in found:
        key = (_finger(probe[scored.part]), _finger(candidate[place]))
        held = best.get(key)
        if held is None or _order(scored, place) < _order(*held):
            best[key] = (scored, place)
    mine, theirs = (Counter(map(_finger, side)) for side in (probe, candidate))
    pairs = []
    for (left, right), (scored, place) in best.items():
        tries = len(probe) * len(candidate)
        if left == right and left[0]:
            tries = mine[left] * theirs[right]
        worth = calibration.meaning(scored.raw) - gained_by_chance(tries)
        pair = FingerPair(scored, probe[scored.part], candidate[place], max(0, worth))
        if not pair.disagrees or worth >= SEQUENCE_HUNDREDTHS_MIN:
            pairs.append(pair)
    paired = _one_to_one(pairs)
    if not paired:
        return None
    # Fingers of one position that are not alike at all were compared, too.
    used = {finger for pair in paired for finger in (_finger(pair.probe), _finger(pair.candidate))}
    unlike = sum(1 for each in mine.keys() & theirs.keys() if each[0] and each not in used)
    score = joint_hundredths([pair.score_hundredths for pair in paired] + [0] * unlike)
    return Subject(ordinal, score, sum(pair.scored.raw for pair in paired), tuple(paired))


def gained_by_chance(tries: int) -> int:
    """Return by how many hundredths the best of so many tries exceeds one, at most."""
    return int((1000 * _EXACT.log10(Decimal(tries))).to_integral_value())


def joint_hundredths(scores: Sequence[int]) -> int:
    """Return the score of several independent comparisons together, >= 0.

    ``scores`` as of ``Calibration.meaning``. Rises with each of them; one keeps its value.
    """
    nats = sum(min(score, SCORE_HUNDREDTHS_MAX) for score in scores) * _NATS
    term = tail = Decimal(1)
    for number in range(1, len(scores)):
        term = _EXACT.divide(_EXACT.multiply(term, nats), Decimal(number))
        tail = _EXACT.add(tail, term)
    lost = 1000 * _EXACT.log10(tail)
    total = sum(min(score, SCORE_HUNDREDTHS_MAX) for score in scores)
    return max(0, total - int(lost.to_integral_value()))


def _finger(place: Place) -> Finger:
    return (place.position, 0) if place.position else (0, place.view + 1)


def _order(scored: Scored, place: int) -> tuple[int, int, int]:
    return -scored.raw, scored.part, place


def _one_to_one(pairs: Iterable[FingerPair]) -> list[FingerPair]:
    """Return the strongest pair, then the strongest of fingers yet unpaired, and so on."""
    taken: list[FingerPair] = []
    mine: set[Finger] = set()
    theirs: set[Finger] = set()
    for pair in sorted(pairs, key=_strongest_first):
        left, right = _finger(pair.probe), _finger(pair.candidate)
        if left not in mine and right not in theirs:
            taken.append(pair)
            mine.add(left)
            theirs.add(right)
    return taken


def _strongest_first(pair: FingerPair) -> tuple[int, int, Place, Place]:
    return -pair.score_hundredths, -pair.scored.raw, pair.probe, pair.candidate
