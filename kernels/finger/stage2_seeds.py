"""Seeds of a batch: similar pairs, the support of the motion each implies, and the best motions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels import limits
from kernels.finger import stage2_parameters as parameters
from kernels.finger.stage2_arithmetic import (
    COS,
    INDEX_MAX,
    INDEX_SHIFT,
    SIN,
    TURN,
    Integers,
    rotate,
    wrap,
)
from kernels.finger.stage2_assignment import Posed, nearby
from kernels.finger.stage2_batch import Batch
from kernels.finger.stage2_motion import Motions, onto
from kernels.finger.stage2_print import Print

CELLS_MAX = 1 << 17
"""Minutia pairs looked at in one go, so that the scratch stays in the second level cache."""

DISTANCE_SHIFT = 8
"""Bits of a distance of neighbourhoods in a packed key."""

_NO_SEED = np.int32(np.iinfo(np.int32).max)
_NO_PLACE = np.int16(np.iinfo(np.int16).max)


@dataclass(frozen=True, slots=True)
class Hypotheses:
    """Motions by rising candidate and falling support, the probe minutia that anchors each, and
    the support.
    """

    motions: Motions
    anchor: Integers
    support: Integers


def distances(probe: Print, batch: Batch) -> Integers:
    """Return the Hamming distances of the neighbourhood bits, int64 [B, n, m]."""
    total = np.zeros((len(batch.counts), len(probe), batch.width), np.int64)
    for word in range(limits.CODE_WORDS):
        total += np.bitwise_count(
            batch.codes[word][:, np.newaxis, :] ^ probe.codes[word][:, np.newaxis]
        )
    return total


def similarities(distance: Integers, probe: Print, batch: Batch) -> Integers:
    """Return how alike the neighbourhoods are, 0..100, int64 [B, n, m]."""
    zero, full = parameters.SIMILAR_DISTANCE_ZERO, parameters.SIMILAR_DISTANCE_FULL
    alike = np.clip((zero - distance) * 100 // (zero - full), 0, 100)
    floor = np.where(small(probe, batch), parameters.SMALL_SIMILARITY, 0)
    return np.maximum(alike, floor[:, np.newaxis, np.newaxis])


def small(probe: Print, batch: Batch) -> NDArray[np.bool_]:
    """Tell for each candidate whether it or the probe is a small template, bool [B]."""
    return np.minimum(batch.counts, len(probe)) <= parameters.SMALL_TEMPLATE


def hypotheses(probe: Print, batch: Batch, distance: Integers, similar: Integers) -> Hypotheses:
    """Return the best supported motions of every candidate, no two of them nearly the same."""
    keys = _seed_keys(probe, batch, distance)
    place, order = np.nonzero(keys != _NO_SEED)
    i = (keys[place, order] >> INDEX_SHIFT & INDEX_MAX).astype(np.int64)
    j = (keys[place, order] & INDEX_MAX).astype(np.int64)
    target = (batch.x[place, j], batch.y[place, j])
    rotation = (batch.angle[place, j] - probe.angle[i]) & (TURN - 1)
    motions = onto(place, rotation, (probe.x[i], probe.y[i]), target)
    if len(place) == 0:
        return Hypotheses(motions, i, i)
    support = np.zeros(keys.shape, np.int64)
    support[place, order] = _supports(probe, batch, motions, i, similar)
    chosen = _choose(probe, support, motions, place, order, i, target)
    found = support[place[chosen], order[chosen]]
    return Hypotheses(motions.take(chosen), i[chosen], found)


def growing(probe: Print, anchor: Integers) -> tuple[Integers, Integers]:
    """Return squared distances from each anchor minutia and squared tolerances there, [H, n]."""
    x = probe.x - probe.x[anchor][:, np.newaxis]
    y = probe.y - probe.y[anchor][:, np.newaxis]
    squared = x * x + y * y
    # The square root of an integer below 2**52 is never rounded up to the next integer.
    grown = np.sqrt(squared).astype(np.int64) // parameters.SUPPORT_GROWTH_DIVISOR
    tolerance = parameters.SUPPORT_TOLERANCE + grown
    return squared, np.minimum(tolerance, parameters.SUPPORT_TOLERANCE_MAX) ** 2


def _seed_keys(probe: Print, batch: Batch, distance: Integers) -> NDArray[np.int32]:
    """Return packed (place, distance, i, j) of each candidate's seeds, int32 [B, seeds], rising."""
    turned = np.abs(wrap(batch.angle[:, np.newaxis, :] - probe.angle[:, np.newaxis]))
    alike = distance < parameters.SIMILAR_DISTANCE_ZERO
    alike |= small(probe, batch)[:, np.newaxis, np.newaxis]
    alike &= turned <= parameters.PAIR_ANGLE_MAX
    alike &= (np.arange(batch.width) < batch.counts[:, np.newaxis])[:, np.newaxis, :]
    i, j = np.arange(len(probe))[:, np.newaxis], np.arange(batch.width)
    small_distance = distance.astype(np.int16)
    of_row = np.where(alike, small_distance << INDEX_SHIFT | j.astype(np.int16), _NO_PLACE)
    of_column = np.where(alike, small_distance << INDEX_SHIFT | i.astype(np.int16), _NO_PLACE)
    place = _places(of_row, 2) + _places(of_column, 1)
    order = place.astype(np.int32) << DISTANCE_SHIFT | small_distance
    packed = order << 2 * INDEX_SHIFT | (i << INDEX_SHIFT | j).astype(np.int32)
    keys = np.where(alike, packed, _NO_SEED).reshape(len(batch.counts), -1)
    if keys.shape[1] > parameters.SEEDS_MAX:
        keys = np.partition(keys, parameters.SEEDS_MAX - 1, axis=1)[:, : parameters.SEEDS_MAX]
    keys.sort(axis=1)
    return keys


def _places(keys: NDArray[np.int16], axis: int) -> NDArray[np.int8]:
    """Return how many keys of its line along ``axis`` are smaller, 0..SEED_PLACES_MAX."""
    places = np.zeros(keys.shape, np.int8)
    last = np.full((1, 1, 1), -1, np.int16)
    for _ in range(parameters.SEED_PLACES_MAX):
        last = np.where(keys > last, keys, _NO_PLACE).min(axis=axis, keepdims=True)
        places += keys > last
    return places


def _supports(
    probe: Print, batch: Batch, motions: Motions, anchor: Integers, similar: Integers
) -> Integers:
    """Return the support of each seed's motion, [H]."""
    support = np.zeros(len(motions), np.int64)
    step = max(1, CELLS_MAX // (len(probe) * batch.width))
    for start in range(0, len(motions), step):
        part = np.arange(start, min(start + step, len(motions)))
        squared, tolerance = growing(probe, anchor[part])
        tolerance[squared > parameters.SUPPORT_RADIUS**2] = 0
        posed = motions.take(part).apply(probe)
        support[part] = _support(posed, batch, tolerance, similar)
    return support


def _support(
    posed: Posed, batch: Batch, tolerance_squared: Integers, similar: Integers
) -> Integers:
    """Return the sum over the probe's minutiae of the best weight times similarity, [H]."""
    found = nearby(posed, batch, tolerance_squared, parameters.SUPPORT_ANGLE)
    alike = similar[posed.candidate[found.hypothesis], found.i, found.j]
    best = np.zeros(posed.x.shape, np.int64)
    flat = found.hypothesis * posed.x.shape[1] + found.i
    np.maximum.at(best.reshape(-1), flat, found.weight * (parameters.SUPPORT_BASE + alike))
    support: Integers = best.sum(axis=1)
    return support


def _choose(
    probe: Print,
    support: Integers,
    motions: Motions,
    place: Integers,
    order: Integers,
    i: Integers,
    target: tuple[Integers, Integers],
) -> Integers:
    """Return the chosen seeds as indices into ``motions``, by candidate and falling support."""
    number = np.zeros(support.shape, np.int64)
    number[place, order] = np.arange(len(place))
    left = support.copy()
    rows = np.arange(len(support))
    chosen = []
    for _ in range(parameters.HYPOTHESES_MAX):
        first = left.argmax(axis=1)
        alive = left[rows, first] > 0
        seed = number[rows, first]
        chosen.append(np.stack([rows[alive], seed[alive]]))
        # Every seed is looked at through the motion that its own candidate has just chosen.
        best = motions.take(seed[place])
        x, y = rotate(probe.x[i], probe.y[i], COS[best.rotation], SIN[best.rotation])
        missed = (x + best.dx - target[0]) ** 2 + (y + best.dy - target[1]) ** 2
        turned = np.abs(wrap(motions.rotation - best.rotation))
        twin = (turned < parameters.TWIN_ANGLE) & (missed < parameters.TWIN_DISTANCE**2)
        left[place[twin], order[twin]] = 0
    picked = np.concatenate(chosen, axis=1)
    order_of_candidates = np.argsort(picked[0], kind="stable")
    return np.asarray(picked[1])[order_of_candidates]
